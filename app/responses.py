"""Responses that say what came of their request, for the log and the metrics."""

from dataclasses import dataclass

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
