"""The routes for people: HTML out."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import HTTPException

from app.errors import details
from app.requests.upload import picture_bytes
from app.service.predictor import Classifier
from app.service.reader import Reader


def blueprint(classifier: Classifier, reader: Reader) -> Blueprint:
    """Return the pages over these models, read by the reader."""
    pages = Blueprint("pages", __name__)

    def page(model: str, is_number: bool, *, answer: Any = None, problem: Any = None) -> str:
        return render_template(
            "index.html",
            models=classifier.describe(),
            model=model,
            is_number=is_number,
            answer=answer,
            problem=problem,
        )

    @pages.get("/")
    def draw() -> str:
        return page(classifier.choose(request.args.get("model")), _is_number(request.args))

    @pages.post("/")
    def read() -> tuple[str, int]:
        """Answer the plain form, which works without JavaScript."""
        model = classifier.default
        is_number = False
        try:
            picture = picture_bytes()
            is_number = _is_number(request.form)
            model = classifier.choose(request.form.get("model"))
            answer = (reader.read if is_number else reader.predict)(picture, model)
        except HTTPException as error:
            problem = details(error)
            return page(model, is_number, problem=problem), problem.status
        return page(model, is_number, answer=answer), 200

    return pages


def _is_number(fields: Mapping[str, str]) -> bool:
    """Whether a whole number is to be read, and not one digit."""
    return fields.get("read") == "number"
