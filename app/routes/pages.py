"""The routes for people: HTML out."""

import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import segno
from flask import Blueprint, render_template
from werkzeug.exceptions import HTTPException, NotFound

from app.config import ROOT
from app.errors import Problem, ProblemCode, details, problem_response
from app.languages import of_page
from app.requests.request import request
from app.requests.server_address import ServerAddress, server_address
from app.responses import Response, response_in_parts
from app.service import lesson
from app.service.answers import Options
from app.service.class_sheet import DEFAULT_PUPILS, PUPILS, sheet_to_print
from app.service.models import ARTICLE
from app.service.predictor import Predictor
from app.service.rooms import is_code

DAY_S = 86_400
OPENING = ROOT / "static" / "examples" / "seven.png"
"""The digit that draws itself on the empty page."""
LAZY_VIEWS = {
    "inside": "js/inside/panel.js",
    "decision": "js/decision/stage.js",
    "columns": "js/columns/columns_view.js",
    "readings": "js/readings/table.js",
    "fool_it": "js/fool_it/play.js",
    "plane": "js/plane/plane_view.js",
}
"""What a page loads when it is first opened, and the script that shows it."""
QUIET_ZONE = 4  # modules of paper around a QR code (ISO/IEC 18004)


def blueprint(predictor: Predictor, public_address: str) -> Blueprint:
    """Return the pages; the address is the one that the operator has set, if any."""
    pages = Blueprint("pages", __name__)
    networks = {  # where the page loads each from
        name: f"models/weights?model={name}&sha256={network.version}"
        for name, network in predictor.models.digits.items()
    }

    def address() -> ServerAddress:
        return server_address(request.environ, public_address)

    def page(model: str, **shown: Any) -> str:
        shown |= {"usual_risk": predictor.risk, "model": model, "address": address()}
        return render_template("index.html", networks=networks, **shown, **of_networks())

    def of_networks() -> dict[str, Any]:
        return {"models": predictor.descriptions, "article": predictor.models.article}

    @cache
    def opening_answer(model: str) -> dict[str, Any]:
        # As a request that has waited long, so that the page does not wait for a slot.
        answer, _ = predictor.predict(OPENING.read_bytes(), Options(model=model), DAY_S)
        return {name: getattr(answer, name) for name in ("digit", "activations", "image")}

    def opening(model: str) -> dict[str, Any] | None:
        """Return a network's answer to the digit that draws itself, or None while it is busy."""
        try:
            return opening_answer(model)
        except Problem:
            return None

    @pages.get("/")
    def draw() -> str:
        model = predictor.choose(request.args.get("model"))
        return page(model, is_wide=request.args.get("pad") == "wide", opening=opening(model))

    @pages.post("/")
    def read() -> Response:
        """Answer the plain form, which works without JavaScript."""
        model = predictor.default
        try:
            picture = request.picture()
            model = predictor.choose(request.form.get("model"))
            options = Options(model=model, language=of_page())
            answer, outcome = predictor.read(picture, options, request.waited_s)
        except HTTPException as error:
            with request.turn():
                return problem_response(error, page(model, problem=details(error, of_page())))
        with request.turn():
            response = Response(page(model, answer=answer))
        response.outcome = outcome
        return response

    @pages.get("/views/<name>")
    def lazy_view(name: str) -> str:
        """Send the elements of a view that a page loads later, and the texts of its script."""
        if name not in LAZY_VIEWS:
            raise NotFound
        return render_template(
            "lazy_view.html", name=name, script=LAZY_VIEWS[name], **of_networks()
        )

    @pages.get("/learn")
    def learn() -> str:
        return render_template("learn.html")

    @pages.get("/sheet")
    def sheet() -> str:
        """Show the class sheet, as it is printed."""
        pupils = request.args.get("pupils", str(DEFAULT_PUPILS))
        shown = sheet_to_print(pupils) | {"pupils": pupils, "most_pupils": PUPILS[-1]}
        return render_template("sheet.html", address=address(), **shown)

    @pages.get("/class")
    def class_sheets() -> str:
        simplest = predictor.descriptions[0].name  # whose mistakes say most
        model = predictor.choose(request.args.get("model") or simplest)
        shown: dict[str, Any] = {"model": model, "models": predictor.descriptions}
        shown["address"] = address()
        return render_template("class.html", pupils=DEFAULT_PUPILS, most_pupils=PUPILS[-1], **shown)

    @pages.get("/review")
    def review() -> str:
        return render_template("review.html", model=predictor.default, usual_risk=predictor.risk)

    @pages.get("/teach")
    def teach() -> str:
        return render_template("teach.html", address=address())

    @pages.get("/qr.svg")
    def qr() -> Response:
        """Show the server's own address as a QR code, or that of a room, and no other."""
        url = address().url
        if not url:
            hint = "Start the server with HOST=0.0.0.0 and open it at localhost or its IP address."
            raise Problem(ProblemCode.UNKNOWN_ADDRESS, f"{hint} Or set INKLING_PUBLIC_ADDRESS.")
        room = request.args.get("room", "")
        shown = f"{url}join?room={room}" if is_code(room) else url
        return Response(qr_code(shown), mimetype="image/svg+xml")

    _add_lesson(pages, predictor, networks, address)
    return pages


def _add_lesson(
    pages: Blueprint,
    predictor: Predictor,
    networks: Mapping[str, str],
    address: Callable[[], ServerAddress],
) -> None:
    codes = lesson.short_functions()
    sources = lesson.functions_of_steps()

    @pages.get("/lesson")
    def show_lesson() -> str:
        url = address().for_examples
        return render_template(
            "lesson.html",
            model=predictor.default,
            network=networks[ARTICLE] if predictor.models.article else None,
            codes=codes,
            sources=sources,
            address=url,
            command=f"curl -F image=@digit.png {url}predict",
        )

    @pages.get("/lesson/digits.bin")
    def learning_set() -> Response:
        """Send the digits that the learning page trains with."""
        is_compressed = request.accept_encodings["gzip"]
        load = lesson.learning_set if is_compressed else lesson.inflated_learning_set
        content = predictor.executor.in_thread(load)  # The first time takes 0.2 seconds.
        response = response_in_parts(content, mimetype="application/octet-stream")
        response.vary.add("Accept-Encoding")
        if is_compressed:
            response.content_encoding = "gzip"
        response.cache_control.max_age = DAY_S
        return response

    @pages.get("/lesson/digits.png")
    def lesson_digits() -> Response:
        """Send the digits that the lesson's networks learn from in the page."""
        return Response(lesson.digits(), mimetype="image/png")


def qr_code(url: str) -> bytes:
    """Return the QR code of an address as SVG, black on white in dark mode too.

    Its error correction is low: a code on a screen is not damaged, and fewer, larger modules can be
    read from further away.
    """
    file = io.BytesIO()
    code = segno.make(url, error="l", micro=False)
    code.save(file, kind="svg", border=QUIET_ZONE, light="white", omitsize=True, xmldecl=False)
    return file.getvalue()
