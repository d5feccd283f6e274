"""A client of Inkling: one file, Python's standard library alone.

A running server hands it out: ``curl -O http://127.0.0.1:8000/static/client.py``

>>> from client import Client
>>> Client("http://127.0.0.1:8000").predict(Path("seven.png")).digit
7
"""

import base64
import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

_NAMES = {"certain": "is_certain", "box": "box_px", "width": "width_px", "height": "height_px"}


class Answer(SimpleNamespace):
    """An answer: the fields of its JSON, which ``/api`` and ``/openapi.json`` describe.

    ``certain`` is called ``is_certain`` here; ``box``, ``width`` and ``height`` end in ``_px``;
    ``image`` holds the bytes of the PNG file of 28x28 pixels that the network reads.
    """


class Refused(Exception):
    """The server refuses a request or a picture; ``detail`` says why and what to do.

    It has the ``type``, ``title``, ``status`` and ``detail`` of a problem document (RFC 9457);
    ``retry_after_s`` is the time to wait before the next attempt, in seconds, or None.
    """

    def __init__(self, problem: Answer, retry_after: str | None = None) -> None:
        self.type, self.title = problem.type, problem.title
        self.status, self.detail = problem.status, problem.detail
        self.retry_after_s: int | None = None
        if retry_after and retry_after.isdecimal():
            with suppress(ValueError):  # thousands of digits
                self.retry_after_s = int(retry_after)
        super().__init__(f"{self.status} {self.title}. {self.detail}")


class Client:
    """Sends pictures to a server: PNG, JPEG, WebP, GIF or BMP, as bytes or as the path of a file.

    Each method raises `Refused` when the server refuses, OSError when it cannot be reached or is
    silent for ``timeout_s`` seconds, and ValueError when what answers is not Inkling. ``model`` is
    the name of a model, None the server's default.
    """

    def __init__(self, base_url: str, *, api_key: str | None = None, timeout_s: float = 10) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._timeout_s = timeout_s

    def predict(self, picture: bytes | Path, model: str | None = None) -> Answer:
        """Return the digit in a picture: ``digit``, ``confidence``, ``is_certain``, ``doubt``."""
        return self._post("/predict", "digit", [picture], model)

    def predict_batch(
        self, pictures: Sequence[bytes | Path], model: str | None = None
    ) -> list[Answer | Refused]:
        """Return, in their order, the digit in each picture, or why that picture is refused."""
        batch = self._post("/predict/batch", "results", pictures, model)
        try:
            answers = [_item(item, batch.model) for item in batch.results]
        except (AttributeError, TypeError) as error:
            raise ValueError("The answer is not that of a batch.") from error
        if len(answers) != len(pictures):
            raise ValueError(f"{len(pictures)} pictures got {len(answers)} answers.")
        return answers

    def read(self, picture: bytes | Path, model: str | None = None) -> Answer:
        """Return the numbers in a picture: ``text``, ``digits``, ``is_certain``, ``doubt``."""
        return self._post("/read", "number", [picture], model)

    def _post(
        self, path: str, field: str, pictures: Sequence[bytes | Path], model: str | None
    ) -> Answer:
        """Return the answer to a form of pictures, which must have a field."""
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="image"; filename="image"\r\n\r\n'
        files = [each if isinstance(each, bytes) else each.read_bytes() for each in pictures]
        form = b"".join(head.encode() + file + b"\r\n" for file in files) + f"--{edge}--".encode()
        url = self._base_url + path + (f"?{urlencode({'model': model})}" if model else "")
        request = Request(url, form, {"Content-Type": f"multipart/form-data; boundary={edge}"})
        if self._api_key:
            request.add_unredirected_header("Authorization", f"Bearer {self._api_key}")
        try:
            with urlopen(request, timeout=self._timeout_s) as response:
                answer = _parsed(response.read())
        except HTTPError as error:
            with error:
                raise Refused(_problem(error), error.headers.get("Retry-After")) from error
        except HTTPException as error:
            raise OSError(f"No whole HTTP answer came: {error!r}") from error
        if not hasattr(answer, field):
            raise ValueError(f"The answer has no {field!r}.")
        return answer


def _item(item: Answer, model: str) -> Answer | Refused:
    """Return the answer to one picture of a batch."""
    if hasattr(item, "error"):
        return Refused(item.error)
    if "digit" not in vars(item):
        raise ValueError("The answer to a picture has no 'digit'.")
    return Answer(**vars(item), model=model)


def _problem(error: HTTPError) -> Answer:
    """Return what an error says; one of a proxy on the way may be no problem document."""
    problem = {"type": "about:blank", "title": error.reason, "detail": ""}
    with suppress(ValueError, OSError, HTTPException):
        document = vars(_parsed(error.read()))
        problem |= {name: document[name] for name in problem if isinstance(document.get(name), str)}
    return Answer(**problem, status=error.code)


def _parsed(text: bytes) -> Answer:
    """Return JSON with attributes in the place of fields, and pictures in that of data URLs."""

    def as_answer(fields: dict[str, Any]) -> Answer:
        if "image" in fields:
            fields["image"] = base64.b64decode(fields["image"].partition(",")[2])
        return Answer(**{_NAMES.get(name, name): value for name, value in fields.items()})

    try:
        answer = json.loads(text, object_hook=as_answer)
    except (AttributeError, RecursionError) as error:  # an image that is no text; depth
        raise ValueError("The JSON is not that of Inkling.") from error
    if not isinstance(answer, Answer):
        raise ValueError("The JSON is not an object.")
    return answer
