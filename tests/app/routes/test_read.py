"""POST /read: numbers, drawn and photographed, and what they may be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw, ImageOps

from app.errors import ProblemCode
from nn.reading.certainty_model import MAX_RISK, MIN_RISK, RISK
from nn.reading.lines.strip import FRAME_PX, FRAME_START_PX, n_frames
from tests.app.posting import ask, check_problem, post_form, post_json, post_raw
from tests.browser.digits import LETTER_K
from tests.drawing import as_file, data_url, draw, picture_in, turned_file


def in_a_row(*digits: int) -> Image.Image:
    """A number of digits of 200 x 200 pixels."""
    row = Image.new("L", (200 * len(digits), 300), "white")
    for place, digit in enumerate(digits):
        picture = draw(digit).resize((200, 200))
        row.paste("black", (200 * place, 50), ImageOps.invert(picture))
    return row


def on_paper(picture: Image.Image) -> Image.Image:
    """A photograph of it in light that falls off to one side."""
    ink = 1 - np.asarray(picture, np.float32) / 255
    light = np.linspace(220, 90, ink.shape[1]) + np.random.default_rng(1).normal(0, 2, ink.shape)
    return Image.fromarray((light * (1 - 0.6 * ink)).clip(0, 255).astype(np.uint8))


def line_drawing(*points: tuple[int, int], width: int) -> Image.Image:
    picture = Image.new("L", (280, 280), "white")
    ImageDraw.Draw(picture).line(points, fill="black", width=width)
    return picture


DOODLE = line_drawing((56, 56), (224, 224), (224, 56), (56, 224), (56, 56), width=16)
DOT = line_drawing((130, 140), (150, 140), width=20)
NUMBER = as_file(in_a_row(1, 7, 7))


def test_a_number_gets_the_answer_of_the_contract_however_it_is_sent(client: FlaskClient) -> None:
    response = post_raw(client, NUMBER, path="/read")
    assert response.status_code == 200
    answer = response.get_json()
    assert list(answer) == [
        *("number", "text", "lines", "certain", "doubt", "certain_from", "message", "digits"),
        *("doubtful_signs", "text_apart", "left_out", "width", "height", "model"),
    ]
    assert (answer["doubtful_signs"], answer["text_apart"]) == ([], None)
    assert (answer["number"], answer["text"], answer["lines"]) == ("177", "177", ["177"])
    assert (answer["certain"], answer["doubt"], answer["left_out"]) == (True, None, [])
    assert answer["message"] == "This looks like 177."
    assert (answer["width"], answer["height"], answer["model"]) == (600, 300, "convnet")
    for place, digit in enumerate(answer["digits"]):
        assert list(digit) == [
            *("digit", "confidence", "certain", "doubt", "activations", "box", "image", "line")
        ]
        assert len(digit["activations"]) == 10
        left, top, width, height = digit["box"]
        assert 200 * place <= left < left + width <= 200 * (place + 1)
        assert 70 <= top < top + height <= 230
        assert picture_in(digit["image"]).size == (28, 28)
    for post in (post_form, post_json):
        assert post(client, NUMBER, path="/read").get_json() == answer


def test_lines_are_joined_by_line_breaks(client: FlaskClient) -> None:
    page = Image.new("L", (400, 600), "white")
    page.paste(in_a_row(1, 7), (0, 0))
    page.paste(in_a_row(7, 7), (0, 300))
    answer = ask(client, as_file(page), "/read")
    assert (answer["number"], answer["lines"]) == ("17\n77", ["17", "77"])
    assert [digit["line"] for digit in answer["digits"]] == [0, 0, 1, 1]


def test_a_gap_that_may_separate_two_numbers_is_asked_about(client: FlaskClient) -> None:
    answer = ask(client, as_file(in_a_row(7, 7)), "/read")
    assert (answer["text"], answer["certain"], answer["doubt"]) == ("77", False, "unclear")
    assert [digit["certain"] for digit in answer["digits"]] == [True, True]
    assert answer["message"] == "77, or 7 and 7 apart?"
    assert answer["doubtful_signs"] == [{"what": "gap", "line": 0, "position": 1, "sign": None}]
    assert answer["text_apart"] == "7\n7"


def test_a_photograph_is_read_and_its_stages_shown(client: FlaskClient) -> None:
    answer = ask(client, as_file(on_paper(in_a_row(7, 1, 7))), "/read?explain=1")
    assert answer["number"] == "717"
    assert [stage["name"] for stage in answer["stages"]] == ["grey", "pen", "other", "ink"]
    for stage in answer["stages"]:
        assert max(picture_in(stage["image"]).size) <= 240
        assert stage["caption"]


def test_an_answer_says_at_which_risk_it_would_be_certain(client: FlaskClient) -> None:
    pictures = [in_a_row(7, 7), in_a_row(1, 7, 7)]
    for name in ("messy", "angular", "flag", "bar", "letter", "decimal", "seven"):
        example = Image.open(f"static/examples/{name}.png").convert("L")
        for angle in (-30, 0, 10, 30):
            turned = example.rotate(angle, fillcolor=255)
            pictures.append(turned)
            if name in ("bar", "angular", "seven"):
                beside = Image.new("L", (500, 300), "white")
                beside.paste(in_a_row(7), (0, 0))
                beside.paste(turned.resize((220, 220)), (210, 40))
                pictures.append(beside)
    seven, messy = (Image.open(f"static/examples/{name}.png") for name in ("seven", "messy"))
    doubtful = Image.new("L", (500, 300), "white")
    doubtful.paste(seven.convert("L").resize((210, 210)), (0, 40))
    doubtful.paste(messy.convert("L").rotate(10, fillcolor=255).resize((220, 220)), (210, 40))
    pictures.append(doubtful)
    found = set()
    for picture in pictures:
        file = as_file(picture)
        usual = ask(client, file, "/read")
        least = usual["certain_from"]
        found.add((len(usual["text"]) > 1, least and (least > 0.001) + (least > RISK)))
        around = [] if least is None else [least - 1e-6, least]
        for risk in (MIN_RISK, 0.002, 0.01, 0.02, MAX_RISK, *around):
            if not MIN_RISK <= risk <= MAX_RISK:
                continue
            again = ask(client, file, f"/read?risk={risk}")
            assert (again["text"], again["certain_from"]) == (usual["text"], least)
            assert again["certain"] == (least is not None and least <= risk)
    assert found >= {(is_number, part) for is_number in (False, True) for part in (None, 0)}
    assert found >= {(False, 1), (False, 2), (True, 2)}


def test_the_columns_that_the_network_of_lines_reads_are_shown(client: FlaskClient) -> None:
    answer = ask(client, NUMBER, "/read?explain=strips")
    (strip,) = answer["strips"]
    assert strip["lines"] == [0]
    image, frames = picture_in(strip["image"]), strip["frames"]
    assert (image.height, len(frames)) == (48, n_frames(image.width))
    assert [sign["likeliest"][0][0] for sign in strip["signs"]] == ["1", "7", "7"]
    left, _, width, _ = strip["box"]
    middles = [x + across / 2 for x, _, across, _ in (each["box"] for each in answer["digits"])]
    assert [sign["agrees"] for sign in strip["signs"]] == [True] * 3
    for place, sign in enumerate(strip["signs"]):
        assert frames[sign["first"]][0][0] == sign["likeliest"][0][0]
        column = FRAME_START_PX + FRAME_PX * sign["first"]
        distances = [abs(left + column * width / image.width - middle) for middle in middles]
        assert min(distances) == distances[place]
    assert frames[0] == [["blank", 1.0]]
    for likeliest in frames:
        chances = [chance for _, chance in likeliest]
        assert chances == sorted(chances, reverse=True)
        assert 0.9 < sum(chances) <= 1.001


def test_numbers_of_one_line_share_a_strip_and_each_line_has_its_own(client: FlaskClient) -> None:
    page = Image.new("L", (1600, 600), "white")
    page.paste(in_a_row(1, 7), (0, 0))
    page.paste(in_a_row(7, 7), (1100, 0))
    page.paste(in_a_row(7, 1, 7), (0, 300))
    answer = ask(client, as_file(page), "/read?explain=strips")
    assert answer["lines"] == ["17", "77", "717"]
    assert [strip["lines"] for strip in answer["strips"]] == [[0, 1], [2]]
    tops = [strip["box"][1] for strip in answer["strips"]]
    assert tops[0] < 50 < tops[1] < 350


def drawn_letter() -> Image.Image:
    """Return a K as it is drawn on the pad."""
    picture = Image.new("L", (280, 280), "white")
    for stroke in LETTER_K:
        line = [(280 * x, 280 * y) for x, y in stroke]
        ImageDraw.Draw(picture).line(line, fill=0, width=14, joint="curve")
    return picture


def test_a_digit_that_is_certain_at_once_has_no_strip_and_a_letter_has_another_sign(
    client: FlaskClient,
) -> None:
    assert ask(client, as_file(draw(7)), "/read?explain=strips")["strips"] == []
    letter = ask(client, as_file(drawn_letter()), "/read?explain=strips")
    (sign,) = letter["strips"][0]["signs"]
    assert (sign["likeliest"][0][0], sign["agrees"]) == ("?", None)


def test_where_the_networks_part_the_columns_say_so(client: FlaskClient) -> None:
    leaning = Image.open("static/examples/flag.png").convert("L").rotate(-40, fillcolor=255)
    answer = ask(client, as_file(leaning), "/read?explain=strips")
    (sign,) = answer["strips"][0]["signs"]
    assert (answer["text"], sign["likeliest"][0][0], sign["agrees"]) == ("1", "7", False)
    page = Image.new("L", (800, 300), "white")
    page.paste(in_a_row(7, 1), (0, 0))
    page.paste(leaning.resize((160, 160)), (400, 70))
    signs = ask(client, as_file(page), "/read?explain=strips")["strips"][0]["signs"]
    assert [sign["agrees"] for sign in signs] == [True, True, False]


def test_a_request_names_the_parts_that_explain_it(client: FlaskClient) -> None:
    parts = {"stages", "strips"}
    assert parts & ask(client, NUMBER, "/read").keys() == set()
    assert parts & ask(client, NUMBER, "/read?explain=strips").keys() == {"strips"}
    for explain in ("stages,strips", "1"):
        assert parts & ask(client, NUMBER, f"/read?explain={explain}").keys() == parts


@pytest.mark.parametrize(
    ("picture", "is_digit"),
    [(draw(7), True), (on_paper(draw(7)), True), (DOODLE, False), (DOT, False)],
    ids=["seven", "photographed seven", "doodle", "dot"],
)
def test_read_agrees_on_a_digit(picture: Image.Image, is_digit: bool, client: FlaskClient) -> None:
    file = as_file(picture)
    predicted = ask(client, file, "/predict?explain=stages")
    answer = ask(client, file, "/read?explain=stages")
    (digit,) = answer["digits"]
    assert answer["number"] == answer["text"] == str(digit["digit"])
    assert {**digit, **answer} | predicted == {**digit, **answer}
    assert (predicted["doubt"] != "not_a_digit") == is_digit


def test_ink_that_is_too_narrow_for_two_digits_is_not_read_as_a_number(
    client: FlaskClient,
) -> None:
    corners = [(120, 40), (160, 90), (120, 140), (160, 190), (120, 240), (150, 60)]
    answer = ask(client, as_file(line_drawing(*corners, width=12)), "/read")
    assert (answer["certain"], len(answer["digits"])) == (False, 1)


@pytest.mark.parametrize("change", [lambda picture: picture, on_paper], ids=["drawn", "photo"])
def test_predict_refuses_several_digits_and_names_read(change: Any, client: FlaskClient) -> None:
    response = post_raw(client, as_file(change(in_a_row(7, 1, 7))))
    check_problem(response, ProblemCode.SEVERAL_DIGITS, "/read")


@pytest.mark.parametrize("path", ["/read", "/predict"])
def test_a_class_sheet_is_refused_with_what_to_do(path: str, client: FlaskClient) -> None:
    sheet = Path("static/examples/sheet.webp").read_bytes()
    check_problem(post_raw(client, sheet, path=path), ProblemCode.CLASS_SHEET, "open it as one")


def test_no_ink_and_too_many_pieces_of_it_are_refused(client: FlaskClient) -> None:
    blank = as_file(Image.new("L", (300, 100), 255))
    check_problem(post_raw(client, blank, path="/read"), ProblemCode.NO_DIGIT_FOUND)
    page = np.full((1000, 1000), 255, np.uint8)
    for top in range(10, 1000, 20):
        for left in range(10, 1000, 20):
            page[top : top + 10, left : left + 4] = 0
    crowded = post_raw(client, as_file(Image.fromarray(page)), path="/read")
    check_problem(crowded, ProblemCode.TOO_MANY_DIGITS, "at most")


@pytest.mark.parametrize("stored", [as_file, turned_file], ids=["as it is", "turned by EXIF"])
def test_boxes_are_in_pixels_of_the_file_though_a_photograph_is_decoded_at_half_its_size(
    stored: Callable[..., bytes], client: FlaskClient
) -> None:
    photo = on_paper(in_a_row(7, 1)).resize((4000, 3000))
    file = stored(photo, image_format="JPEG", quality=90)
    answer = ask(client, file, "/read")
    assert (answer["number"], answer["width"], answer["height"]) == ("71", 4000, 3000)
    for place, digit in enumerate(answer["digits"]):
        left, top, width, height = digit["box"]
        assert 2000 * place < left < left + width < 2000 * (place + 1)
        assert 600 < top < top + height < 2400
        assert height > 1000


def read_allowed(client: FlaskClient, query: str = "", **members: object) -> Any:
    return post_json(client, NUMBER, path=f"/read?{query}", **members).get_json()


def test_of_what_is_allowed_the_likeliest_is_read_with_its_chance(client: FlaskClient) -> None:
    answer = read_allowed(client, allowed=["117", "177", "204"])
    assert (answer["text"], answer["lines"], answer["certain"]) == ("177", ["177"], True)
    (line,) = answer["allowed"]
    assert list(line) == ["text", "confidence", "misfit", "alternatives"]
    assert (line["text"], line["misfit"]) == ("177", None)
    assert line["confidence"] > 0.98 > line["alternatives"][0]["confidence"]
    by_form = post_form(client, NUMBER, path="/read", allowed="117\r\n177\n204\n")
    assert by_form.get_json() == answer
    assert "allowed" not in read_allowed(client)
    assert read_allowed(client, "pattern=%5Cd%7B3%7D")["certain"]


@pytest.mark.parametrize(
    ("query", "members"),
    [
        ("", {"allowed": ["117", "204"]}),
        ("pattern=%5Cd%7B4%7D", {}),
        ("check=luhn", {}),
        ("minimum=100&maximum=150", {}),
    ],
)
def test_what_fits_nothing_that_is_allowed_is_not_certain_and_said(
    query: str, members: dict[str, object], client: FlaskClient
) -> None:
    answer = read_allowed(client, query, **members)
    assert answer["allowed"][0]["misfit"] == "none_fits"
    assert (answer["certain"], answer["doubt"]) == (False, "unclear")
    assert answer["message"].endswith("It may be a number that is not allowed.")


def test_where_no_allowed_text_fits_at_all_there_is_no_text(client: FlaskClient) -> None:
    answer = read_allowed(client, allowed=["22222222"])
    assert (answer["text"], answer["allowed"], answer["certain"]) == ("", [None], False)
    assert [digit["digit"] for digit in answer["digits"]] == [1, 7, 7]
    assert answer["message"] == "No allowed number fits what is written."


def test_a_list_is_never_ignored(client: FlaskClient) -> None:
    escaped = f'{{"image": "{data_url(NUMBER)}", "\\u0061llowed": ["117"]}}'
    answer = client.post("/read", data=escaped, content_type="application/json").get_json()
    assert answer["allowed"][0]["text"] == "117"
    values = [str(value) for value in range(10_000, 19_999)]
    answer = read_allowed(client, allowed=["177", *values])
    assert (answer["text"], answer["certain"]) == ("177", True)
    assert "allowed" not in read_allowed(client, status="allowed")
