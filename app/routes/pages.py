"""The routes for people: HTML out."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from werkzeug.exceptions import HTTPException

from app.errors import Problem, details, outcome
from app.requests.request import request
from app.requests.upload import picture_bytes
from app.responses import Response
from app.service.predictor import Predictor


def blueprint(predictor: Predictor) -> Blueprint:
    """Return the pages."""
    pages = Blueprint("pages", __name__)

    def page(model: str, is_number: bool, *, answer: Any = None, problem: Any = None) -> Response:
        html = render_template(
            "index.html",
            models=predictor.descriptions,
            model=model,
            is_number=is_number,
            answer=answer,
            problem=problem,
        )
        return Response(html, problem.status if problem else 200)

    @pages.get("/")
    def draw() -> Response:
        return page(predictor.choose(request.args.get("model")), _is_number(request.args))

    @pages.post("/")
    def read() -> Response:
        """Answer the plain form, which works without JavaScript."""
        model = predictor.default
        is_number = False
        try:
            picture = picture_bytes()
            is_number = _is_number(request.form)
            model = predictor.choose(request.form.get("model"))
            read = predictor.read if is_number else predictor.predict
            answer, came_of_it = read(picture, model, waited_s=request.waited_s)
        except HTTPException as error:
            problem, came_of_it = details(error), outcome(error)
            response = page(model, is_number, problem=problem)
            if isinstance(error, Problem):
                response.headers.update(error.headers)
        else:
            response = page(model, is_number, answer=answer)
        response.outcome = came_of_it
        return response

    return pages


def _is_number(fields: Mapping[str, str]) -> bool:
    """Whether a whole number is to be read, and not one digit."""
    return fields.get("read") == "number"
