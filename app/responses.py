"""Responses: an answer as JSON, and what came of the request for the log and the metrics."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import flask


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
    problem
        The type of the problem that was answered instead, a URI.
    """

    model: str | None = None
    picture_pixels: tuple[int, ...] = ()
    digits: tuple[tuple[int, bool], ...] = ()
    problem: str | None = None


class Response(flask.Response):
    """A response whose ``outcome`` says what came of the request; None where nothing was read."""

    outcome: Outcome | None = None


def to_json(value: Any) -> Any:
    """Return an answer as dicts and lists: its fields in order, without those that are None."""
    if isinstance(value, list) and value and is_dataclass(value[0]):
        return [to_json(each) for each in value]
    if isinstance(value, dict):
        return {key: to_json(each) for key, each in value.items()}
    if not is_dataclass(value):
        return value
    members = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: to_json(member) for name, member in members if member is not None}


def respond(answer: Any, outcome: Outcome | None = None) -> Response:
    """Return a response with an answer as JSON."""
    response: Response = flask.current_app.json.response(to_json(answer))  # type: ignore[assignment]
    response.outcome = outcome
    return response
