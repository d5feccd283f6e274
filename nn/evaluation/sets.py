"""Sets for measuring: pictures of digits by other people, and pictures without a digit.

They are in the folder ``dev`` of the data folder. No network is trained on them or tuned to them.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from nn.core.layers import Array
from nn.data.digits import DataError
from nn.data.published import COPY_AGAIN, data_folder, refused_if_damaged

SUBFOLDER = "dev"

# A progress bar, on a terminal and if it takes over a second.
progress = partial(tqdm, leave=False, disable=None, delay=1)


@dataclass(frozen=True)
class LabelledPictures:
    """N pictures of any mode and size, and labels uint8 (N,), 0 to 9, or (0,) for no digits."""

    pictures: Sequence[Image.Image]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.pictures)


def read_npz(path: Path) -> LabelledPictures:
    """Return the pictures of a file of numpy arrays: images uint8 (N, H, W) and labels uint8 (N,).

    A set without digits has no labels. Raise DataError if the file cannot be read.
    """
    with (
        refused_if_damaged(path, "numpy arrays, images and labels"),
        path.open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        pictures = [Image.fromarray(image) for image in arrays["images"]]
        labels = arrays["labels"] if "labels" in arrays else np.zeros(0, np.uint8)
    return LabelledPictures(pictures, labels)


def read_zip(path: Path) -> LabelledPictures:
    """Return the pictures of a zip archive whose folders 0 to 9 hold the pictures of a digit.

    Raise DataError if the archive or a picture in it cannot be read, or there is none.
    """
    with refused_if_damaged(path, "an archive of pictures"):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in sorted(archive.namelist()) if _label(name) in range(10)]
            pictures = [Image.open(io.BytesIO(archive.read(name))) for name in names]
        for picture in pictures:
            picture.load()
    if not names:
        raise DataError(
            f"{path}: expected pictures in folders 0 to 9, but found none: {COPY_AGAIN}"
        )
    return LabelledPictures(pictures, np.array([_label(name) for name in names], np.uint8))


Reader = Callable[[Path], LabelledPictures]

# Name of the set: its file, and the function that reads it.
DIGITS: Mapping[str, tuple[str, Reader]] = {
    "HwD-1000, drawn on a screen": ("canvas_hwd1000.npz", read_npz),
    "bhmsds, photographed sheets": ("paper_bhmsds.npz", read_npz),
    "sudoku cells, phone photos": ("photo_sudoku_cells.zip", read_zip),
}
NO_DIGITS: Mapping[str, tuple[str, Reader]] = {
    "Quick, Draw! doodles": ("non_quickdraw_doodles.npz", read_npz),
}


def load(name: str, folder: Path | None = None) -> LabelledPictures:
    """Return the set of a name, a key of ``DIGITS`` or ``NO_DIGITS``.

    Its file is in the folder, or in the folder that INKLING_DATA names if None, or in a folder
    ``dev`` in there. Raise DataError if there is none, or it is damaged.
    """
    file_name, read = {**DIGITS, **NO_DIGITS}[name]
    folder = data_folder(folder)
    if folder is None:
        raise DataError(f"{file_name}: name the folder that holds it with --data or INKLING_DATA")
    for path in (folder / SUBFOLDER / file_name, folder / file_name):
        if path.is_file():
            return read(path)
    raise DataError(
        f"{file_name} is neither in {folder} nor in its folder {SUBFOLDER}: copy it there"
    )


def to_picture(ink: Array) -> Image.Image:
    """Return ink (H, W), 0 for paper to 1 for ink, as a picture, dark on white."""
    return Image.fromarray(np.rint(255 * (1 - np.clip(ink, 0, 1))).astype(np.uint8))


def _label(name: str) -> int:
    """Return the digit that the folder of a file in an archive names, or -1."""
    folder = PurePosixPath(name).parent.name
    return int(folder) if folder in set("0123456789") else -1
