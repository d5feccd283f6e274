"""Files of labelled pictures to read."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from nn.data.digits import Digits
from nn.data.pictures.entries import Skipped
from nn.data.pictures.own_digits import OwnDigits, collect, to_input
from nn.reading.page.find import to_mnist


def drawn(left: int, mode: str = "L", side_px: int = 100) -> Image.Image:
    """Return a picture of an upright stroke, dark on white, whose place and width are its own."""
    picture = Image.new("L", (side_px, side_px), 255)
    width_px = side_px // 20 + left % 7
    ImageDraw.Draw(picture).line(
        [(left, side_px // 5), (left + left % 11, side_px * 4 // 5)], 0, width_px
    )
    return picture.convert(mode)


def slanted(n: int, seed: int = 0) -> Digits:
    """Return n different pictures in the format of MNIST: a stroke whose slant tells the digit."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(10, size=n).astype(np.uint8)
    images = []
    for angle in np.pi * (labels + rng.uniform(-0.2, 0.2, n)) / 10:
        picture, half = (
            Image.new("L", (100, 100), 255),
            40 * np.array([np.cos(angle), np.sin(angle)]),
        )
        line = [tuple(50 + half), tuple(50 - half)]
        ImageDraw.Draw(picture).line(line, 0, int(rng.integers(6, 14)))
        image = to_mnist(picture)
        images.append(image - np.minimum(image // 4, rng.integers(0, 40, image.shape, np.uint8)))
    return Digits(np.stack(images), labels)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> Path:
    """Write files into a folder by their paths in it, and return it."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def write_zip(path: Path, contents: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def load(path: Path) -> tuple[OwnDigits, Sequence[Skipped]]:
    """Return the pictures of a path as inputs, and those that are skipped."""
    own, _, skipped = collect(path, to_input)
    return own, skipped
