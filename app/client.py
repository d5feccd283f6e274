"""A client of Inkling: Python's standard library only, one file to copy where it is needed.

inkling = Client("http://127.0.0.1:8000")
print(inkling.predict(Path("seven.png")).digit)
"""

import base64
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Picture = bytes | Path

_TEMPORARY = (429, 503)
_WAIT_S = 1.0  # where the server does not say how long


@dataclass(frozen=True)
class Digit:
    """A digit: the best guess, 0 to 9, and how far to trust it.

    ``confidence`` is the chance that it is right, 0 to 1; ``is_certain`` is False where it should
    not be relied on; ``activations`` are those of the ten classes, 0 to 1; ``image`` is a PNG file
    of the 28x28 pixels that the network saw.
    """

    digit: int
    confidence: float
    is_certain: bool
    activations: tuple[float, ...]
    image: bytes


@dataclass(frozen=True)
class Answer(Digit):
    """What a picture of one digit shows, also in words, and the name of the model that read it."""

    message: str
    model: str


@dataclass(frozen=True)
class FoundDigit(Digit):
    """A digit of several: the number of its line, from 0, and its x, y, width and height."""

    line: int
    box_px: tuple[int, int, int, int]


@dataclass(frozen=True)
class Number:
    """What a picture of one or several numbers shows.

    ``number`` is the lines, joined by line breaks; it ``is_certain`` if each digit is. The size is
    that of the picture, upright, in which the digits, in reading order, have their boxes.
    """

    number: str
    lines: tuple[str, ...]
    is_certain: bool
    message: str
    digits: tuple[FoundDigit, ...]
    width_px: int
    height_px: int
    model: str


@dataclass(frozen=True)
class Refusal:
    """Why a request or a picture got no answer: a problem document (RFC 9457).

    ``type`` is for programs, such as "urn:inkling:no-digit-found"; ``detail`` tells people what was
    expected, what came and what to do.
    """

    type: str
    title: str
    status: int
    detail: str

    @classmethod
    def from_json(cls, problem: Any) -> Self:
        """Return the refusal that a problem document tells."""
        return cls(problem["type"], problem["title"], problem["status"], problem["detail"])


class Refused(Exception):
    """The server refused a request: ``type``, ``title``, ``status`` and ``detail`` say why.

    ``retry_after_s`` says in how many seconds to try again, or is None.
    """

    def __init__(self, refusal: Refusal, retry_after_s: float | None) -> None:
        super().__init__(f"{refusal.status} {refusal.title}. {refusal.detail}")
        self.type = refusal.type
        self.title = refusal.title
        self.status = refusal.status
        self.detail = refusal.detail
        self.retry_after_s = retry_after_s


class Unreachable(Exception):
    """Nobody answered, or not in time, or not what Inkling would."""


class Client:
    """Asks one server, and waits for its answer.

    Each method raises `Refused` where the server refuses, and `Unreachable` where none answers.
    A picture is a file: its bytes or its path; PNG, JPEG, WebP, GIF or BMP.

    Parameters
    ----------
    base_url
        Address of the server, such as "http://127.0.0.1:8000".
    api_key
        The key, where the server needs one.
    timeout_s
        Longest time, in seconds, that the server may be silent.
    retries
        How often to try again, after as long as the server says, where it has no time for a
        request (429, 503).
    """

    def __init__(
        self, base_url: str, *, api_key: str | None = None, timeout_s: float = 10, retries: int = 0
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._retries = retries

    def predict(self, picture: Picture, model: str | None = None) -> Answer:
        """Return the digit in a picture, as the model of this name reads it, or the default one."""
        return _answer(self._post("/predict", [picture], model))

    def predict_batch(
        self, pictures: Sequence[Picture], model: str | None = None
    ) -> list[Answer | Refusal]:
        """Return the digit in each picture, in their order, or why that picture has none."""
        batch = self._post("/predict/batch", pictures, model)
        named = {"model": batch["model"]}
        return [
            Refusal.from_json(item["error"]) if "error" in item else _answer(item | named)
            for item in batch["results"]
        ]

    def read(self, picture: Picture, model: str | None = None) -> Number:
        """Return the number or numbers in a picture."""
        found = self._post("/read", [picture], model)
        return Number(
            number=found["number"],
            lines=tuple(found["lines"]),
            is_certain=found["certain"],
            message=found["message"],
            digits=tuple(
                FoundDigit(**_digit(each), line=each["line"], box_px=tuple(each["box"]))
                for each in found["digits"]
            ),
            width_px=found["width"],
            height_px=found["height"],
            model=found["model"],
        )

    def models(self) -> list[str]:
        """Return the names of the models."""
        listed = self._ask(Request(f"{self._base_url}/models"))
        return [model["name"] for model in listed["models"]]

    def is_ready(self) -> bool:
        """Whether the server can be reached and takes requests."""
        try:
            self._ask_once(Request(f"{self._base_url}/readyz"))
        except (Refused, Unreachable):
            return False
        return True

    def _post(self, path: str, pictures: Sequence[Picture], model: str | None) -> Any:
        """Return the JSON that answers pictures."""
        query = f"?{urlencode({'model': model})}" if model else ""
        boundary = uuid.uuid4().hex
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        url = f"{self._base_url}{path}{query}"
        return self._ask(Request(url, _form(pictures, boundary), headers))

    def _ask(self, request: Request) -> Any:
        """Return the JSON that answers a request, which is sent again as often as was said."""
        for _ in range(self._retries):
            try:
                return self._ask_once(request)
            except Refused as refused:
                if refused.status not in _TEMPORARY:
                    raise
                wait_s = refused.retry_after_s
                time.sleep(_WAIT_S if wait_s is None else wait_s)
        return self._ask_once(request)

    def _ask_once(self, request: Request) -> Any:
        """Return the JSON that answers a request."""
        if self._api_key:
            request.add_unredirected_header("Authorization", f"Bearer {self._api_key}")
        try:
            with urlopen(request, timeout=self._timeout_s) as response:
                return json.load(response)
        except HTTPError as error:
            raise _refused(error) from error
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"No answer from {request.full_url}: {error}") from error


def _form(pictures: Sequence[Picture], boundary: str) -> bytes:
    """Return a multipart form of pictures; the server finds out of which formats they are."""
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="picture"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    files = [each if isinstance(each, bytes) else each.read_bytes() for each in pictures]
    parts = [head + file + b"\r\n" for file in files]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])


def _refused(error: HTTPError) -> Refused:
    """Return what a response of an error status says, whoever on the way sent it."""
    retry_after = error.headers.get("Retry-After") or ""
    with error:
        try:
            refusal = Refusal.from_json(json.load(error))
        except (OSError, HTTPException, ValueError, LookupError, TypeError):
            refusal = Refusal("about:blank", error.reason, error.code, "")
    return Refused(refusal, float(retry_after) if retry_after.isdecimal() else None)


def _answer(answer: Any) -> Answer:
    return Answer(**_digit(answer), message=answer["message"], model=answer["model"])


def _digit(answer: Any) -> dict[str, Any]:
    """Return what the answers to all digits have in common."""
    return {
        "digit": answer["digit"],
        "confidence": answer["confidence"],
        "is_certain": answer["certain"],
        "activations": tuple(answer["activations"]),
        "image": base64.b64decode(answer["image"].partition(",")[2]),
    }
