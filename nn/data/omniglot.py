"""Characters of five alphabets, drawn by twenty people each: a part of Omniglot.

B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, "Human-level concept learning through probabilistic
program induction", 2015, MIT licence. Pictures of 105x105 pixels, ink dark.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from nn.data.digits import NO_DIGIT, Digits
from nn.data.published import PublishedFile
from nn.reading.page.find import to_mnist

FILE = PublishedFile(
    "omniglot",
    ("https://raw.githubusercontent.com/brendenlake/omniglot/master/python/",),
    "images_background_small1.zip",
    "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4",
)

# Characters that can be taken for a digit, by alphabet.
LOOK_ALIKES: Mapping[str, frozenset[int]] = {
    "Balinese": frozenset([5, 14]),
    "Early_Aramaic": frozenset([1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 20]),
    "Greek": frozenset([2, 4, 6, 8, 9, 14, 15, 18]),
    "Korean": frozenset([21, 22, 27, 28, 33, 37]),
    "Latin": frozenset([1, 2, 7, 9, 12, 15, 17, 19, 26]),
}


def load_omniglot(folder: Path | None = None) -> Digits:
    """Return the characters that do not look like a digit, in the format of MNIST.

    See ``PublishedFile.read`` for the folder and the errors.
    """
    with zipfile.ZipFile(io.BytesIO(FILE.read(folder))) as archive:
        names = [name for name in sorted(archive.namelist()) if is_unlike_digits(name)]
        images = np.stack([to_mnist(Image.open(archive.open(name))) for name in names])
    return Digits(images, np.full(len(images), NO_DIGIT, np.uint8))


def is_unlike_digits(name: str) -> bool:
    """Return whether a file ``.../ALPHABET/characterNN/NAME.png`` looks unlike any digit."""
    path = PurePosixPath(name)
    if path.suffix != ".png":
        return False
    number = int(path.parent.name.removeprefix("character"))
    return number not in LOOK_ALIKES[path.parent.parent.name]
