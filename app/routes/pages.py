"""The routes for people: HTML out."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.exceptions import HTTPException

from app.errors import details, problem_response
from app.languages import of_page
from app.requests.request import request
from app.requests.server_address import server_address
from app.requests.upload import picture_bytes
from app.responses import Response
from app.routes.lesson import add_lesson
from app.routes.qr_code import own_url, qr_code
from app.service.class_sheet import DEFAULT_PUPILS, PUPILS, printed_pages
from app.service.predictor import Predictor


def blueprint(predictor: Predictor, public_address: str) -> Blueprint:
    """Return the pages; the address is the one that the operator has set, if any."""
    pages = Blueprint("pages", __name__)

    def page(model: str, **shown: Any) -> str:
        shown |= {"models": predictor.descriptions, "parameters": predictor.parameters}
        shown["n_products"] = predictor.n_products
        shown["address"] = server_address(request.environ, public_address)
        shown["hashes"] = {each.name: each.sha256 for each in predictor.descriptions}
        return render_template("index.html", model=model, **shown)

    @pages.get("/")
    def draw() -> str:
        return page(predictor.choose(request.args.get("model")), is_wide=_is_wide())

    @pages.post("/")
    def read() -> Response:
        """Answer the plain form, which works without JavaScript."""
        model = predictor.default
        try:
            picture = picture_bytes()
            model = predictor.choose(request.form.get("model"))
            answer, outcome = predictor.read(
                picture, model, language=of_page(), waited_s=request.waited_s
            )
        except HTTPException as error:
            return problem_response(error, page(model, problem=details(error, of_page())))
        response = Response(page(model, answer=answer))
        response.outcome = outcome
        return response

    @pages.get("/learn")
    def learn() -> str:
        return render_template("learn.html", model=predictor.default)

    @pages.get("/sheet")
    def sheet() -> str:
        """Show the class sheet, as it is printed."""
        pupils = request.args.get("pupils", str(DEFAULT_PUPILS))
        shown = {"pages": printed_pages(pupils), "pupils": pupils, "most_pupils": PUPILS[-1]}
        address = server_address(request.environ, public_address)
        return render_template("sheet.html", address=address, **shown)

    @pages.get("/class")
    def class_sheets() -> str:
        simplest = predictor.descriptions[0].name  # whose mistakes say most
        model = predictor.choose(request.args.get("model") or simplest)
        shown: dict[str, Any] = {"model": model, "models": predictor.descriptions}
        return render_template("class.html", pupils=DEFAULT_PUPILS, most_pupils=PUPILS[-1], **shown)

    @pages.get("/teach")
    def teach() -> str:
        address = server_address(request.environ, public_address)
        return render_template("teach.html", address=address)

    @pages.get("/qr.svg")
    def qr() -> Response:
        """Show the server's own address as a QR code, and nothing that a client asks for."""
        return Response(qr_code(own_url(public_address)), mimetype="image/svg+xml")

    add_lesson(pages, predictor, public_address)
    return pages


def _is_wide() -> bool:
    """Whether the address asks for the wide pad; its older form asks to read a number."""
    is_number = request.args.get("read") == "number"
    return request.args.get("pad", "wide" if is_number else "square") == "wide"
