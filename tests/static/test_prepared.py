"""From a drawing to the network's input: the page's steps beside those of ``nn.reading``."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from nn.reading.mnist import NoInk, Pixels, ink_to_mnist
from nn.reading.page.drawing import ink_by_global_threshold
from tests.drawing import draw, draw_number
from tests.node import computed

MOST_LEVELS = 3  # of 255, by which rounding may differ


def prepare(*pictures: Pixels) -> list[dict[str, Any]]:
    sent = [
        {"pixels": each.ravel().tolist(), "width": each.shape[1], "height": each.shape[0]}
        for each in pictures
    ]
    return list(computed("prepared.mjs", sent))


def test_a_drawing_becomes_the_servers_pixels() -> None:
    grain = np.random.default_rng(3).integers(-9, 9, (400, 400))
    pictures = {
        "dark on light": draw(7),
        "light on dark": ImageOps.invert(draw(1)),
        "cut out": draw(7).crop((80, 70, 320, 350)),
        "cropped to thick ink": draw(1).crop((182, 54, 218, 346)),
        "off the middle": draw(7).crop((60, 60, 400, 400)),
        "small": draw(7).resize((37, 53)),
        "wide": draw(1).rotate(80, fillcolor="white").crop((20, 120, 380, 280)),
        "pale": draw(7).point(lambda level: 200 + level // 10),
        "noisy": Image.fromarray(np.clip(np.asarray(draw(7)) + grain, 0, 255).astype(np.uint8)),
    }
    arrays = [np.asarray(each) for each in pictures.values()]
    for name, grey, in_page in zip(pictures, arrays, prepare(*arrays), strict=True):
        expected = ink_to_mnist(ink_by_global_threshold(grey).digit).ravel().astype(int)
        assert np.abs(expected - in_page["image"]).max() <= MOST_LEVELS, name


def test_what_has_too_little_contrast_is_blank() -> None:
    faint = np.full((100, 100), 255, np.uint8)
    faint[40:60, 40:60] = 255 - 23
    with pytest.raises(NoInk):
        ink_by_global_threshold(faint)
    assert prepare(faint)[0]["image"] is None


def test_digits_side_by_side_are_counted() -> None:
    bar_above = np.asarray(draw(7)).copy()
    bar_above[130:150] = 255  # a gap below the bar
    pictures = [np.asarray(each) for each in (draw(7), draw_number(7, 1), draw_number(1, 7, 1))]
    counts = [each["count"] for each in prepare(*pictures, bar_above)]
    assert counts == [1, 2, 3, 1]
