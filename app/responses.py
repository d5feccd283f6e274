"""Responses: an answer as JSON, and what came of the request for the log and the metrics."""

from dataclasses import dataclass
from typing import Any

import flask
import msgspec


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a request for a picture.

    Attributes
    ----------
    model
        Name of the model that read, None where none was chosen.
    picture_pixels
        Width times height of each picture, in pixels; 0 for what is no picture.
    digits
        Each digit that was read, and whether it is certain.
    is_doubtful
        Whether the answer to a number is not certain; each of its digits may be.
    problem
        The type of the problem that was answered instead, a URI.
    """

    model: str | None = None
    picture_pixels: tuple[int, ...] = ()
    digits: tuple[tuple[int, bool], ...] = ()
    is_doubtful: bool = False
    problem: str | None = None


class Response(flask.Response):
    """A response whose ``outcome`` says what came of the request; None where nothing was read."""

    outcome: Outcome | None = None


def respond(answer: Any, outcome: Outcome | None = None) -> Response:
    """Return a response with an answer as JSON."""
    response = Response(msgspec.json.encode(answer) + b"\n", mimetype="application/json")
    response.outcome = outcome
    return response
