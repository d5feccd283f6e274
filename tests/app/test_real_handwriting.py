"""A thousand digits that one person drew on a screen, posted in every way that people post them."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SET = Path(os.environ.get("INKLING_DATA", "")) / "dev" / "canvas_hwd1000.npz"

pytestmark = pytest.mark.skipif(
    not SET.is_file(), reason="needs HwD-1000: set INKLING_DATA to a folder with dev/ in it"
)


def transparent(image: np.ndarray) -> Image.Image:
    alpha = Image.fromarray(255 - image)
    return Image.merge("LA", (Image.new("L", alpha.size, 0), alpha)).convert("RGBA")


def in_a_corner(image: np.ndarray) -> Image.Image:
    page = Image.new("L", (800, 600), 255)
    page.paste(Image.fromarray(image), (800 - 28, 600 - 28))
    return page


WAYS = {
    "dark on light": (Image.fromarray, "PNG"),
    "light on dark": (lambda image: Image.fromarray(255 - image), "PNG"),
    "transparent": (transparent, "PNG"),
    "in a corner of 800x600": (in_a_corner, "PNG"),
    "JPEG": (Image.fromarray, "JPEG"),
}


@pytest.mark.parametrize(("picture", "kind"), WAYS.values(), ids=WAYS)
def test_at_least_99_percent_of_drawn_digits_are_read(client, picture, kind):
    with np.load(SET) as archive:
        images, labels = archive["images"], archive["labels"]
    n_read = 0
    for image, label in zip(images, labels, strict=True):
        file = io.BytesIO()
        picture(image).save(file, kind)
        response = client.post(
            "/predict?model=mlp", data=file.getvalue(), content_type=f"image/{kind.lower()}"
        )
        n_read += response.status_code == 200 and response.json["digit"] == label
    print(f"{n_read:,} of {len(labels):,} read")
    assert n_read >= 0.99 * len(labels)
