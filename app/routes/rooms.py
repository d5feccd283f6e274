"""The routes of rooms: what phones send to the page of their class, and what that page fetches.

They are the pages' own, not for programs: no description of the API has them.
"""

from typing import Annotated

from flask import Blueprint, render_template
from limits import parse_many
from msgspec import UNSET, Meta, UnsetType

from app.config import Settings
from app.errors import Problem, ProblemCode
from app.requests.query import Query, parse
from app.requests.request import request
from app.responses import Response, respond
from app.security.rate_limit import SITE_PREFIX, RateLimiter, client_network
from app.service.class_sheet import ReadDrawing
from app.service.predictor import Predictor
from app.service.rooms import (
    MAX_DRAWING_BYTES,
    MAX_PHOTOGRAPH_BYTES,
    MIN_KEY_LENGTH,
    Client,
    Rooms,
    written,
)

KEY_HEADER = "X-Room-Key"
"""What each client makes for itself: the page that opens a room, and each phone.

It also keeps other sites out: neither a form nor a script of theirs can send it, because a browser
asks the server first whether another site may send such a header, and no answer allows it.
"""
MAX_CODE_LENGTH = 20  # with the spaces that somebody types
MAX_VERSION = 2**53
WRONG_CODES_LIMIT = "60 per minute"


class RoomQuery(Query, frozen=True, kw_only=True):
    """Which room it is about."""

    code: Annotated[str, Meta(max_length=MAX_CODE_LENGTH)] = ""


class ArrivalsQuery(RoomQuery, frozen=True, kw_only=True):
    """What the page has already."""

    since: Annotated[int, Meta(ge=0, le=MAX_VERSION)] = 0


class DigitOfRoomQuery(RoomQuery, frozen=True, kw_only=True):
    """Which digit was asked for."""

    digit: Annotated[int, Meta(ge=0, le=9)] | UnsetType = UNSET


class PhotographQuery(RoomQuery, frozen=True, kw_only=True):
    """Which photograph it is."""

    version: Annotated[int, Meta(ge=0, le=MAX_VERSION)] = 0


def blueprint(predictor: Predictor, rooms: Rooms, settings: Settings) -> Blueprint:
    """Return the page for phones, and what it and the class's page ask for."""
    routes = Blueprint("rooms", __name__)
    storage = settings.rate_limit_storage
    wrong_codes = RateLimiter(storage, parse_many(WRONG_CODES_LIMIT), "wrong code", " of a room")

    def phone(code: str) -> Client:
        """Return the phone that asks, if the room has a place for it.

        A wrong code counts, unless its room has ended in the last minutes. A right code is never
        refused for them: the other phones of a school may have the same address. So codes are too
        many to be guessed at any speed.
        """
        client = _client()
        if not rooms.has(code) and not rooms.has_ended(code):
            wrong_codes.count()
        rooms.require_place(code, client)
        return client

    @routes.get("/join")
    def join() -> tuple[str, int]:
        """Show the page that phones draw on, or ask for the code of a room."""
        code = written(request.args.get("room", ""))[:MAX_CODE_LENGTH]
        # A wrong one does not count: a page of another site can make browsers ask for this page.
        is_wrong = code != "" and not rooms.has(code)
        return render_template("join.html", code=code, is_wrong=is_wrong), 404 if is_wrong else 200

    @routes.post("/room")
    def open_room() -> Response:
        parse(Query)
        return respond(rooms.open(_client()))

    @routes.get("/room")
    def take() -> Response:
        """Answer what the page does not have; it has what is up to ``since``, which is erased."""
        query = parse(ArrivalsQuery)
        arrivals = rooms.take(written(query.code), _key(), query.since)
        response = respond(arrivals)
        response.set_etag(str(arrivals.version))
        if arrivals.version == query.since:
            response.make_conditional(request)
        return response

    @routes.delete("/room")
    def erase() -> Response:
        rooms.erase(written(parse(RoomQuery).code), _key())
        return Response(status=204)

    @routes.post("/room/digit")
    @routes.delete("/room/digit")
    def digit() -> Response:
        """Read a drawing with every network and keep that, or take it back."""
        query = parse(DigitOfRoomQuery)
        if query.digit is UNSET:
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, "The query has no digit. Send one.")
        code = written(query.code)
        client = phone(code)
        if request.method == "DELETE":
            return respond(rooms.put_digit(code, client, query.digit, ReadDrawing()))
        request.max_content_length = MAX_DRAWING_BYTES
        drawing, outcome = predictor.read_drawing(request.picture(), request.waited_s)
        return respond(rooms.put_digit(code, client, query.digit, drawing), outcome)

    @routes.post("/room/photograph")
    def send_photograph() -> Response:
        """Keep a photograph of a class sheet for the class's page, which has it read."""
        code = written(parse(RoomQuery).code)
        client = phone(code)
        rooms.require_photograph(code, client)
        request.max_content_length = MAX_PHOTOGRAPH_BYTES
        content = request.picture()
        jpeg = predictor.to_small_jpeg(content, request.waited_s)
        return respond(rooms.put_photograph(code, client, jpeg))

    @routes.get("/room/photograph")
    def photograph() -> Response:
        query = parse(PhotographQuery)
        content = rooms.photograph(written(query.code), _key(), query.version)
        return Response(content, mimetype="image/jpeg")

    return routes


def _client() -> Client:
    """Return the client that asks; all networks of a site are one address."""
    return Client(_key(), client_network(SITE_PREFIX))


def _key() -> str:
    """Return the client's key, or raise Problem 400 where it is missing or too short."""
    key = request.headers.get(KEY_HEADER, "")
    if len(key) < MIN_KEY_LENGTH:
        detail = f"{KEY_HEADER} must have at least {MIN_KEY_LENGTH} characters."
        raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
    return key
