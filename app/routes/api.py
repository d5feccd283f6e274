"""The routes for programs: JSON out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint
from msgspec import UNSET
from msgspec.structs import asdict

from app import languages
from app.errors import stopping
from app.requests.query import EXPLAINED, QUERIES, NumbersQuery, Query, WeightsQuery, parse
from app.requests.request import HOW_TO_SEND, HOW_TO_SEND_SEVERAL, IS_STOPPING, request
from app.responses import Outcome, Response, respond, response_in_parts, revalidated
from app.service.answer_types import Alive, ModelsAnswer, Ready
from app.service.answers import Options, restriction
from app.service.models import VERSION
from app.service.predictor import Predictor

RESTRICTION = ("pattern", "check", "minimum", "maximum", "length")


def blueprint(predictor: Predictor, *, max_batch_items: int) -> Blueprint:
    """Return the API: what is read, at most so many pictures in one request."""
    api = Blueprint("api", __name__)

    def answer(read: Callable[..., tuple[Any, Outcome]], *, is_batch: bool = False) -> Response:
        """Answer a request with one picture or several."""
        query_type = QUERIES[request.path]
        query = {
            name: value for name, value in asdict(parse(query_type)).items() if value is not UNSET
        }
        how_to_send = HOW_TO_SEND_SEVERAL if is_batch else HOW_TO_SEND
        may_restrict = issubclass(query_type, NumbersQuery)
        options = Options(
            restriction=restriction(
                request.allowed(how_to_send) if may_restrict else None,
                **{name: query.get(name) for name in RESTRICTION},
            ),
            model=predictor.choose(query.get("model")),
            explain=EXPLAINED[query.get("explain", "0")],
            language=languages.load(query["lang"]),
            risk=query.get("risk"),
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
        parse(Query)
        return revalidated(respond(ModelsAnswer(predictor.default, predictor.descriptions)))

    @api.get("/models/weights")
    def weights() -> Response:
        query = parse(WeightsQuery)
        network = predictor.models.digits[predictor.choose(query.model or None)]
        response = response_in_parts(network.page_file, "application/octet-stream")
        if query.sha256 == network.version:  # browsers keep what an address names by its hash
            response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return response

    @api.get("/healthz")
    def healthz() -> Response:
        return respond(Alive("alive"))

    @api.get("/readyz")
    def readyz() -> Response:
        if request.environ.get(IS_STOPPING):
            raise stopping()
        return respond(Ready("ready", list(predictor.models.digits), VERSION))

    return api
