"""One shape for every error: problem details (RFC 9457) for programs, a page for people."""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypedDict, TypeVar

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class ProblemDetails(TypedDict):
    """The members of RFC 9457 that every error carries."""

    type: str
    title: str
    status: int
    detail: str


class Problem(HTTPException):
    """A request that gets an error instead of an answer.

    Parameters
    ----------
    status
        HTTP status, 400 to 599.
    title
        What kind of problem it is, the same words each time.
    detail
        What was expected, what came and what to do, in one or two sentences.
    headers
        What the response carries besides, such as when to try again.
    """

    def __init__(
        self, status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.title = title
        self.headers = headers or {}

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """Return the headers of the response, under the name that werkzeug gives them."""
        return [*super().get_headers(*args, **kwargs), *self.headers.items()]

    @property
    def name(self) -> str:
        """The title, under the name that werkzeug gives it."""
        return self.title

    @property
    def type(self) -> str:
        """What a program tells this kind of problem by: the title, made a URI."""
        return "urn:inkling:" + self.title.lower().replace(" ", "-")


def attempt(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result | Problem:
    """Return what a function returns, or the Problem that it raises."""
    try:
        return function(*args, **kwargs)
    except Problem as problem:
        return problem


def details(error: HTTPException) -> ProblemDetails:
    """Return an error as the members of its problem document."""
    return {
        "type": getattr(error, "type", "about:blank"),
        "title": error.name,
        "status": error.code or 500,
        "detail": _detail(error),
    }


def register(app: Flask) -> None:
    """Let the app answer every error in the one shape."""
    app.register_error_handler(HTTPException, _answer)


def _answer(error: HTTPException) -> Response:
    """Return the response to an error, keeping the headers it asks for, such as Allow."""
    problem = details(error)
    response = Response(status=problem["status"], headers=error.get_headers())
    if _wants_page():
        response.set_data(render_template("error.html", problem=problem))
        response.mimetype = "text/html"
    else:
        response.set_data(current_app.json.dumps(problem) + "\n")
        response.mimetype = "application/problem+json"
    return response


def _wants_page() -> bool:
    """Whether a person in a browser is waiting: outside the API, and HTML is what they ask for."""
    offers = ["application/problem+json", "text/html"]
    is_page_wanted = request.accept_mimetypes.best_match(offers) == "text/html"
    return is_page_wanted and request.path not in _paths("api.")


def _detail(error: HTTPException) -> str:
    """Return the words of an error, ours where werkzeug's do not say what to do."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        return f"{request.path} does not take {request.method}. It takes {allowed}."
    if isinstance(error, NotFound):
        there_are = "" if _wants_page() else f" There are {', '.join(_paths())}."
        return f"There is no {request.path} here.{there_are}"
    if isinstance(error, InternalServerError):
        return "The fault is ours, not yours. It is in the log; please try again later."
    return error.description or error.name


def _paths(endpoint_prefix: str = "") -> list[str]:
    """Return the paths the app answers, without those that have a variable part."""
    rules = current_app.url_map.iter_rules()
    return sorted(
        {r.rule for r in rules if r.endpoint.startswith(endpoint_prefix) and not r.arguments}
    )
