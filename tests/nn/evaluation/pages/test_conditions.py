from typing import Any

import numpy as np
import pytest

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.evaluation.pages.composing import Spacing
from nn.evaluation.pages.conditions import Layout, conditions, write_page
from nn.evaluation.pages.numbers import Handwriting, write_with_pen
from nn.evaluation.pages.photograph import photograph_page

ONE, SEVEN = np.array([[0.0, 0], [5, 100]]), np.array([[0.0, 0], [60, 0], [20, 100]])
PEN_DIGITS = [PenDigit(1, 1, [ONE]), PenDigit(7, 1, [SEVEN])]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def pen(lengths: list[int], rng: np.random.Generator, **options: Any) -> Handwriting:
    return write_with_pen(PEN_DIGITS, lengths, rng, **options)


@pytest.mark.parametrize("spacing", ["touching", "joined"])
@pytest.mark.parametrize("seed", range(5))
def test_with_spacings_that_touch_alone_some_digits_touch(seed: int, spacing: Spacing) -> None:
    assert write_page(pen, Layout(spacings=(spacing,)), rng(seed)).is_touching


def test_pages_have_as_many_lines_and_digits_as_their_layout_allows() -> None:
    layout = Layout(n_digits=(3, 4), n_lines=(1, 2), spacings=("clear",))
    pages = [write_page(pen, layout, rng(seed)) for seed in range(20)]
    assert {len(page.lines) for page in pages} == {1, 2}
    assert {len(line) for page in pages for line in page.lines} == {3, 4}


def test_slanting_lines_are_not_level() -> None:
    layout = Layout(n_digits=(6, 6), spacings=("clear",), slanting=1)
    slopes = []
    for seed in range(10):
        boxes = np.array(write_page(pen, layout, rng(seed)).boxes[0], float)
        slopes.append(np.polyfit(boxes[:, 0], boxes[:, 1] + boxes[:, 3] / 2, 1)[0])
    assert np.abs(slopes).min() > 0.03
    assert min(slopes) < 0 < max(slopes)


def test_every_condition_makes_pictures_with_their_ground_truth() -> None:
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 4:24, 12:16] = 255
    every = conditions(PEN_DIGITS, Digits(images, np.array([1], np.uint8)))
    assert {condition.is_pen for condition in every.values()} == {True, False}
    for name, condition in every.items():
        if "12 megapixels" in name:  # seconds each
            continue
        page = condition.make(rng())
        assert set("".join(page.lines)) <= set("17"), name
        assert [len(line) for line in page.lines] == [len(line) for line in page.boxes], name
        for x, y, width, height in (box for line in page.boxes for box in line):
            assert width > 0 and height > 0, name
            assert x < page.picture.width and y < page.picture.height, name


def test_a_photograph_turned_by_exif_is_stored_on_its_side() -> None:
    written = write_page(pen, Layout(), rng())
    page = photograph_page(written, rng(), longer_side_px=400, is_turned=True)
    assert page.picture.size == (300, 400)
    # Its boxes are those of the upright picture, 400 wide.
    assert 200 < max(x + width for line in page.boxes for x, _, width, _ in line) < 400
