from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from tests.pages import paper
from tests.pages.composing import (
    MIN_INK,
    SPACINGS,
    Spacing,
    compose,
)
from tests.pages.conditions import conditions
from tests.pages.handwriting import (
    Box,
    Page,
    write_with_pen,
)
from tests.pages.perspective import tilted
from tests.pages.photograph import (
    EFFECTS,
    photograph_page,
)
from tests.pages.signs import write_signed

ONE = [np.array([[0.0, 0], [5, 100]])]
SEVEN = [np.array([[0.0, 0], [60, 0], [20, 100]])]
ANGLES = np.linspace(0, 2 * np.pi, 30)
ZERO = [np.column_stack([30 * np.cos(ANGLES), 50 * np.sin(ANGLES)])]
SHAPES = {0: ZERO, 1: ONE, 7: SEVEN}
PEN_DIGITS = [PenDigit(label, 3, strokes) for label, strokes in SHAPES.items()]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def numbers(seed: int, spacing: Spacing = "clear", lengths: Sequence[int] = (5,)) -> Page:
    generator = rng(seed)
    writing = write_with_pen(PEN_DIGITS, lengths, generator)
    return compose(writing, generator, spacing=spacing)


def ink(*rows: str) -> Array:
    """Return ink drawn as text: a # is full."""
    return np.array([[float(pixel == "#") for pixel in row] for row in rows], np.float32)


def n_components(page: Page) -> int:
    """Return the number of 8-connected components of ink."""
    return int(ndimage.label(page.ink >= MIN_INK, np.ones((3, 3)))[1])


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("seed", range(8))
def test_digits_touch_if_there_are_fewer_components_than_digits(
    seed: int, spacing: Spacing
) -> None:
    page = numbers(seed, spacing)
    assert page.is_touching == (n_components(page) < 5)


@pytest.mark.parametrize("seed", range(3))
def test_the_boxes_of_a_photographed_page_hold_its_ink(seed: int) -> None:
    page = numbers(seed, "close", (4, 3))
    effects = [partial(tilted, degrees=6), paper.rough]
    taken = photograph_page(page, rng(seed), pen="black", effects=effects, longer_side_px=700)
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


BLOB = (60, 20, 24, 40)  # box of a page's only ink
Boxes = tuple[Box, ...]


def page(ink_box: Box = BLOB, shape: tuple[int, int] = (80, 200), boxes: Boxes = (BLOB,)) -> Page:
    """Return a page of a shape with a rectangle of ink, and with boxes."""
    ink = np.zeros(shape, np.float32)
    x, y, width, height = ink_box
    ink[y : y + height, x : x + width] = 1
    return Page(ink, Image.new("L", shape[::-1]), ("1",), (boxes,), is_touching=False)


@pytest.mark.parametrize("name", EFFECTS)
def test_a_box_holds_its_ink_under_every_effect(name: str) -> None:
    taken = photograph_page(page(), rng(), pen="black", effects=[EFFECTS[name]], quality=90)
    grey = np.asarray(taken.picture.convert("L"), float)
    x, y, width, height = taken.boxes[0][0]
    # The ink's middle is darker than what is left, right, above and below the box.
    middle = grey[y + height // 2, x + width // 2]
    row, column = grey[y + height // 2], grey[:, x + width // 2]
    beside = [row[x - 8], row[x + width + 7], column[y - 8], column[y + height + 7]]
    assert middle < min(beside) - 60


def test_the_text_is_what_is_written() -> None:
    assert write_signed([PenDigit(1, 3, ONE)], "-d.d", rng())[1] == "-1.1"
    assert write_signed([PenDigit(1, 3, ONE)], "dd%", rng())[1] == "11%"
