from typing import Any

import numpy as np
import pytest

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from tests.pages.composing import Spacing
from tests.pages.conditions import Layout, conditions, write_page
from tests.pages.handwriting import Handwriting, write_with_pen

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
