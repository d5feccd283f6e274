"""The routes for people: HTML out."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from werkzeug.exceptions import HTTPException

from app.errors import details, problem_response
from app.languages import of_page
from app.requests.request import request
from app.requests.upload import picture_bytes
from app.responses import Response
from app.service.predictor import Predictor


def blueprint(predictor: Predictor) -> Blueprint:
    """Return the pages."""
    pages = Blueprint("pages", __name__)

    def page(model: str, is_number: bool, answer: Any = None, problem: Any = None) -> str:
        shown = {"model": model, "is_number": is_number, "answer": answer, "problem": problem}
        shown |= {"models": predictor.descriptions, "parameters": predictor.parameters}
        shown["hashes"] = {each.name: each.sha256 for each in predictor.descriptions}
        return render_template("index.html", **shown)

    @pages.get("/")
    def draw() -> str:
        return page(predictor.choose(request.args.get("model")), _is_number(request.args))

    @pages.post("/")
    def read() -> Response:
        """Answer the plain form, which works without JavaScript."""
        model, is_number = predictor.default, False
        try:
            picture = picture_bytes()
            is_number = _is_number(request.form)
            model = predictor.choose(request.form.get("model"))
            read = predictor.read if is_number else predictor.predict
            answer, outcome = read(picture, model, language=of_page(), waited_s=request.waited_s)
        except HTTPException as error:
            return problem_response(
                error, page(model, is_number, problem=details(error, of_page()))
            )
        response = Response(page(model, is_number, answer=answer))
        response.outcome = outcome
        return response

    return pages


def _is_number(fields: Mapping[str, str]) -> bool:
    """Whether a whole number is to be read, and not one digit."""
    return fields.get("read") == "number"
