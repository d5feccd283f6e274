"""One shape for every error: problem details (RFC 9457) for programs, a page for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Annotated

import msgspec
from flask import Flask, render_template, request
from msgspec import Meta
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from app import languages
from app.languages import Language
from app.responses import Outcome, Response

_TYPE = "^(about:blank|urn:inkling:[a-z-]+)$"


class ProblemCode(Enum):
    """Every kind of problem: its HTTP status, and when it occurs.

    The ``type``, which programs know it by, is made from its name, so that a name never changes.
    """

    NOT_A_READABLE_REQUEST = 400, "The body is not what its type says, or a parameter is wrong."
    EMPTY_PICTURE = 400, "The picture has 0 bytes."
    NOT_A_PICTURE = 400, "The bytes are not a picture."
    DAMAGED_PICTURE = 400, "The picture is cut off or damaged, or coded in far too many parts."
    KEY_NEEDED = 401, "The key is missing or wrong."
    UNKNOWN_MODEL = 404, "No network has this name."
    UNKNOWN_ADDRESS = 404, "The server does not know the address at which others open it."
    UNKNOWN_ROOM = 404, "No room has this code: it has ended, or the code is another one."
    REQUEST_TOO_SLOW = 408, "The request did not arrive in time."
    ROOM_FULL = 409, "The room has all the phones that it may have."
    REQUEST_TOO_LARGE = 413, "The body has too many bytes."
    PICTURE_TOO_LARGE = 413, "A picture has too many pixels."
    PICTURES_TOO_LARGE = (
        413,
        "The request's pictures have too many pixels, or take too long, together.",
    )
    TOO_MANY_PICTURES = 413, "The request holds too many pictures."
    CONTENT_TYPE_NOT_SUPPORTED = 415, "The Content-Type is not one that is read."
    FORMAT_NOT_SUPPORTED = 415, "The format of the picture is not one that is read."
    NO_DIGIT_FOUND = 422, "The picture has no ink, or nothing as large as a digit."
    SEVERAL_DIGITS = 422, "The picture contains several digits, but only one is read here."
    NO_SHEET_FOUND = 422, "The picture shows no class sheet: none of its corner squares was found."
    SHEET_INCOMPLETE = 422, "Not all four corner squares of the class sheet are in the picture."
    SEVERAL_SHEETS = 422, "The picture shows several class sheets, but one is read at a time."
    OTHER_SHEET_LAYOUT = 422, "The class sheet was printed by another version of Inkling."
    SHEET_NOT_FLAT = 422, "The corner squares of the class sheet do not fit one flat sheet."
    SHEET_TOO_SMALL = 422, "The class sheet is too small in the picture."
    TOO_MANY_DIGITS = (
        422,
        "The picture contains too many digits, or too much ink that is not a digit.",
    )
    CLASS_SHEET = 422, "The picture shows a class sheet. It is read on a page of its own."
    TOO_MANY_REQUESTS = 429, "The client has made all the requests that it may make for now."
    NO_SPACE_FOR_ROOM = 507, "The server has no space for another room, or for more in it."
    TOO_BUSY = 503, "Too many pictures came at once; send this one again."
    STOPPING = 503, "The server is stopping, and is not ready for further requests."

    def __init__(self, status: int, description: str) -> None:
        words = self.name.lower().replace("_", "-")
        self.status = status
        self.type = f"urn:inkling:{words}"
        self.title = words.replace("-", " ").capitalize()
        self.description = description


@dataclass(frozen=True)
class ProblemDetails:
    """An error (RFC 9457)."""

    type: Annotated[str, Meta(pattern=_TYPE, description="The kind of problem, for programs.")]
    title: Annotated[str, Meta(min_length=1)]
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(min_length=1, description="What came, and what to do.")]


class Problem(HTTPException):
    """A request that gets an error instead of an answer.

    Parameters
    ----------
    code
        What kind of problem it is.
    detail
        What was expected, what came and what to do, in one or two sentences.
    headers
        Further headers of the response, such as when to try again.
    language
        The code of the detail's language.

    Attributes
    ----------
    outcome
        What is known of the request, for the log.
    """

    name = ""  # werkzeug's own is a property

    def __init__(
        self,
        code: ProblemCode,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        language: str = "en",
    ) -> None:
        super().__init__(detail)
        self.problem_code = code
        self.type, self.name, self.code = code.type, code.title, code.status
        self.headers = headers or {}
        self.language = language
        self.outcome = Outcome(problem=code.type)


def too_busy() -> Problem:
    """Return the problem of a request that came while too many others were under way."""
    detail = "More pictures came than can be read at a time. Send this one again in a second."
    return Problem(ProblemCode.TOO_BUSY, detail, headers={"Retry-After": "1"})


def stopping() -> Problem:
    """Return the problem that makes balancers send requests elsewhere while a server stops."""
    detail = "This server is stopping. Send requests to another one, or here again in a second."
    return Problem(ProblemCode.STOPPING, detail, headers={"Retry-After": "1"})


def details(error: HTTPException, language: Language) -> ProblemDetails:
    """Return an error as the members of its problem document.

    Most details name what came in English alone; in other languages they say what the problem is,
    and of a 400, which is a mistake of a program, what was expected and what came in English.
    """
    type_, detail = "about:blank", error.description or error.name
    if isinstance(error, Problem):
        type_ = error.type
        if language.code != error.language:
            english, detail = detail, language.text(error.problem_code.description)
            if error.code == HTTPStatus.BAD_REQUEST:
                detail = language.text(
                    "{problem} In English: {detail}", problem=detail, detail=english
                )
    elif isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        detail = f"{request.path} does not take {request.method}. It takes {allowed}."
    elif isinstance(error, NotFound):
        detail = language.text(
            "There is no {path} here. See /api for what there is.", path=request.path
        )
    elif isinstance(error, InternalServerError):
        detail = language.text(
            "This is a fault of the server. It is in the log; please try again later."
        )
    return ProblemDetails(
        type=type_,
        title=language.text(error.name),
        status=error.code or 500,
        detail=detail.encode("utf-8", "replace").decode(),  # no lone surrogate of JSON
    )


def problem_response(error: HTTPException, page: str | None = None) -> Response:
    """Return the response to an error: a page, or else its problem document."""
    body = page or msgspec.json.encode(details(error, languages.of_answer())) + b"\n"
    response = Response(body, error.code, error.get_headers())  # such as Allow
    response.mimetype = "text/html" if page else "application/problem+json"
    response.outcome = Outcome(problem="about:blank")
    if isinstance(error, Problem):
        response.headers.update(error.headers)
        response.outcome = error.outcome
    return response


def register(app: Flask) -> None:
    """Answer every error: with a page outside the API, when a browser prefers HTML."""

    @app.errorhandler(HTTPException)
    def answer(error: HTTPException) -> Response:
        offers = ["application/problem+json", "text/html"]
        is_page_wanted = request.accept_mimetypes.best_match(offers) == "text/html"
        if not is_page_wanted or request.blueprint == "api" or isinstance(error, MethodNotAllowed):
            return problem_response(error)
        problem = details(error, languages.of_page())
        return problem_response(error, render_template("error.html", problem=problem))
