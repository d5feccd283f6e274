"""The routes for programs: JSON out."""

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from flask import Blueprint

from app import languages
from app.errors import Problem, ProblemCode
from app.languages import Language
from app.requests.request import HOW_TO_SEND, HOW_TO_SEND_SEVERAL, request
from app.responses import Outcome, Response, respond
from app.service.answers import MAX_INDEX, Alive, ModelsAnswer, Ready
from app.service.models import Parameters
from app.service.predictor import Predictor
from app.service.reading import EXPLANATIONS, Options, restriction

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

    def answer(read: Callable[..., tuple[Any, Outcome]], *, is_batch: bool = False) -> Response:
        """Answer a request with one picture or several."""
        query, how_to_send = request.args, HOW_TO_SEND_SEVERAL if is_batch else HOW_TO_SEND
        may_restrict = RESTRICTION[0] in PARAMETERS[request.path]
        options = Options(
            restriction=restriction(
                request.allowed(how_to_send) if may_restrict else None,
                query.get("pattern"),
                query.get("check"),
                _number("minimum"),
                _number("maximum"),
            ),
            index=_index(),
            model=model(),
            explain=_explanations(),
            language=_language(),
            certain_at=_certain_at(),
        )
        sent = request.pictures(max_batch_items) if is_batch else request.picture()
        return respond(*read(sent, options, request.waited_s))

    for path, read, is_batch in (
        ("/predict", predictor.predict, False),
        ("/predict/batch", predictor.predict_all, True),
        ("/read", predictor.read, False),
        ("/read/batch", predictor.read_all, True),
        ("/sheet", predictor.read_sheet, False),
    ):
        view = partial(answer, read, is_batch=is_batch)
        api.add_url_rule(path, path[1:].replace("/", "_"), view, methods=["POST"])

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


def _number(name: str) -> float | None:
    """Return a number of the query, None where it is missing."""
    value = request.args.get(name)
    if value is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", value):
        raise _wrong_parameter(name, "a number such as 1204.5", value[:60])
    return float(value)


def _certain_at() -> float | None:
    """Return the confidence from which the query calls a digit certain, None for the server's."""
    number = _number("certain_at")
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
