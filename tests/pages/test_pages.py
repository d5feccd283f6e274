"""The generator of pages of numbers: what it says is on a picture is there."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from scipy import ndimage

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from tests.pages import paper
from tests.pages.composing import MIN_INK, SPACINGS, Spacing, compose
from tests.pages.conditions import conditions
from tests.pages.handwriting import Page, write_with_pen
from tests.pages.perspective import tilted
from tests.pages.photograph import EFFECTS, photograph_page
from tests.pages.signs import write_signed

ONE = [np.array([[0.0, 0], [5, 100]])]
SEVEN = [np.array([[0.0, 0], [60, 0], [20, 100]])]
ANGLES = np.linspace(0, 2 * np.pi, 30)
ZERO = [np.column_stack([30 * np.cos(ANGLES), 50 * np.sin(ANGLES)])]
PEN_DIGITS = [PenDigit(label, 3, strokes) for label, strokes in ((0, ZERO), (1, ONE), (7, SEVEN))]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def numbers(seed: int, spacing: Spacing = "clear", lengths: Sequence[int] = (5,)) -> Page:
    generator = rng(seed)
    writing = write_with_pen(PEN_DIGITS, lengths, generator)
    return compose(writing, generator, spacing=spacing)


@pytest.mark.parametrize("spacing", SPACINGS)
def test_digits_touch_if_there_are_fewer_components_than_digits(spacing: Spacing) -> None:
    for seed in range(8):
        page = numbers(seed, spacing)
        n_components = ndimage.label(page.ink >= MIN_INK, np.ones((3, 3)))[1]
        assert page.is_touching == (n_components < 5)


def test_the_boxes_of_a_photographed_page_hold_its_ink() -> None:
    page = numbers(0, "close", (4, 3))
    effects = [partial(tilted, degrees=6), paper.rough]
    taken = photograph_page(page, rng(), pen="black", effects=effects, longer_side_px=700)
    is_dark = np.asarray(taken.picture.convert("L")) < 128
    assert is_dark.any()
    for x, y, width, height in (box for line in taken.boxes for box in line):
        assert is_dark[y : y + height, x : x + width].mean() > 0.05
        is_dark[y - 1 : y + height + 1, x - 1 : x + width + 1] = False
    assert not is_dark.any()
    assert (taken.lines, taken.is_touching) == (page.lines, page.is_touching)


def test_every_condition_makes_pictures_with_their_ground_truth() -> None:
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 4:24, 12:16] = 255
    every = conditions(PEN_DIGITS, Digits(images, np.array([1], np.uint8)))
    assert {condition.is_pen for condition in every.values()} == {True, False}
    for name, condition in every.items():
        if "12 megapixels" in name:  # seconds each
            continue
        page = condition.make(rng())
        assert set("".join(page.lines)) <= set("017"), name
        assert [len(line) for line in page.lines] == [len(line) for line in page.boxes], name
        for x, y, width, height in (box for line in page.boxes for box in line):
            assert width > 0 and height > 0, name
            assert x < page.picture.width and y < page.picture.height, name


@pytest.mark.parametrize("name", EFFECTS)
def test_the_box_of_a_digit_is_darker_than_the_paper_around_it_under_every_effect(
    name: str,
) -> None:
    page = compose(write_with_pen(PEN_DIGITS[1:2], (1,), rng()), rng(), spacing="clear")
    effects = [EFFECTS[name]]
    taken = photograph_page(page, rng(), pen="black", effects=effects, longer_side_px=300)
    grey = np.asarray(taken.picture.convert("L"), float)
    x, y, width, height = taken.boxes[0][0]
    inside = grey[y : y + height, x : x + width]
    around = grey[max(0, y - 9) : y + height + 9, max(0, x - 9) : x + width + 9]
    assert inside.min() < np.median(around) - 60


def test_the_text_is_what_is_written() -> None:
    assert write_signed(PEN_DIGITS[1:2], "-d.d", rng())[1] == "-1.1"
    assert write_signed(PEN_DIGITS[1:2], "dd%", rng())[1] == "11%"
