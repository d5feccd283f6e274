import os

import numpy as np
import pytest
from PIL import Image, ImageOps

from nn.data.mnist import load_mnist
from nn.data.pictures.entries import open_picture
from nn.data.pictures.own_digits import is_in_mnist_format, pixels_if_mnist
from nn.decoding.errors import PictureError
from nn.reading.ink.extract import to_mnist
from nn.reading.mnist_format import Pixels
from tests.nn.data.pictures.making import drawn, png


@pytest.fixture
def digit() -> Pixels:
    return to_mnist(drawn(40))


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA")
def test_all_of_mnist_is_taken_as_it_is() -> None:
    assert all(is_in_mnist_format(image) for digits in load_mnist() for image in digits.images)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_picture_in_mnists_format_is_taken_as_it_is(digit: Pixels, mode: str) -> None:
    taken = pixels_if_mnist(Image.fromarray(digit).convert(mode))
    assert isinstance(taken, np.ndarray)
    assert np.array_equal(taken, digit)


def test_other_pictures_of_28x28_are_prepared_like_any(digit: Pixels) -> None:
    others = {
        "inverted": 255 - digit,
        "off-centre": np.roll(digit, 3, 1),
        "large": np.asarray(Image.fromarray(digit[4:24, 4:24]).resize((28, 28))),
        "grey paper": np.maximum(digit, 30),
        "pale": digit // 2,
        "empty": digit * 0,
    }
    for name, pixels in others.items():
        assert isinstance(pixels_if_mnist(pixels), Image.Image), name
        assert isinstance(pixels_if_mnist(Image.fromarray(pixels)), Image.Image), name


def test_deep_small_and_large_pictures_are_opened(digit: Pixels) -> None:
    deep = Image.fromarray(np.asarray(drawn(40)).astype(np.uint16) * 257)
    assert np.array_equal(to_mnist(open_picture(png(deep))), digit)
    assert open_picture(png(Image.new("L", (1, 1)))).size == (1, 1)
    inverted = open_picture(png(ImageOps.invert(drawn(40))))
    assert np.array_equal(to_mnist(inverted), digit)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(PictureError, match="8,000 x 8,000 pixels; of a PNG at most"):
        open_picture(png(Image.new("1", (8000, 8000))))


@pytest.mark.parametrize("content", [b"", b"<svg></svg>", png(drawn(40))[:100]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError):
        open_picture(content)
