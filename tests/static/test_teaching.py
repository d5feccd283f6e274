"""The lesson's finale: a network that has learnt 0 to 4 alone is taught 5 to 9 by real writers."""

import base64
import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
from flask.testing import FlaskClient

from app.service.lesson import learning_set
from nn.data.pendigits import load_pendigits
from nn.data.synthetic.drawing import draw_strokes
from nn.evaluation.classifier_metrics import wilson_interval
from nn.reading.page.find import to_mnist
from tests.data_sets import needs_data
from tests.node import computed

PEN_WIDTHS = (1 / 20, 1 / 8)  # of the drawing's longer side
SEEDS = [1, 2]
CLASSES = [10, 30]  # numbers of writers


def class_digits(n_writers: int) -> dict[str, Any]:
    """Return the labels and pixels of a sheet: 0 to 9 by each of some writers of pendigits."""
    rng = np.random.default_rng(1)
    digits = load_pendigits()
    pictures = []
    for writer in sorted({digit.writer for digit in digits})[:n_writers]:
        width = float(np.exp(rng.uniform(*np.log(PEN_WIDTHS))))
        for label in range(10):
            written = [each for each in digits if (each.writer, each.label) == (writer, label)]
            chosen = written[rng.integers(len(written))]
            pictures.append(to_mnist(draw_strokes(chosen.strokes, width)))
    pixels = np.array(pictures, np.uint8).tobytes()
    return {"labels": list(range(10)) * n_writers, "images": base64.b64encode(pixels).decode()}


def taught(folder: Path) -> list[dict[str, Any]]:
    """Teach as the page does; return what is read right before and after, by seed and class."""
    path = folder / "digits.bin"
    path.write_bytes(gzip.decompress(learning_set()))
    asked = {"path": str(path), "classes": list(map(class_digits, CLASSES)), "seeds": SEEDS}
    return list(computed("learn/taught.mjs", asked))


def interval(count: dict[str, int]) -> tuple[float, float]:
    return wilson_interval(count["right"], count["total"])


@needs_data
def test_a_classs_digits_are_read_beyond_doubt_better_and_others_are_forgotten_if_not_remembered(
    client: FlaskClient, tmp_path: Path
) -> None:
    claimed = re.search(r"Afterwards it reads (\d+) to (\d+) of 100", client.get("/teach").text)
    assert claimed is not None
    for each in taught(tmp_path):
        before, remembering, alone = (each[name] for name in ("before", "remembering", "alone"))
        assert before["own"]["right"] == before["taught"]["right"] == 0
        for after in (remembering, alone):
            assert interval(after["own"])[0] > interval(before["own"])[1]
        percent = round(100 * remembering["own"]["right"] / remembering["own"]["total"])
        assert int(claimed[1]) <= percent <= int(claimed[2])
        assert interval(alone["known"])[1] < 0.3 < 0.8 < interval(remembering["known"])[0]
