"""Fixtures of all tests: the app with its real models, and drawn digits."""

import os
from collections.abc import Callable, Generator
from io import BytesIO
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw, ImageOps

from app import create_app
from app.config import Settings

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

STROKES = {
    1: [(210, 70), (190, 330)],
    7: [(100, 90), (300, 90), (180, 330)],
}


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def draw() -> Callable[[int], Image.Image]:
    """Return a function that draws a digit, dark on white, 400 x 400, as a pen would."""

    def draw(digit: int) -> Image.Image:
        picture = Image.new("L", (400, 400), "white")
        pen = ImageDraw.Draw(picture)
        pen.line(STROKES[digit], fill=0, width=32, joint="curve")
        for x, y in (STROKES[digit][0], STROKES[digit][-1]):
            pen.ellipse((x - 16, y - 16, x + 16, y + 16), fill=0)
        return picture

    return draw


@pytest.fixture(scope="session")
def draw_number(draw: Callable[[int], Image.Image]) -> Callable[..., Image.Image]:
    """Return a function that draws digits beside each other, dark on white, 400 high."""

    def draw_number(*digits: int) -> Image.Image:
        picture = Image.new("L", (150 + 250 * len(digits), 400), "white")
        for place, digit in enumerate(digits):
            picture.paste("black", (250 * place, 0), ImageOps.invert(draw(digit)))
        return picture

    return draw_number


@pytest.fixture(scope="session")
def as_file() -> Callable[..., bytes]:
    """Return a function that gives a picture as the bytes of a file."""

    def as_file(picture: Image.Image, image_format: str = "PNG", **options: Any) -> bytes:
        file = BytesIO()
        picture.save(file, image_format, **options)
        return file.getvalue()

    return as_file


@pytest.fixture(scope="session")
def seven(draw: Callable[[int], Image.Image], as_file: Callable[..., bytes]) -> bytes:
    """Return a drawn 7 as a PNG file."""
    return as_file(draw(7))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _required(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _required(report)


def _required(report: Report) -> Report:
    """Turn a skipped test into a failed one when INKLING_REQUIRE_ALL=1 forbids skipping."""
    is_required = os.environ.get("INKLING_REQUIRE_ALL") == "1"
    if is_required and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, which INKLING_REQUIRE_ALL=1 forbids"
    return report
