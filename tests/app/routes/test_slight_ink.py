"""Specks, thin lines, pale ink and none: every picture is read or refused in words."""

from collections.abc import Callable

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.errors import ProblemCode
from tests.app.posting import ask, check_problem, post_form, post_raw
from tests.drawing import as_file

SHAPES = [(1, 1), (1, 400), (7, 300), (28, 28), (79, 79), (400, 80), (400, 400), (600, 420)]

Levels = NDArray[np.uint8]
BLANK = ProblemCode.NO_DIGIT_FOUND.type
REFUSALS = {
    "/predict": {BLANK, ProblemCode.SEVERAL_DIGITS.type},
    "/read": {BLANK, ProblemCode.TOO_MANY_DIGITS.type},
    "/sheet": {ProblemCode.NO_SHEET_FOUND.type},
}


def transparent(levels: Levels) -> Image.Image:
    layer = Image.new("LA", levels.shape[::-1])
    layer.putalpha(Image.fromarray(255 - levels))
    return layer


FORMS: dict[str, Callable[[Levels], Image.Image]] = {
    "grey": Image.fromarray,
    "white on black": lambda levels: Image.fromarray(255 - levels),
    "black and white": lambda levels: Image.fromarray(levels).convert("1"),
    "transparent": transparent,
    "16 bits": lambda levels: Image.fromarray(levels.astype(np.uint16) * 257),
}


def specks(n: int) -> Levels:
    """Return a white scan with so many black specks of 2x2 pixels."""
    rng = np.random.default_rng(n)
    page = np.full((1169, 827), 255, np.uint8)
    for y, x in rng.integers(20, np.subtract(page.shape, 20), (n, 2)):
        page[y : y + 2, x : x + 2] = 0
    return page


def grid(step_px: int) -> Levels:
    """Return a black pixel in each so many rows and columns."""
    page = np.full((400, 400), 255, np.uint8)
    page[::step_px, ::step_px] = 0
    return page


@st.composite
def slight_ink(draw: st.DrawFn) -> Levels:
    """Draw paper with up to eight thin or small rectangles, or with a grid of dots."""
    height, width = draw(st.sampled_from(SHAPES))
    contrast = draw(st.sampled_from([255, 255, 255, 60, 24, 23]))
    page = np.full((height, width), 255, np.uint8)
    if draw(st.booleans()):
        thick_px = draw(st.integers(1, 3))
        step_px = draw(st.integers(thick_px, 60))
        for offset in range(thick_px):
            page[offset::step_px, :: draw(st.sampled_from([step_px, 1]))] = 255 - contrast
    else:
        for _ in range(draw(st.integers(0, 8))):
            x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
            across, down = (draw(st.sampled_from([1, 1, 2, 2, 3, 400])) for _ in range(2))
            page[y : y + down, x : x + across] = 255 - contrast
    return page


@settings(
    derandomize=True,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(slight_ink(), st.sampled_from(sorted(FORMS)))
@example(specks(5), "grey")
@example(grid(28), "transparent")
@example(grid(28), "16 bits")
def test_slight_ink_is_read_or_refused(client: FlaskClient, levels: Levels, form: str) -> None:
    file = as_file(FORMS[form](levels))
    for route, refusals in REFUSALS.items():
        response = post_raw(client, file, path=route)
        if response.status_code == 200:
            assert response.get_json()["message"]
        else:
            check_problem(response, 422)
            assert response.get_json(force=True)["type"] in refusals
    batch = post_form(client, file, path="/predict/batch").get_json()
    (result,) = batch["results"]
    assert "digit" in result or result["error"]["type"] in REFUSALS["/predict"]


@pytest.mark.parametrize("form", FORMS)
def test_a_page_with_specks_alone_has_no_digit(form: str, client: FlaskClient) -> None:
    file = as_file(FORMS[form](specks(5)))
    for route in ("/predict", "/read"):
        response = post_raw(client, file, path=route)
        check_problem(response, ProblemCode.NO_DIGIT_FOUND, "Nothing in the picture but specks")


@pytest.mark.parametrize("side_px", [400, 1000, 2000])
def test_a_digit_of_a_thin_pen_is_read_however_large(side_px: int, client: FlaskClient) -> None:
    picture = Image.new("L", (side_px, side_px), "white")
    pen = ImageDraw.Draw(picture)
    for box, start, end in (((25, 10, 70, 50), 200, 450), ((25, 50, 75, 95), 270, 520)):
        pen.arc([side_px * share / 100 for share in box], start, end, 0, max(1, side_px // 1000))
    for route, member in (("/predict", "digit"), ("/read", "number")):
        answer = ask(client, as_file(picture), route)
        assert (str(answer[member]), answer["certain"]) == ("3", True)
