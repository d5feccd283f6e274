"""The lesson's page, and what belongs to it."""

from gzip import decompress

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from app.requests.request import request
from app.requests.server_address import server_address
from app.responses import Response
from app.routes.highlight import highlight
from app.service import lesson
from app.service.predictor import Predictor

DAY_S = 86_400


def add_lesson(pages: Blueprint, predictor: Predictor, public_address: str) -> None:
    """Add the lesson to the pages."""
    sources = lesson.sources()

    @pages.get("/lesson")
    def show_lesson() -> str:
        address = server_address(request.environ, public_address).for_examples
        return render_template(
            "lesson.html",
            model=predictor.default,
            parameters=predictor.parameters,
            sources=sources,
            highlight=highlight,
            address=address,
            command=f"curl -F image=@digit.png {address}predict",
        )

    @pages.get("/lesson/source")
    def show_source() -> str:
        """Show a whole file that a step of the lesson shows a function of."""
        path = request.args.get("file", "")
        code = lesson.source_file(path)
        if code is None:
            raise NotFound
        return render_template("source.html", path=path, lines=highlight(code))

    @pages.get("/lesson/digits.bin")
    def learning_set() -> Response:
        """Send the digits that the learning page trains with."""
        content = lesson.learning_set()
        response = Response(content, mimetype="application/octet-stream")
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.content_encoding = "gzip"
        else:
            response.set_data(decompress(content))
        response.cache_control.max_age = DAY_S
        return response

    @pages.get("/lesson/digits.png")
    def lesson_digits() -> Response:
        """Send the digits that the lesson's networks learn from in the page."""
        return Response(lesson.digits(), mimetype="image/png")
