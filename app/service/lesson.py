"""Contents of the lesson: the notebook's code, the program's functions, and digits."""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gzip import compress, decompress
from pathlib import Path
from typing import Any

import numpy as np

from app.config import ROOT
from app.service.answers import to_png
from app.service.predictor import Predictor
from nn.core.layers import Dense, Sigmoid
from nn.core.losses import QuadraticCost, one_hot
from nn.core.network import Network
from nn.core.optimizers import SGD
from nn.data.lesson_set import load_lesson_set
from nn.models.architectures import article
from nn.reading.mnist import to_inputs
from nn.reading.page.find import to_mnist

STEPS: Mapping[str, tuple[Any, ...]] = {
    "data": (to_inputs, one_hot),
    "sigmoid": (Sigmoid,),
    "network": (article, Dense.__init__),
    "feed-forward": (Network.feedforward, Network._outputs, Dense.forward),
    "sgd": (Network.sgd,),
    "mini-batch": (Network.update_mini_batch, SGD.step),
    "back-prop": (Network.backprop, Dense.backward, Sigmoid.backward),
    "cost-derivative": (QuadraticCost.cost, QuadraticCost.cost_derivative),
    "together": (Network.__init__, Network.evaluate),
    "classifier": (to_mnist, Predictor.predict),
}
"""The functions of the program that do each step of the lesson, in the article's order."""

TINY = "nn/tiny.py"
OF_TINY: Mapping[str, str] = {
    "sigmoid": "sigmoid",
    "network": "new_layer",
    "feed-forward": "feedforward",
    "sgd": "sgd",
    "mini-batch": "update_mini_batch",
    "back-prop": "backprop",
    "cost-derivative": "cost_derivative",
    "together": "evaluate",
}
"""Its function that does a step in a few lines."""

NOTEBOOK = ROOT / "nn" / "lesson.ipynb"

COMPRESSION_LEVEL = 1  # 2.6 MB in a quarter of the time of level 6, which saves a tenth
N_ROWS = 10  # of digits to learn from on the sheet, each with one of each class; as many held back


@dataclass(frozen=True)
class Source:
    """Where a function or class of the program is.

    Attributes
    ----------
    name
        Such as "Network.sgd".
    path
        Of its file, from the project's folder.
    line
        Where it begins in the file, from 1.
    """

    name: str
    path: str
    line: int


@cache
def short_functions() -> dict[str, str]:
    """Return the code of each step, by the step's name: the first cell below its heading.

    The notebook builds ``nn/tiny.py``: a test compares both.
    """
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    codes, is_first = [], False
    for cell in cells:
        text = "".join(cell["source"])
        is_first = is_first or re.match(r"## \d+\. ", text) is not None
        if is_first and cell["cell_type"] == "code":
            codes.append(text)
            is_first = False
    return dict(zip(STEPS, codes, strict=True))


@cache
def functions_of_steps() -> dict[str, list[Source]]:
    """Return where the functions of each step are, by the step's name, first that of ``TINY``."""
    lines = (ROOT / TINY).read_text("utf-8").splitlines()
    starts = {line.split("(")[0]: number for number, line in enumerate(lines, start=1)}
    tiny = {step: Source(name, TINY, starts[f"def {name}"]) for step, name in OF_TINY.items()}
    return {
        step: [*([tiny[step]] if step in tiny else []), *map(_source, functions)]
        for step, functions in STEPS.items()
    }


@cache
def learning_set() -> bytes:
    """Return the lesson set for the page that trains, compressed with gzip.

    A byte for the label of each digit, then 784 for its pixels: 12,000 digits to learn from, then
    2,000 to test on.
    """
    parts = load_lesson_set()
    arrays = [*(part.labels for part in parts), *(part.images for part in parts)]
    return compress(b"".join(array.tobytes() for array in arrays), COMPRESSION_LEVEL, mtime=0)


@cache
def inflated_learning_set() -> bytes:
    """Return the lesson set uncompressed, 11 MB."""
    return decompress(learning_set())


@cache
def digits() -> bytes:
    """Return 200 digits of the lesson set as a PNG, white on black, a column a class.

    The upper 100 are to learn from, the lower 100 are test digits.
    """
    images = np.concatenate([part.images[: 10 * N_ROWS] for part in load_lesson_set()])
    sheet = images.reshape(2 * N_ROWS, 10, 28, 28)
    return to_png(sheet.swapaxes(1, 2).reshape(2 * N_ROWS * 28, 10 * 28))


def _source(function: Any) -> Source:
    _, line = inspect.getsourcelines(function)
    return Source(function.__qualname__, _path(function), line)


def _path(function: Any) -> str:
    return Path(inspect.getfile(function)).resolve().relative_to(ROOT.resolve()).as_posix()
