"""POST /read: numbers, drawn and photographed."""

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw, ImageOps

from nn.reading import digit_reader
from tests.app.posting import AsFile, check_problem, data_url

Draw = Callable[[int], Image.Image]


def in_a_row(draw: Draw, *digits: int, pitch_px: int = 200) -> Image.Image:
    """A number of digits of 200 x 200 pixels, at this distance."""
    row = Image.new("L", (200 * len(digits), 300), "white")
    for place, digit in enumerate(digits):
        picture = draw(digit).resize((200, 200))
        row.paste("black", (pitch_px * place, 50), ImageOps.invert(picture))
    return row


def on_paper(picture: Image.Image) -> Image.Image:
    """A photograph of it in light that falls off to one side."""
    ink = 1 - np.asarray(picture, np.float32) / 255
    light = np.linspace(220, 90, ink.shape[1]) + np.random.default_rng(1).normal(0, 2, ink.shape)
    return Image.fromarray((light * (1 - 0.6 * ink)).clip(0, 255).astype(np.uint8))


def post(client: FlaskClient, file: bytes, path: str = "/read"):
    return client.post(path, data=file, content_type="image/png")


def test_a_number_gets_the_answer_of_the_contract(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    response = post(client, as_file(in_a_row(draw, 1, 7, 7)))
    assert response.status_code == 200
    answer = response.get_json()
    assert list(answer) == [
        *("number", "text", "lines", "certain", "doubt", "message", "digits"),
        *("doubtful_signs", "text_apart", "left_out", "width", "height", "model"),
    ]
    assert (answer["doubtful_signs"], answer["text_apart"]) == ([], None)
    assert (answer["number"], answer["text"], answer["lines"]) == ("177", "177", ["177"])
    assert (answer["certain"], answer["doubt"], answer["left_out"]) == (True, None, [])
    assert answer["message"] == "This looks like 177."
    assert (answer["width"], answer["height"], answer["model"]) == (600, 300, "convnet")
    for place, digit in enumerate(answer["digits"]):
        assert list(digit) == [
            *("digit", "confidence", "certain", "doubt", "activations", "line", "box", "image")
        ]
        assert len(digit["activations"]) == 10
        left, top, width, height = digit["box"]
        assert 200 * place <= left < left + width <= 200 * (place + 1)
        assert 70 <= top < top + height <= 230
        network_input = Image.open(io.BytesIO(base64.b64decode(digit["image"].split(",")[1])))
        assert network_input.size == (28, 28)


def test_form_and_json_are_read_alike(client: FlaskClient, draw: Draw, as_file: AsFile) -> None:
    file = as_file(in_a_row(draw, 7, 1))
    form = client.post("/read", data={"image": (io.BytesIO(file), "n.png")}).get_json()
    assert form == client.post("/read", json={"image": data_url(file)}).get_json()
    assert form == post(client, file).get_json()
    assert form["number"] == "71"


def test_lines_are_joined_by_line_breaks(client: FlaskClient, draw: Draw, as_file: AsFile) -> None:
    page = Image.new("L", (400, 600), "white")
    page.paste(in_a_row(draw, 1, 7), (0, 0))
    page.paste(in_a_row(draw, 7, 7), (0, 300))
    answer = post(client, as_file(page)).get_json()
    assert answer["number"] == "17\n77"
    assert answer["lines"] == ["17", "77"]
    assert [digit["line"] for digit in answer["digits"]] == [0, 0, 1, 1]


def test_a_gap_that_may_separate_two_numbers_is_asked_about(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    answer = post(client, as_file(in_a_row(draw, 7, 7))).get_json()
    assert (answer["text"], answer["certain"], answer["doubt"]) == ("77", False, "unclear")
    assert [digit["certain"] for digit in answer["digits"]] == [True, True]
    assert answer["message"] == "77, or 7 and 7 apart?"
    assert answer["doubtful_signs"] == [{"what": "gap", "line": 0, "position": 1, "sign": None}]
    assert answer["text_apart"] == "7\n7"


def test_a_photograph_is_read_and_its_stages_shown(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    file = as_file(on_paper(in_a_row(draw, 7, 1, 7)))
    answer = post(client, file, "/read?explain=1").get_json()
    assert answer["number"] == "717"
    assert [stage["name"] for stage in answer["stages"]] == ["grey", "paper", "contrast", "ink"]
    for stage in answer["stages"]:
        picture = Image.open(io.BytesIO(base64.b64decode(stage["image"].split(",")[1])))
        assert max(picture.size) <= 240
        assert stage["caption"]


def doodle() -> Image.Image:
    """Return a crossed box, which looks like no digit."""
    box = Image.new("L", (100, 100), "white")
    ImageDraw.Draw(box).line([(20, 20), (80, 80), (80, 20), (20, 80), (20, 20)], width=6)
    return box


def dot() -> Image.Image:
    picture = Image.new("L", (280, 280), "white")
    ImageDraw.Draw(picture).ellipse((130, 130, 150, 150), fill="black")
    return picture


@pytest.mark.parametrize("kind", ["seven", "photographed seven", "doodle", "dot"])
def test_one_digit_is_read_as_predict_reads_it(
    kind: str, client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    picture = {
        "seven": draw(7),
        "photographed seven": on_paper(draw(7)),
        "doodle": doodle(),
        "dot": dot(),
    }[kind]
    file = as_file(picture)
    predicted = post(client, file, "/predict?explain=stages").get_json()
    answer = post(client, file, "/read?explain=stages").get_json()
    (digit,) = answer["digits"]
    assert answer["number"] == answer["text"] == str(digit["digit"])
    assert {**digit, **answer} | predicted == {**digit, **answer}
    assert (predicted["doubt"] == "not_a_digit") is (kind in ("doodle", "dot"))
    if kind == "seven":
        assert digit["box"] == pytest.approx([84, 74, 232, 272], abs=4)


def test_ink_that_is_too_narrow_for_two_digits_is_not_read_as_a_number(
    client: FlaskClient, as_file: AsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digit_reader, "read_lines", lambda *_: pytest.fail("is read"))
    zigzag = Image.new("L", (280, 280), "white")
    corners = [(120, 40), (160, 90), (120, 140), (160, 190), (120, 240), (150, 60)]
    ImageDraw.Draw(zigzag).line(corners, fill="black", width=12)
    answer = post(client, as_file(zigzag)).get_json()
    assert (answer["certain"], len(answer["digits"])) == (False, 1)


@pytest.mark.parametrize(("index", "explained"), [(None, 2), (0, 0), (1, 1), (3, None)])
def test_the_layers_and_networks_are_of_the_digit_at_the_index(
    index: int | None, explained: int | None, client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    file = as_file(in_a_row(draw, 1, 7, 7))
    query = "" if index is None else f"&index={index}"
    for part in ("layers", "networks"):
        digits = post(client, file, f"/read?explain={part}{query}").get_json()["digits"]
        assert [place for place, digit in enumerate(digits) if part in digit] == (
            [] if explained is None else [explained]
        )
    if explained is not None:  # the last answer has the networks
        of_convnet = digits[explained]["networks"][-1]["activations"]
        np.testing.assert_allclose(of_convnet, digits[explained]["activations"], atol=2e-6)


def test_without_an_index_the_first_digit_that_is_not_certain_is_explained(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    row = in_a_row(draw, 7, 1, 7)
    messy = Image.open("static/examples/messy.png").convert("L")
    messy.thumbnail((row.width // 3, row.height))
    row.paste("white", (row.width // 3, 0, 2 * row.width // 3, row.height))
    row.paste(messy, (row.width // 3, (row.height - messy.height) // 2))
    digits = post(client, as_file(row), "/read?explain=networks").get_json()["digits"]
    uncertain = [place for place, digit in enumerate(digits) if not digit["certain"]]
    assert 0 < uncertain[0] < len(digits) - 1
    assert [place for place, digit in enumerate(digits) if "networks" in digit] == uncertain[:1]


@pytest.mark.parametrize("index", ["", "-1", "100", "1.0", "two", "9" * 5000])
def test_an_index_that_no_number_has_is_refused(
    index: str, client: FlaskClient, seven: bytes
) -> None:
    response = post(client, seven, f"/read?explain=layers&index={index}")
    check_problem(response, 400, "index must be a whole number from 0 to 99, but is")


@pytest.mark.parametrize("is_photograph", [False, True], ids=["drawn", "photographed"])
def test_predict_refuses_several_digits_and_names_read(
    is_photograph: bool, client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    picture = in_a_row(draw, 7, 1, 7)
    response = post(client, as_file(on_paper(picture) if is_photograph else picture), "/predict")
    check_problem(response, 422, "/read")
    assert response.get_json(force=True)["type"] == "urn:inkling:several-digits"


def test_a_blank_picture_has_no_number(client: FlaskClient, as_file: AsFile) -> None:
    check_problem(post(client, as_file(Image.new("L", (300, 100), 255))), 422, "No ink was found")


def test_too_many_pieces_of_ink_are_refused_in_words(client: FlaskClient, as_file: AsFile) -> None:
    page = np.full((1000, 1000), 255, np.uint8)
    for top in range(10, 1000, 20):
        for left in range(10, 1000, 20):
            page[top : top + 10, left : left + 4] = 0
    check_problem(post(client, as_file(Image.fromarray(page))), 422, "at most")


def test_an_unknown_model_is_not_found(client: FlaskClient, seven: bytes) -> None:
    check_problem(post(client, seven, "/read?model=nonesuch"), 404, "nonesuch")


def test_the_plain_form_reads_a_number(client: FlaskClient, draw: Draw, as_file: AsFile) -> None:
    file = io.BytesIO(as_file(in_a_row(draw, 1, 7, pitch_px=120)))
    response = client.post("/", data={"image": (file, "n.png"), "read": "number"})
    assert response.status_code == 200
    assert "This looks like 17." in response.text


@pytest.mark.parametrize("orientation", [1, 6], ids=["as it is", "turned by EXIF"])
def test_boxes_are_in_pixels_of_the_file_though_a_photograph_is_decoded_at_half_its_size(
    orientation: int, client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    photo = on_paper(in_a_row(draw, 7, 1)).resize((4000, 3000))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if orientation == 6:
        photo = photo.transpose(Image.Transpose.ROTATE_90)
    file = as_file(photo, "JPEG", quality=90, exif=exif)
    answer = client.post("/read", data=file, content_type="image/jpeg").get_json()
    assert (answer["number"], answer["width"], answer["height"]) == ("71", 4000, 3000)
    for place, digit in enumerate(answer["digits"]):
        left, top, width, height = digit["box"]
        assert 2000 * place < left < left + width < 2000 * (place + 1)
        assert 600 < top < top + height < 2400
        assert height > 1000


def read_allowed(client: FlaskClient, file: bytes, query: str = "", **members: object):
    body = {"image": data_url(file), **members}
    return client.post(f"/read?{query}", json=body)


def test_of_what_is_allowed_the_likeliest_is_read_with_its_chance(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    file = as_file(in_a_row(draw, 1, 7, 7))
    answer = read_allowed(client, file, allowed=["117", "177", "204"]).get_json()
    assert (answer["text"], answer["lines"], answer["certain"]) == ("177", ["177"], True)
    (line,) = answer["allowed"]
    assert list(line) == ["text", "confidence", "misfit", "alternatives"]
    assert (line["text"], line["misfit"]) == ("177", None)
    assert line["confidence"] > 0.98 > line["alternatives"][0]["confidence"]
    by_form = {"image": (io.BytesIO(file), "n.png"), "allowed": "117\r\n177\n204\n"}
    assert client.post("/read", data=by_form).get_json() == answer
    assert "allowed" not in read_allowed(client, file).get_json()


def test_what_fits_nothing_that_is_allowed_is_not_certain_and_said(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    file = as_file(in_a_row(draw, 1, 7, 7))
    for query, members, misfit in (
        ("", {"allowed": ["117", "204"]}, "none_fits"),
        ("pattern=%5Cd%7B4%7D", {}, "none_fits"),
        ("check=luhn", {}, "none_fits"),
        ("minimum=200&maximum=300", {}, "none_fits"),
    ):
        answer = read_allowed(client, file, query, **members).get_json()
        assert answer["allowed"][0]["misfit"] == misfit
        assert (answer["certain"], answer["doubt"]) == (False, "unclear")
        assert answer["message"].endswith("It may be a number that is not allowed.")
    answer = read_allowed(client, file, allowed=["22222222"]).get_json()
    assert (answer["text"], answer["allowed"], answer["certain"]) == ("177", [None], False)
    assert answer["message"] == "Best guess: 177. No allowed number fits what is written."
    assert read_allowed(client, file, "pattern=%5Cd%7B3%7D").get_json()["certain"]


def test_a_list_is_never_ignored(client: FlaskClient, draw: Draw, as_file: AsFile) -> None:
    file = as_file(in_a_row(draw, 1, 7, 7))
    escaped = f'{{"image": "{data_url(file)}", "\\u0061llowed": ["117"]}}'
    answer = client.post("/read", data=escaped, content_type="application/json").get_json()
    assert answer["allowed"][0]["text"] == "117"
    values = [str(value) for value in range(10_000, 19_999)]
    answer = read_allowed(client, file, allowed=["177", *values]).get_json()
    assert (answer["text"], answer["certain"]) == ("177", True)
    assert "allowed" not in read_allowed(client, file, status="allowed").get_json()
    for lists in ([(io.BytesIO(b"117"), "list.txt")], ["117", "177"]):
        form = {"image": (io.BytesIO(file), "n.png"), "allowed": lists}
        check_problem(client.post("/read", data=form), 400, "The field 'allowed' is one text")


@pytest.mark.parametrize(
    ("query", "members", "words"),
    [
        ("pattern=(1)", {}, r"Expected a pattern of at most 40 signs: digits, \d"),
        ("check=crc", {}, "Expected one of luhn, gtin, mod97, got 'crc'"),
        ("minimum=few", {}, "minimum must be a number such as 1204.5, but is 'few'"),
        ("minimum=2&maximum=1", {}, "Expected a minimum up to the maximum, got 2.0 and 1.0"),
        ("minimum=nan", {}, "minimum must be a number"),
        ("", {"allowed": []}, "Expected 1 to 10,000 values, got 0"),
        ("", {"allowed": "177"}, "not a list of strings"),
        ("", {"allowed": [177]}, "not a list of strings"),
        ("", {"allowed": ["one"]}, "got 'one'"),
    ],
)
def test_what_cannot_be_allowed_is_refused_with_what_was_expected(
    client: FlaskClient,
    draw: Draw,
    as_file: AsFile,
    query: str,
    members: dict[str, object],
    words: str,
) -> None:
    check_problem(read_allowed(client, as_file(draw(7)), query, **members), 400, words)


def test_a_form_with_long_headers_is_refused_before_it_is_parsed(
    client: FlaskClient, draw: Draw, as_file: AsFile
) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
    parts = [part % (b"a", b"b" * 5_000, b"")] * 60
    body = b"".join([*parts, part % (b"image", b"n.png", as_file(draw(7)))]) + b"--x--\r\n"
    response = client.post("/read", data=body, content_type="multipart/form-data; boundary=x")
    check_problem(response, 400, "The headers of the form's parts")
