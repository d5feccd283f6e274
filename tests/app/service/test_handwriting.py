"""A thousand digits that one person drew; a quarter of them in every way that people post them."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.drawing import as_file

Digits = tuple[NDArray[np.uint8], NDArray[np.uint8]]


@pytest.fixture(scope="module")
def drawn_digits() -> Digits:
    """Return HwD-1000: pictures uint8 (1000, 28, 28), dark ink on white, and their labels."""
    path = Path(os.environ.get("INKLING_DATA", "")) / "dev" / "canvas_hwd1000.npz"
    if not path.is_file():
        pytest.skip("needs dev/canvas_hwd1000.npz in the folder that INKLING_DATA names")
    with np.load(path) as archive:
        return archive["images"], archive["labels"]


def transparent(picture: Image.Image) -> Image.Image:
    layer = Image.new("LA", picture.size)
    layer.putalpha(ImageOps.invert(picture))
    return layer


def in_a_corner(picture: Image.Image) -> Image.Image:
    page = Image.new("L", (800, 600), "white")
    page.paste(picture, (800 - picture.width, 600 - picture.height))
    return page


@pytest.mark.parametrize(
    ("change", "image_format", "every"),
    [
        (lambda picture: picture, "PNG", 1),
        (ImageOps.invert, "PNG", 4),
        (transparent, "PNG", 4),
        (in_a_corner, "PNG", 4),
        (lambda picture: picture, "JPEG", 4),
    ],
    ids=["dark on light", "light on dark", "transparent", "in a corner of 800 x 600", "JPEG"],
)
def test_at_most_one_of_a_thousand_drawn_digits_is_read_wrong(
    change: Callable[[Image.Image], Image.Image],
    image_format: str,
    every: int,
    client: FlaskClient,
    drawn_digits: Digits,
) -> None:
    images, labels = (each[::every] for each in drawn_digits)
    files = [as_file(change(Image.fromarray(image)), image_format) for image in images]
    n_right = 0
    for start in range(0, len(files), 50):
        fields = [(BytesIO(file), "digit") for file in files[start : start + 50]]
        results = client.post("/predict/batch", data={"image": fields}).get_json()["results"]
        read = [result.get("digit") for result in results]
        n_right += sum(np.equal(read, labels[start : start + 50]))
    print(f"{n_right:,} of {len(files):,} read")
    assert n_right >= len(files) - 1
