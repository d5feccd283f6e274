"""The routes for programs: JSON out."""

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from flask import Blueprint

from app import languages
from app.errors import Problem, ProblemCode
from app.languages import Language
from app.requests.request import request
from app.requests.upload import HOW_TO_SEND_SEVERAL, allowed_values, batch_of_bytes, picture_bytes
from app.responses import Outcome, Response, respond
from app.service.answers import MAX_INDEX, Alive, ModelsAnswer, Ready
from app.service.models import Parameters
from app.service.predictor import EXPLANATIONS, Predictor
from app.service.upload import number_in_query, restriction

RESTRICTION = ("pattern", "check", "minimum", "maximum")
PARAMETERS = {
    "/predict": ("model", "explain", "lang", "certain_at"),
    "/predict/batch": ("model", "lang", "certain_at"),
    "/read": ("model", "explain", "lang", "certain_at", "index", *RESTRICTION),
    "/read/batch": ("model", "lang", "certain_at", *RESTRICTION),
    "/sheet": ("lang",),
    "/models": ("lang",),
    "/models/article/parameters": ("sha256", "lang"),
    "/models/weights": ("model", "layer", "channel", "sha256", "lang"),
}
"""The parameters in the query of each route.

Others are refused, so that ``modle=mlp`` does not get an answer of the default network.
"""


def blueprint(predictor: Predictor, *, max_batch_items: int) -> Blueprint:
    """Return the API: what is read, at most so many pictures in one request."""
    api = Blueprint("api", __name__)
    api.before_request(_check_query)

    def model() -> str:
        return predictor.choose(request.args.get("model"))

    def answer(read: Callable[..., tuple[Any, Outcome]]) -> Response:
        """Answer a request with one picture."""
        name, options = model(), {"explain": _explanations(), "language": _language()}
        options["certain_at"] = _certain_at()
        return respond(*read(picture_bytes(), name, **options, waited_s=request.waited_s))

    @api.post("/predict")
    def predict() -> Response:
        return answer(predictor.predict)

    def answer_all(read: Callable[..., tuple[Any, Outcome]]) -> Response:
        """Answer a request with several pictures."""
        name, certain_at = model(), _certain_at()
        files = batch_of_bytes(max_batch_items)
        return respond(*read(files, name, certain_at=certain_at, waited_s=request.waited_s))

    @api.post("/predict/batch")
    def predict_batch() -> Response:
        return answer_all(predictor.predict_all)

    @api.post("/read/batch")
    def read_batch() -> Response:
        allowed = restriction(allowed_values(HOW_TO_SEND_SEVERAL), request.args)
        return answer_all(partial(predictor.read_all, restriction=allowed))

    @api.post("/read")
    def read() -> Response:
        allowed = restriction(allowed_values(), request.args)
        return answer(partial(predictor.read, index=_index(), restriction=allowed))

    @api.post("/sheet")
    def read_sheet() -> Response:
        language = _language()
        return respond(
            *predictor.read_sheet(picture_bytes(), language=language, waited_s=request.waited_s)
        )

    @api.get("/models")
    def models() -> Response:
        return respond(ModelsAnswer(predictor.default, predictor.descriptions))

    @api.get("/models/article/parameters")
    def parameters() -> Response:
        return _numbers(predictor.article_parameters())

    @api.get("/models/weights")
    def weights() -> Response:
        return _numbers(predictor.weights(model(), _count("layer"), _count("channel")))

    @api.get("/healthz")
    def healthz() -> Response:
        return respond(Alive("alive"))

    @api.get("/readyz")
    def readyz() -> Response:
        return respond(Ready("ready", list(predictor.models)))

    return api


def _numbers(parameters: Parameters) -> Response:
    """Return parameters as bytes; browsers keep those that an address names by their hash."""
    response = Response(parameters.content, mimetype="application/octet-stream")
    if request.args.get("sha256") == parameters.sha256:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _check_query() -> None:
    """Raise Problem 400 where a parameter does not exist or comes twice, or a language is none."""
    expected = PARAMETERS.get(request.path, ())
    if not expected:  # a probe, to which balancers may add what they like
        return
    for name in request.args:
        if name not in expected:
            detail = f"{request.path} has no parameter {name!r}, but {', '.join(expected)}."
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
        if len(request.args.getlist(name)) > 1:
            detail = f"The query has {name!r} more than once. Send it once."
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
    _language()


def _count(name: str) -> int:
    """Return a whole number of the query, 0 where it is missing."""
    value = request.args.get(name, "0")
    if not re.fullmatch("[0-9]{1,4}", value):
        raise _wrong_parameter(name, "a whole number from 0 to 9999", value)
    return int(value)


def _explanations() -> Collection[str]:
    """Return what the query asks to add: nothing for 0, stages and layers for 1."""
    values = {"0": (), "1": ("stages", "layers")} | {name: (name,) for name in EXPLANATIONS}
    value = request.args.get("explain", "0")
    if value not in values:
        raise _wrong_parameter("explain", ", ".join(values), value)
    return values[value]


def _language() -> Language:
    """Return the language that the query asks for, English where it names none."""
    code = request.args.get("lang", "en")
    if code not in languages.NAMES:
        raise _wrong_parameter("lang", ", ".join(languages.NAMES), code)
    return languages.load(code)


def _certain_at() -> float | None:
    """Return the confidence from which the query calls a digit certain, None for the server's."""
    number = number_in_query("certain_at", request.args)
    if number is not None and not 0 <= number <= 1:
        raise _wrong_parameter("certain_at", "from 0 to 1", request.args["certain_at"])
    return number


def _index() -> int | None:
    """Return which digit the query asks to explain, counted from 0; None where it names none."""
    value = request.args.get("index")
    if value is None:
        return None
    if value not in map(str, range(MAX_INDEX + 1)):
        raise _wrong_parameter("index", f"a whole number from 0 to {MAX_INDEX}", value)
    return int(value)


def _wrong_parameter(name: str, expected: str, value: str) -> Problem:
    detail = f"{name} must be {expected}, but is {value!r}."
    return Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
