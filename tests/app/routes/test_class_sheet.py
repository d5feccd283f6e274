"""POST /sheet: a photograph of a filled class sheet."""

import re

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import ImageDraw
from werkzeug.test import TestResponse

from app.errors import ProblemCode
from benchmarks.sheets.filled import UPRIGHT, photograph, scan
from nn.reading.class_sheet.layout import pages_of
from tests.app.posting import check_problem, post_raw
from tests.drawing import as_file, picture_in, turned_file

NETWORKS = ["article", "mlp", "convnet"]


def post(client: FlaskClient, file: bytes, query: str = "") -> TestResponse:
    return post_raw(client, file, path=f"/sheet{query}")


def test_a_filled_sheet_gets_the_answer_of_the_contract(client: FlaskClient) -> None:
    filled = photograph(pupils=31, page=3)  # the last page, with pupils 23 to 31
    response = post(client, as_file(filled.picture, "JPEG"))
    assert response.status_code == 200
    answer = response.get_json()
    assert list(answer) == ["layout", "width", "height", "boxes", "message"]
    assert answer["layout"] == {"pupils": 31, "first_pupil": 23, "page": 3}
    assert (answer["width"], answer["height"]) == filled.picture.size
    n_written = sum(box.glyph is not None for box in filled.boxes)
    assert answer["message"] == f"Pupils 23 to 31: {n_written} of 90 boxes have a digit."
    places = [(box["pupil"], box["label"]) for box in answer["boxes"]]
    assert places == [(pupil, label) for pupil in range(23, 32) for label in range(10)]
    n_right = 0
    for box, written, corners in zip(answer["boxes"], filled.boxes, filled.corners, strict=True):
        np.testing.assert_allclose(box["corners"], corners, atol=4)
        assert max(picture_in(box["cut_out"]).size) == 64
        assert box["is_empty"] == (written.glyph is None) == (box["image"] is None)
        if box["is_empty"]:
            assert box["readings"] == []
            continue
        assert picture_in(box["image"]).size == (28, 28)
        assert [reading["model"] for reading in box["readings"]] == NETWORKS
        for reading in box["readings"]:
            assert list(reading) == [
                *("model", "digit", "confidence", "certain", "doubt", "activations")
            ]
            assert reading["digit"] == np.argmax(reading["activations"])
        n_right += box["readings"][-1]["digit"] == box["label"]
    assert n_right >= 0.97 * n_written


def test_corners_are_in_the_picture_as_it_is_seen_upright(client: FlaskClient) -> None:
    """A large JPEG that its EXIF turns: decoded at half its size, then turned."""
    filled = photograph(1, megapixels=5, pose=UPRIGHT)
    answer = post(client, turned_file(filled.picture)).get_json()
    assert (answer["width"], answer["height"]) == filled.picture.size
    corners = [box["corners"] for box in answer["boxes"]]
    np.testing.assert_allclose(corners, filled.corners, atol=6)


def test_a_crossed_out_digit_and_a_dot_are_no_certain_digits(client: FlaskClient) -> None:
    page = pages_of(1)[0]
    picture = scan(page)
    pen = ImageDraw.Draw(picture)
    x, y, width, height = (6 * side for side in page.boxes[0].place)
    pen.ellipse((x + 25, y + 20, x + width - 25, y + height - 20), None, 30, 5)
    pen.line((x + 18, y + 12, x + width - 18, y + height - 12), 30, 4)
    x, y, *_ = (6 * side for side in page.boxes[5].place)
    pen.ellipse((x + 40, y + 40, x + 46, y + 46), 30)
    boxes = post(client, as_file(picture)).get_json()["boxes"]
    assert [box["label"] for box in boxes if not box["is_empty"]] == [0]
    crossed_out = boxes[0]["readings"][-1]
    assert not crossed_out["certain"]


def test_the_page_has_the_shapes_of_the_layout(client: FlaskClient) -> None:
    page = client.get("/sheet?pupils=31").text
    assert page.count('class="sheet-page paper"') == 3
    for printed in pages_of(31):
        x, y, width, height = printed.boxes[-1].place
        assert f"M{x:g} {y:g}h{width:g}v{height:g}" in page
    assert [f">{pupil}</text>" in page for pupil in (1, 11, 31, 32)] == [True, True, True, False]


@pytest.mark.parametrize("path", ["/class", "/sheet"])
def test_a_page_asks_for_as_many_pupils_as_there_are_sheets_for(
    path: str, client: FlaskClient
) -> None:
    (field,) = re.findall(r'<input id="pupils"[^>]*>', client.get(path).text)
    assert 'min="1" max="45"' in field


@pytest.mark.parametrize("pupils", ["0", "46", "-1", "1.5", "twelve", "", "٣"])
def test_a_class_of_another_size_is_refused_in_words(pupils: str, client: FlaskClient) -> None:
    response = client.get("/sheet", query_string={"pupils": pupils})
    check_problem(response, ProblemCode.NOT_A_READABLE_REQUEST, f"but is {pupils!r}.")


def test_a_sheet_that_is_not_read_gets_its_problem_in_each_language(client: FlaskClient) -> None:
    empty = post(client, as_file(scan(pages_of(12)[0])))
    words = "All 120 boxes of the sheet are empty."
    check_problem(empty, ProblemCode.NO_DIGIT_FOUND, words)
    half = as_file(scan(pages_of(3)[0]).crop((0, 0, 1260, 900)))
    found = "Found: top left, top right."
    check_problem(post(client, half), ProblemCode.SHEET_INCOMPLETE, found)
    gefunden = "Gefunden: oben links, oben rechts."
    check_problem(post(client, half, "?lang=de"), ProblemCode.SHEET_INCOMPLETE, gefunden)
    check_problem(post(client, b"no picture"), ProblemCode.NOT_A_PICTURE)
