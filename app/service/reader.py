"""From uploaded files to answers: each opened within the limits, read in its turn, noted."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import g
from PIL import Image

from app.errors import Problem, details
from app.requests.images import decode, full_size_px
from app.service.concurrency import Admission
from app.service.predictor import Classifier


class Reader:
    """Reads files for the routes.

    What it did is left for the log and the metrics of the request: in ``flask.g``, ``model`` is the
    model's name, ``picture_pixels`` the size of each picture, ``answers`` each answer.

    Parameters
    ----------
    classifier
        Finds the digits.
    admission
        Says when a request may read.
    max_pixels
        Most pixels, width times height, of all pictures of one request together.
    """

    def __init__(self, classifier: Classifier, admission: Admission, max_pixels: int) -> None:
        self._classifier = classifier
        self._admission = admission
        self._max_pixels = max_pixels

    def predict(self, file: bytes, model: str, *, explain: bool = False) -> dict[str, Any]:
        """Return the answer to a file with one digit, or raise the Problem that it is."""
        return self._read(self._classifier.predict, file, model, explain=explain)

    def read(self, file: bytes, model: str, *, explain: bool = False) -> dict[str, Any]:
        """Return the answer to a file with several digits, or raise the Problem that it is."""
        return self._read(self._classifier.read, file, model, explain=explain)

    def _read(
        self, read: Callable[..., dict[str, Any]], file: bytes, model: str, *, explain: bool
    ) -> dict[str, Any]:
        pictures = self._begin([file], model)
        with self._admission.turn():
            answer = read(pictures.open(0), model, explain=explain)
        g.answers = [answer]
        return answer

    def predict_all(self, files: Sequence[bytes | Problem], model: str) -> dict[str, Any]:
        """Return the answers to files with one digit each, in order; a Problem answers itself."""
        pictures = self._begin(files, model)
        openers = [partial(pictures.open, place) for place in range(len(files))]
        with self._admission.turn():
            answers = self._classifier.predict_all(openers, model)
        g.answers = [answer for answer in answers if not isinstance(answer, Problem)]
        return {"model": model, "results": [_result(answer) for answer in answers]}

    def _begin(self, files: Sequence[bytes | Problem], model: str) -> "_Pictures":
        pictures = _Pictures(files, self._max_pixels)
        g.model, g.picture_pixels = model, pictures.pixels
        return pictures


class _Pictures:
    """The files of one request, each opened when it is needed, together within the limit.

    Attributes
    ----------
    pixels
        Width times height of each picture that was opened, 0 for the others.
    """

    def __init__(self, files: Sequence[bytes | Problem], max_pixels: int) -> None:
        self._files = files
        self._max_pixels = max_pixels
        self.pixels = [0] * len(files)

    def open(self, place: int) -> Image.Image:
        """Return the picture in a file, or raise the Problem that it has."""
        file = self._files[place]
        if isinstance(file, Problem):
            raise file
        before = sum(self.pixels[:place])
        picture = decode(file, max_pixels=self._max_pixels, pixels_before=before)
        self.pixels[place] = math.prod(full_size_px(picture))
        return picture


def _result(answer: dict[str, Any] | Problem) -> dict[str, Any]:
    """Return an item of the answer to a batch, whose model is said once for all."""
    if isinstance(answer, Problem):
        return {"error": details(answer)}
    return {key: value for key, value in answer.items() if key != "model"}
