"""What is no readable picture, form or JSON gets the problem that says so; dates that are none."""

import io
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import MultiPartParser
from werkzeug.test import EnvironBuilder, TestResponse, encode_multipart

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
from app.requests import request as module
from app.requests.request import MAX_LIST_LENGTH, Request
from tests.app.posting import (
    PREDICT,
    Post,
    ask,
    check_problem,
    each_way,
    post_form,
    post_json,
    post_raw,
)
from tests.drawing import as_file, data_url, draw, draw_number
from tests.hostile.pictures import bmp, in_pieces, jpeg_of_scans, png

JPEG = as_file(draw(7), "JPEG")
UNREADABLE = ProblemCode.NOT_A_READABLE_REQUEST
DAMAGED = ProblemCode.DAMAGED_PICTURE
FORMAT = ProblemCode.FORMAT_NOT_SUPPORTED
TOO_LARGE = ProblemCode.PICTURE_TOO_LARGE
TOO_MANY = ProblemCode.TOO_MANY_PICTURES
OTHER_TYPE = ProblemCode.CONTENT_TYPE_NOT_SUPPORTED
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1h9l-5 9"/></svg>'


@pytest.fixture(scope="module", autouse=True)
def _the_next_good_request_answers(app: Flask, seven: bytes) -> Iterator[None]:
    yield
    assert ask(app.test_client(), seven)["digit"] == 7


def blank(colour: str = "white", size_px: tuple[int, int] = (400, 400)) -> bytes:
    return as_file(Image.new("L", size_px, colour))


@each_way
@pytest.mark.parametrize(
    ("file", "media_type", "code", "words"),
    [
        (b"", "image/png", ProblemCode.EMPTY_PICTURE, "0 bytes"),
        (b"seven", "image/png", ProblemCode.NOT_A_PICTURE, ""),
        (np.random.default_rng(1).bytes(20_000), "image/png", ProblemCode.NOT_A_PICTURE, ""),
        (JPEG[: len(JPEG) // 2], "image/jpeg", DAMAGED, "cut off"),
        (SVG, "image/png", FORMAT, "PNG, JPEG, WebP, GIF or BMP"),
        (SVG, "image/svg+xml", FORMAT, "image/svg+xml"),
        (as_file(draw(7)), "image/tiff", FORMAT, "image/tiff"),
        (as_file(draw(7), "TIFF"), "image/png", FORMAT, ""),
        (blank(), "image/png", ProblemCode.NO_DIGIT_FOUND, "No ink was found"),
        (blank("black"), "image/png", ProblemCode.NO_DIGIT_FOUND, "No ink was found"),
        (blank("grey"), "image/png", ProblemCode.NO_DIGIT_FOUND, "No ink was found"),
        (png((12_000, 12_000), depth=1), "image/png", TOO_LARGE, "12,000 x 12,000"),
    ],
    ids=[
        *("empty", "text", "noise", "cut off", "SVG as PNG", "SVG", "PNG as TIFF", "TIFF as PNG"),
        *("white", "black", "grey", "144 million pixels"),
    ],
)
def test_a_file_that_cannot_be_read_gets_its_problem_in_each_way(
    post: Post, file: bytes, media_type: str, code: ProblemCode, words: str, client: FlaskClient
) -> None:
    check_problem(post(client, file, media_type), code, words)


def mpo_of_110_scans() -> bytes:
    others = {"save_all": True, "append_images": [draw(1)], "progressive": True}
    file = as_file(draw(7), "MPO", **others)
    end = file.index(b"\xff\xd9")
    start = file.rindex(b"\xff\xda", 0, end)
    return file[:start] + 110 * file[start:end] + file[start:]


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        (blank(size_px=(65_536, 1)), TOO_LARGE, "65,535 a side"),
        (blank(size_px=(1, 65_536)), TOO_LARGE, "65,535 a side"),
        (in_pieces(as_file(draw(7)), 800_000), DAMAGED, "more pieces than any program needs"),
        (JPEG[:2] + 1_000_000 * b"\xff\xfe\0\2" + JPEG[2:], DAMAGED, "more pieces"),
        (jpeg_of_scans(16, 110), DAMAGED, "more scans than any program needs"),
        (mpo_of_110_scans(), DAMAGED, "more scans"),
        (bmp(9, 8, b"\x09\x01\0\0\0\1"), FORMAT, "run-length encoded BMP"),
    ],
    ids=[
        *("a strip", "a column", "a PNG in 800,000 pieces", "a JPEG in a million pieces"),
        *("a JPEG of 110 scans", "an MPO of 110 scans", "a run-length encoded BMP"),
    ],
)
def test_a_picture_that_would_cost_too_much_is_refused(
    file: bytes, code: ProblemCode, words: str, client: FlaskClient
) -> None:
    check_problem(post_raw(client, file), code, words)


@pytest.mark.parametrize(
    ("image_format", "options", "largest_px"),
    [("JPEG", {}, 1000), ("JPEG", {"progressive": True}, 790), ("PNG", {}, 790), ("WEBP", {}, 436)],
)
def test_each_format_may_have_as_many_pixels_as_it_is_cheap(
    image_format: str, options: dict[str, Any], largest_px: int
) -> None:
    client = create_app(Settings(max_picture_pixels=1_000_000)).test_client()
    for side_px, status in ((largest_px, 200), (largest_px + 1, 413)):
        picture = draw(7).resize((side_px, side_px))
        assert post_raw(client, as_file(picture, image_format, **options)).status_code == status


def test_a_photograph_with_a_video_behind_it_is_read(client: FlaskClient) -> None:
    video = np.random.default_rng(1).bytes(7_000_000)
    assert video.count(b"\xff\xda") > 50
    assert ask(client, as_file(draw(7).resize((1000, 1000)), "JPEG") + video)["digit"] == 7


Sent = dict[str, Any]  # what client.post is given
SEVEN = as_file(draw(7))
NUMBER = as_file(draw_number(1, 7))
FILE = (SEVEN, "7.png")
BATCH = "/predict/batch"


def raw(body: bytes, content_type: str | None = "image/png") -> Sent:
    return {"data": body, "content_type": content_type}


def form(**fields: Any) -> Sent:
    """Return a form of texts, and of files as lists of their bytes and names."""
    values = {
        name: [FileStorage(io.BytesIO(file), *rest) for file, *rest in field]
        if isinstance(field, list) and isinstance(field[0], tuple)
        else field
        for name, field in fields.items()
    }
    boundary, body = encode_multipart(values)
    return raw(body, f"multipart/form-data; boundary={boundary}")


def in_json(body: bytes | dict[str, Any]) -> Sent:
    return raw(body if isinstance(body, bytes) else json.dumps(body).encode(), "application/json")


def allowing(value: Any) -> Sent:
    return in_json({"image": data_url(NUMBER), "allowed": value})


LONG_PART = b'--x\r\nContent-Disposition: form-data; name="a"; filename="%s"\r\n\r\n\r\n'
LONG_HEADERS = raw(60 * (LONG_PART % (5000 * b"b")) + b"--x--", "multipart/form-data; boundary=x")
REFUSED: list[tuple[str, Sent, ProblemCode, str]] = [
    (PREDICT, raw(SEVEN, "text/plain"), OTHER_TYPE, "is text/plain. Send one picture"),
    (PREDICT, raw(SEVEN, "application/x-www-form-urlencoded"), OTHER_TYPE, "multipart form"),
    (PREDICT, raw(SEVEN, None), OTHER_TYPE, "The Content-Type is missing. Send one picture"),
    (BATCH, raw(SEVEN), OTHER_TYPE, "is image/png. Send each picture"),
    (PREDICT, form(image=[(b"seven", "7.txt", None, "text/plain")]), FORMAT, "text/plain"),
    (PREDICT, form(picture=[FILE]), UNREADABLE, "0 files in a field 'image'"),
    (PREDICT, form(image=[FILE, FILE]), UNREADABLE, "2 files"),
    (PREDICT, form(image="7.png"), UNREADABLE, "-F image=@FILE"),
    (PREDICT, raw(b"image", "multipart/form-data"), UNREADABLE, "0 files"),
    (BATCH, form(other=[FILE]), UNREADABLE, "holds no picture"),
    (BATCH, form(image=[FILE] * 65), TOO_MANY, "64 pictures; this one holds 65"),
    (BATCH, in_json({"images": [""] * 65}), TOO_MANY, "this one holds 65"),
    ("/read", form(image=[FILE], allowed=[(b"117", "list.txt")]), UNREADABLE, "is one text"),
    ("/read", form(image=[FILE], allowed=["117", "177"]), UNREADABLE, "is one text"),
    ("/read", LONG_HEADERS, UNREADABLE, "The headers of the form's parts"),
    *(
        (PREDICT, in_json(body), UNREADABLE, words)
        for body, words in (
            (b"", "not JSON"),
            (b"{", "not JSON"),
            (b"\xff\xfe\xfd", "not JSON"),
            (b'{"image": NaN}', "NaN"),
            (b'{"image": "", "scale": -Infinity}', "-Infinity"),
            (b"[" * 9000, "not JSON"),
            (b'{"image": ' + b"9" * 5000 + b"}", "not a string"),
            (b"[]", "not an object"),
            (b'"image"', "not an object"),
            (b"{}", "not an object with the key 'image'"),
            (b'{"image": null}', "not a string"),
            (b'{"image": true}', "not a string"),
            (b'{"image": [1, 2]}', "not a string"),
            (b'{"image": ""}', "must begin with 'data:image/png;base64,'"),
            (
                b'{"image": "https://e.org/%s"}' % (100 * b"x"),
                f"begins 'https://e.org/{26 * 'x'}'.",
            ),
            (b'{"image": "data:image/png,abc"}', "must begin"),
            (b'{"image": "data:image/png;base64,*"}', "not base64"),
            (b'{"image": "data:image/png;base64,abc"}', "not base64"),
            ('{"image": "data:image/png;base64,é"}'.encode(), "not base64"),
        )
    ),
    (BATCH, in_json({}), UNREADABLE, "the key 'images'"),
    (BATCH, in_json({"image": ""}), UNREADABLE, "the key 'images'"),
    (BATCH, in_json({"images": ""}), UNREADABLE, "'images' in the JSON is not a list"),
    (BATCH, in_json({"images": []}), UNREADABLE, "holds no picture"),
    ("/read", allowing([]), UNREADABLE, "Expected 1 to 10,000 values, got none"),
    ("/read", allowing("177"), UNREADABLE, "not a list of strings"),
    ("/read", allowing([177]), UNREADABLE, "not a list of strings"),
    ("/read", allowing(["one"]), UNREADABLE, "got 'one'"),
    *(
        (f"/read?{query}", raw(SEVEN), UNREADABLE, words)
        for query, words in (
            ("pattern=(1)", r"Expected a pattern of at most 40 signs: digits, \d"),
            ("check=crc", "check must be one of gtin, luhn, mod97, but is 'crc'"),
            ("minimum=few", "minimum must be a number from -1e+100 to 1e+100, but is 'few'"),
            ("minimum=2&maximum=1", "Expected a minimum up to the maximum, got 2.0 and 1.0"),
            ("check=gtin&length=6", "Expected a length of 8, 12, 13 or 14 digits, got 6."),
            ("minimum=1000&length=3", "at most 3 digits between them, got 1000.0 and None."),
            *((f"{name}=nan", f"{name} must be a number") for name in ("minimum", "maximum")),
            ("maximum=-inf", "maximum must be a number"),
            (f"maximum={'x' * 99}", f"but is '{'x' * 60}'."),
            (f"pattern={201 * '1'}", "pattern must be a text of at most 200 characters, but is '1"),
            (
                "modle=mlp",
                "/read has no parameter 'modle', but lang, model, risk, pattern, ",
            ),
            ("model=mlp&model=mlp", "The query has 'model' more than once"),
            ("lang=&lang=de", "The query has 'lang' more than once"),
            ("lang=tlh", "lang must be one of de, en, es, fr, but is 'tlh'"),
            *(
                (f"explain={value}", "explain must be one of 0, 1, ")
                for value in ("2", "yes", "", "layers", "strips,stages", "strips,strips")
            ),
        )
    ),
    *(
        (f"{path}?risk={value}", raw(SEVEN), UNREADABLE, "risk must be")
        for path in (PREDICT, "/read", BATCH, "/read/batch")
        for value in ("1.1", "-1", "nan", "high", "")
    ),
    ("/read/batch?minimum=2&maximum=1", in_json({"images": [""]}), UNREADABLE, "a minimum up to"),
    *(
        (f"{path}?model=oracle", raw(SEVEN), ProblemCode.UNKNOWN_MODEL, "article, mlp, convnet.")
        for path in (PREDICT, "/read", BATCH)
    ),
]


@pytest.mark.parametrize(
    ("path", "sent", "code", "words"), REFUSED, ids=lambda value: str(value)[:30]
)
def test_a_request_that_cannot_be_read_is_refused_and_says_what_is_wrong(
    path: str, sent: Sent, code: ProblemCode, words: str, client: FlaskClient
) -> None:
    check_problem(client.post(path, **sent), code, words)


@pytest.mark.parametrize("value", ["[]", "{}", "1", '""', '{"a":0}'])
def test_json_of_thousands_of_values_gets_400_before_it_is_parsed(
    value: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = [f'{{"image": [{",".join([value] * n_values)}]}}' for n_values in (3000, 31_000)]
    response = client.post(PREDICT, data=lists[0], content_type="application/json")
    check_problem(response, UNREADABLE, "not a string")
    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", lambda *_, **__: pytest.fail("It was parsed."))
        response = client.post(PREDICT, data=lists[1], content_type="application/json")
    check_problem(response, UNREADABLE, "over 30,000 values")


@pytest.mark.parametrize("letter", ["é", "\U0001f600", "\\ud83d\\ude00"])
def test_a_large_json_with_letters_that_widen_its_texts_gets_400_before_it_is_parsed(
    letter: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One such letter among ten million makes a text of 40 MB, which is copied."""

    def post(n_bytes: int) -> TestResponse:
        body = f'{{"image": "{"A" * n_bytes}{letter}"}}'.encode()
        return client.post(PREDICT, data=body, content_type="application/json")

    check_problem(post(999_000), UNREADABLE, "must begin with")
    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", lambda *_, **__: pytest.fail("It was parsed."))
        response = post(1_000_000)
    check_problem(response, UNREADABLE, "over 1,000,000 bytes must be ASCII")


def test_a_large_json_may_escape_signs_of_base64(client: FlaskClient) -> None:
    file = SEVEN + np.random.default_rng(1).bytes(900_000)
    body = json.dumps({"image": data_url(file)}).replace("+", "\\u002B").replace("/", "\\/")
    response = client.post(PREDICT, data=body, content_type="application/json")
    assert response.get_json()["digit"] == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("117\n" * 125_001, "A text of the form has over 500,000 bytes"),
        ("7\n" * 249_000, "Expected 1 to 10,000 values, got more"),
        ("\n" * 499_000, "Expected 1 to 10,000 values, got none"),
    ],
    ids=["long", "many lines", "empty lines"],
)
def test_of_a_list_in_a_form_few_lines_more_than_may_be_allowed_are_in_memory(
    text: str, words: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_lines = 0

    class Lines(StringIO):
        def __next__(self) -> str:
            nonlocal n_lines
            line = super().__next__()
            n_lines += bool(line.strip())
            return line

    monkeypatch.setattr(module, "StringIO", Lines)
    response = client.post("/read", **form(image=[FILE], allowed=text))
    check_problem(response, UNREADABLE, words)
    assert n_lines <= 10_001


def test_ten_thousand_of_the_longest_texts_are_allowed_in_a_form(client: FlaskClient) -> None:
    lines = "\r\n".join([f"{number:040}" for number in range(9_999)] + ["17"])
    answer = client.post("/read", **form(image=[(NUMBER, "n.png")], allowed=lines)).get_json()
    assert answer["text"] == "17"


DISPOSITION = b'Content-Disposition: form-data; name="image"; filename="7.png"\r\n'


@pytest.mark.parametrize(
    ("head", "unit", "tail"),
    [
        (b"", b"preamble\r\n", b"--edge\r\n\r\n"),
        (b"", b"no boundary at all", b""),
        (b"--edge", b" ", b"\r\n\r\n"),
        (b"--edge\r\n" + DISPOSITION[:-2], b"; a=b", b"\r\n\r\n"),
        (b"--edge\n", b"a: b\n", b"\n"),
        (b"--edge\r", b"a\r", b"\r"),
        (b"--edge\r\na:", b" b\r\n ", b"\r\n\r\n"),
        (b"", b"--edge\r\n" + DISPOSITION + b"\r\n\r\n", b""),
        (b"", b"--edge\r\n\r\n\r\n", b""),
        (b"--edge\r\n", b"it never ends", b""),
    ],
    ids=[
        *("preamble", "no boundary", "spaces", "parameters", "lines", "lines of CR", "folded"),
        *("parts", "parts without headers", "without end"),
    ],
)
def test_a_form_with_much_beside_its_files_gets_400_before_it_is_parsed(
    head: bytes, unit: bytes, tail: bytes, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_type = "multipart/form-data; boundary=edge"

    def post(n_bytes: int) -> TestResponse:
        form = head + unit * (n_bytes // len(unit)) + tail + b"seven\r\n--edge--\r\n"
        return client.post(PREDICT, data=form, content_type=content_type)

    assert "200,000" not in post(5000).get_json(force=True)["detail"]
    monkeypatch.setattr(MultiPartParser, "parse", lambda *_: pytest.fail("It was parsed."))
    check_problem(post(210_000), UNREADABLE, "headers of the form's parts have over 200,000 bytes")


def test_a_large_file_of_dashes_in_a_form_is_not_its_headers(client: FlaskClient) -> None:
    check_problem(post_form(client, b"\r\n--\r\n\r\n" * 50_000), ProblemCode.NOT_A_PICTURE)


def test_a_body_over_the_limit_gets_413_with_and_without_a_length() -> None:
    client = create_app(Settings(max_body_bytes=20_000)).test_client()
    responses = [post(client, bytes(20_001)) for post in (post_form, post_raw, post_json)]
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    responses += [
        client.post(
            PREDICT,
            input_stream=io.BytesIO(bytes(20_001)),
            content_type="image/png",
            environ_overrides=chunked,
        )
    ]
    for response in responses:
        check_problem(response, ProblemCode.REQUEST_TOO_LARGE, "at most 20,000 bytes")
    check_problem(post_raw(client, bytes(20_000)), ProblemCode.NOT_A_PICTURE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now_s = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now_s[0])
    yield now_s


def test_it_waits_from_its_head_on_and_from_the_end_of_its_body_on(clock: list[float]) -> None:
    environ = EnvironBuilder(method="POST", input_stream=BytesIO(b"seven")).get_environ()
    new = Request(environ | {"CONTENT_LENGTH": "5"})
    new.max_content_length = 100
    clock[0] += 5
    assert (new.started_s, new.waited_s) == (1000.0, 5.0)
    assert new.get_data() == b"seven"
    clock[0] += 2
    assert (new.started_s, new.waited_s) == (1005.0, 2.0)


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2000 00:00:00 +99999999999999999999",
        "yesterday",
        "",
    ],
)
def test_a_date_that_is_none_is_ignored(name: str, date: str, client: FlaskClient) -> None:
    headers = {name: date, "Range": "bytes=0-1"}
    with client.get("/static/examples/seven.png", headers=headers) as response:
        assert response.status_code in (200, 206)


@pytest.mark.parametrize(
    ("name", "value", "effect"),
    [
        ("Accept-Encoding", "gzip", b"Content-Encoding: gzip"),
        ("Accept-Language", "fr", b'<html lang="fr"'),
        ("Accept", "text/html", b"Content-Type: text/html"),
        ("Range", "bytes=0-9", b"Content-Range: bytes 0-9/"),
    ],
)
def test_overlong_preferences_are_ignored(
    name: str, value: str, effect: bytes, client: FlaskClient
) -> None:
    """Parsing a hundred kilobytes of them takes up to 55 milliseconds."""
    path = {"Accept": "/nowhere", "Range": "/static/examples/seven.png"}.get(name, "/learn")
    for length, is_followed in ((0, True), (MAX_LIST_LENGTH + 1, False)):
        with client.get(path, headers={name: value.ljust(length)}) as response:
            answer = str(response.headers).encode() + response.data
            assert (effect in answer) == is_followed


def test_a_file_that_was_not_modified_is_not_sent_again(client: FlaskClient) -> None:
    path = "/static/examples/seven.png"
    with client.get(path) as response:
        modified = response.headers["Last-Modified"]
    with client.get(path, headers={"If-Modified-Since": modified}) as response:
        assert response.status_code == 304
