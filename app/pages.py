"""The routes for people: HTML out."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import HTTPException

from app.bodies import picture_bytes
from app.classifier import Classifier
from app.errors import details
from app.pictures import decode


def blueprint(classifier: Classifier, *, max_pixels: int) -> Blueprint:
    """Return the pages over these models; a picture may have at most ``max_pixels`` pixels."""
    pages = Blueprint("pages", __name__)

    def page(model: str, *, answer: Any = None, problem: Any = None) -> str:
        models = classifier.describe()
        return render_template(
            "index.html", models=models, model=model, answer=answer, problem=problem
        )

    @pages.get("/")
    def draw() -> str:
        return page(classifier.choose(request.args.get("model")))

    @pages.post("/")
    def read() -> tuple[str, int]:
        """Answer the plain form, which works without JavaScript."""
        model = classifier.default
        try:
            picture = picture_bytes()
            model = classifier.choose(request.form.get("model"))
            answer = classifier.predict(decode(picture, max_pixels=max_pixels), model)
        except HTTPException as error:
            problem = details(error)
            return page(model, problem=problem), problem["status"]
        return page(model, answer=answer), 200

    return pages
