"""A client of Inkling: one file, Python's standard library alone.

A running server hands it out: ``curl -O http://127.0.0.1:8000/static/client.py``

>>> from client import Client
>>> Client("http://127.0.0.1:8000").predict("seven.png").digit
7
"""

import base64
import json
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

T = TypeVar("T", bound="Answer")

Picture = bytes | str | os.PathLike[str]
"""The bytes of a file, or its path."""


class Answer(SimpleNamespace):
    """An answer: the fields of its JSON, which ``/api`` and ``/openapi.json`` describe.

    ``image`` holds the bytes of the PNG file that the network reads, of a digit 28x28 pixels; None
    in an empty box of a sheet.
    """


class Digit(Answer):
    """A digit of a number, with the ``line`` that it is in."""

    digit: int
    confidence: float
    certain: bool
    doubt: str | None
    activations: list[float]
    line: int
    box: list[int]
    image: bytes


class DigitAnswer(Digit):
    """The digit in a picture, as ``/predict`` answers: it has no ``line``."""

    certain_from: float | None
    message: str
    left_out: list[Answer]
    width: int
    height: int
    model: str


class NumberAnswer(Answer):
    """The numbers in a picture, as ``/read`` answers."""

    number: str
    text: str
    lines: list[str]
    certain: bool
    doubt: str | None
    certain_from: float | None
    message: str
    digits: list[Digit]
    doubtful_signs: list[Answer]
    text_apart: str | None
    left_out: list[Answer]
    width: int
    height: int
    model: str


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
    the name of a model, None the server's default; ``explain`` adds "stages", "layers" or, of
    ``read``, "strips" to the answer, "stages,strips" two of these, "1" all; ``lang`` is the
    language of messages, such as "de"; ``risk`` is the share of certain answers that may be
    wrong, None for the server's; until version 3 ``certain_at``, a confidence, stands for one.
    """

    def __init__(self, base_url: str, *, api_key: str | None = None, timeout_s: float = 10) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._timeout_s = timeout_s

    def predict(
        self,
        picture: Picture,
        model: str | None = None,
        *,
        explain: str | None = None,
        lang: str | None = None,
        risk: float | None = None,
        certain_at: float | None = None,
    ) -> DigitAnswer:
        """Return the digit in a picture: ``digit``, ``confidence``, ``certain``, ``doubt``."""
        query = {
            "model": model,
            "explain": explain,
            "lang": lang,
            "risk": risk,
            "certain_at": certain_at,
        }
        return self._answer(DigitAnswer, "digit", "/predict", query, [picture])

    def predict_batch(
        self,
        pictures: Sequence[Picture],
        model: str | None = None,
        *,
        lang: str | None = None,
        risk: float | None = None,
        certain_at: float | None = None,
    ) -> list[DigitAnswer | Refused]:
        """Return, in their order, the digit in each picture, or why that picture is refused."""
        query = {"model": model, "lang": lang, "risk": risk, "certain_at": certain_at}
        return self._batch(DigitAnswer, "/predict/batch", query, pictures)

    def read(
        self,
        picture: Picture,
        model: str | None = None,
        *,
        explain: str | None = None,
        index: int | None = None,
        lang: str | None = None,
        allowed: Sequence[str] = (),
        **options: str | float,
    ) -> NumberAnswer:
        """Return the numbers in a picture: ``text``, ``digits``, ``certain``, ``doubt``.

        ``index`` is the place of the digit to explain, from 0; ``allowed``, ``pattern``, ``check``,
        ``minimum``, ``maximum`` and ``length`` say which texts a line may hold; ``risk`` is as of
        ``predict``.
        """
        query = {"model": model, "explain": explain, "index": index, "lang": lang, **options}
        return self._answer(NumberAnswer, "number", "/read", query, [picture], allowed)

    def read_batch(
        self,
        pictures: Sequence[Picture],
        model: str | None = None,
        *,
        lang: str | None = None,
        allowed: Sequence[str] = (),
        **options: str | float,
    ) -> list[NumberAnswer | Refused]:
        """Return, in their order, the numbers in each picture, or why that picture is refused.

        What is allowed, and ``risk``, hold for all of them, as of ``read``.
        """
        query = {"model": model, "lang": lang, **options}
        return self._batch(NumberAnswer, "/read/batch", query, pictures, allowed)

    def read_sheet(self, picture: Picture, *, lang: str | None = None) -> Answer:
        """Return what is in the boxes of a class sheet: ``boxes``, ``layout``.

        A box has ``label``, ``is_empty``, ``image``, and ``readings``, none if it is empty.
        """
        return self._answer(Answer, "boxes", "/sheet", {"lang": lang}, [picture])

    def models(self) -> Answer:
        """Return the networks: ``models``, ``default``."""
        return self._answer(Answer, "models", "/models", {})

    def weights(self, model: str | None = None) -> bytes:
        """Return all weights of a network, in the form that app/README.md describes."""
        return self._get("/models/weights", {"model": model})

    def ready(self) -> Answer:
        """Return the names of the networks of a server that takes requests: ``models``."""
        return self._answer(Answer, "models", "/readyz", {})

    def _batch(
        self,
        kind: type[T],
        path: str,
        query: dict[str, Any],
        pictures: Sequence[Picture],
        allowed: Sequence[str] = (),
    ) -> list[T | Refused]:
        """Return the answers of a batch, as many as pictures."""
        batch = self._answer(Answer, "results", path, query, pictures, allowed)
        try:
            answers = [_item(kind, item, batch.model) for item in batch.results]
        except (AttributeError, TypeError) as error:
            raise ValueError("The answer is not that of a batch.") from error
        if len(answers) != len(pictures):
            raise ValueError(f"{len(pictures)} pictures got {len(answers)} answers.")
        return answers

    def _answer(
        self,
        kind: type[T],
        field: str,
        path: str,
        query: dict[str, Any],
        pictures: Sequence[Picture] | None = None,
        allowed: Sequence[str] = (),
    ) -> T:
        """Return the answer of a path, which must have a field."""
        answer = _parsed(self._get(path, query, pictures, allowed))
        if not isinstance(answer, kind) or not hasattr(answer, field):
            raise ValueError(f"The answer has no {field!r}.")
        return answer

    def _get(
        self,
        path: str,
        query: dict[str, Any],
        pictures: Sequence[Picture] | None = None,
        allowed: Sequence[str] = (),
    ) -> bytes:
        """Return the body of the answer of a path, to a form of pictures if it reads them."""
        given = {name: value for name, value in query.items() if value is not None}
        url = f"{self._base_url}{path}" + (f"?{urlencode(given)}" if given else "")
        request = Request(url) if pictures is None else _form(url, pictures, allowed)
        if self._api_key:
            request.add_unredirected_header("Authorization", f"Bearer {self._api_key}")
        try:
            with urlopen(request, timeout=self._timeout_s) as response:
                return bytes(response.read())
        except HTTPError as error:
            with error:
                raise Refused(_problem(error), error.headers.get("Retry-After")) from error
        except (HTTPException, ConnectionError) as error:
            raise OSError(f"No whole HTTP answer came: {error!r}") from error


def _form(url: str, pictures: Sequence[Picture], allowed: Sequence[str]) -> Request:
    """Return the request that posts a form of pictures, and of the texts that are allowed."""
    edge = uuid.uuid4().hex
    files = [each if isinstance(each, bytes) else Path(each).read_bytes() for each in pictures]
    parts = [('name="image"; filename="image"', file) for file in files]
    if allowed:
        parts.append(('name="allowed"', "\n".join(allowed).encode()))
    head = f"--{edge}\r\nContent-Disposition: form-data; "
    form = b"".join(f"{head}{name}\r\n\r\n".encode() + part + b"\r\n" for name, part in parts)
    form += f"--{edge}--".encode()
    return Request(url, form, {"Content-Type": f"multipart/form-data; boundary={edge}"})


def _item(kind: type[T], item: Answer, model: str) -> T | Refused:
    """Return the answer to one picture of a batch."""
    if hasattr(item, "error"):
        return Refused(item.error)
    if not isinstance(item, kind):
        raise ValueError("The answer to a picture is neither read nor refused.")
    return kind(**vars(item), model=model)


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
        if "image" in fields and not (fields["image"] is None and fields.get("is_empty") is True):
            fields["image"] = base64.b64decode(fields["image"].partition(",")[2])
        if "digit" in fields:
            return Digit(**fields) if "line" in fields else DigitAnswer(**fields)
        return NumberAnswer(**fields) if "number" in fields else Answer(**fields)

    try:
        answer = json.loads(text, object_hook=as_answer)
    except (AttributeError, TypeError, RecursionError) as error:  # an image that is no text; depth
        raise ValueError("The JSON is not that of Inkling.") from error
    if not isinstance(answer, Answer):
        raise ValueError("The JSON is not an object.")
    return answer
