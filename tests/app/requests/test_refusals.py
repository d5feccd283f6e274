"""What is no readable picture, form or JSON gets the problem that says so."""

import io
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.formparser import MultiPartParser
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
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
from tests.drawing import as_file, draw

JPEG = as_file(draw(7), "JPEG")
UNREADABLE = ProblemCode.NOT_A_READABLE_REQUEST
DAMAGED = ProblemCode.DAMAGED_PICTURE
FORMAT = ProblemCode.FORMAT_NOT_SUPPORTED
TOO_LARGE = ProblemCode.PICTURE_TOO_LARGE
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1h9l-5 9"/></svg>'


@pytest.fixture(scope="module", autouse=True)
def _the_next_good_request_answers(app: Flask, seven: bytes) -> Iterator[None]:
    yield
    assert ask(app.test_client(), seven)["digit"] == 7


def blank(colour: str = "white", size_px: tuple[int, int] = (400, 400), mode: str = "L") -> bytes:
    return as_file(Image.new(mode, size_px, colour))


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
        (blank("white", (12_000, 12_000), "1"), "image/png", TOO_LARGE, "12,000 x 12,000"),
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


def png_with(piece: bytes, n_pieces: int) -> bytes:
    file = as_file(draw(7))
    chunk = bytes(4) + piece + zlib.crc32(piece).to_bytes(4)
    return file[:33] + n_pieces * chunk + file[33:]  # behind the header


def jpeg_of_110_scans(image_format: str, **options: Any) -> bytes:
    file = as_file(draw(7), image_format, progressive=True, **options)
    start = file.rindex(b"\xff\xda", 0, file.index(b"\xff\xd9"))
    scan = file[start : file.index(b"\xff\xd9")]
    return file[:start] + 110 * scan + file[start:]


RUN_LENGTH_BMP = (
    b"BM"
    + struct.pack("<IHHIIiiHHIIiiII", 62 + 6, 0, 0, 62, 40, 9, 9, 1, 8, 1, 6, 0, 0, 2, 2)
    + bytes(8)
    + b"\x09\x01\0\0\0\1"
)


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        (blank(size_px=(65_536, 1)), TOO_LARGE, "65,535 a side"),
        (blank(size_px=(1, 65_536)), TOO_LARGE, "65,535 a side"),
        (png_with(b"teXt", 800_000), DAMAGED, "more pieces than any program needs"),
        (JPEG[:2] + 1_000_000 * b"\xff\xfe\0\2" + JPEG[2:], DAMAGED, "more pieces"),
        (jpeg_of_110_scans("JPEG"), DAMAGED, "more scans than any program needs"),
        (jpeg_of_110_scans("MPO", save_all=True, append_images=[draw(1)]), DAMAGED, "more scans"),
        (RUN_LENGTH_BMP, FORMAT, "run-length encoded BMP"),
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
    [
        ("JPEG", {}, 1000),
        ("JPEG", {"progressive": True}, 790),
        ("PNG", {}, 790),
        ("WEBP", {}, 447),
    ],
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


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_gets_415_and_the_three_ways_to_send(
    media_type: str | None, client: FlaskClient, seven: bytes
) -> None:
    response = client.post(PREDICT, data=seven, content_type=media_type)
    check_problem(response, ProblemCode.CONTENT_TYPE_NOT_SUPPORTED, "multipart form")


SEVEN = (as_file(draw(7)), "7.png")


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"image": [(b"seven", "7.txt", "text/plain")]}, FORMAT, "text/plain"),
        ({"picture": [SEVEN]}, UNREADABLE, "0 files in a field 'image'"),
        ({"image": [SEVEN, SEVEN]}, UNREADABLE, "2 files"),
        ({"image": "7.png"}, UNREADABLE, "-F image=@FILE"),
    ],
    ids=["a text", "another field", "two files", "a name"],
)
def test_a_form_without_one_picture_is_refused(
    fields: dict[str, Any], code: ProblemCode, words: str, client: FlaskClient
) -> None:
    data = {
        name: [(io.BytesIO(file), *rest) for file, *rest in files] if "." not in files else files
        for name, files in fields.items()
    }
    response = client.post(PREDICT, data=data, content_type="multipart/form-data")
    check_problem(response, code, words)
    no_boundary = client.post(PREDICT, data=b"image", content_type="multipart/form-data")
    check_problem(no_boundary, UNREADABLE, "0 files")


@pytest.mark.parametrize(
    ("body", "words"),
    [
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
        (b'{"image": "https://example.com/%s"}' % (100 * b"x"), "begins 'https://example.com/xxx"),
        (b'{"image": "data:image/png,abc"}', "must begin"),
        (b'{"image": "data:image/png;base64,*"}', "not base64"),
        (b'{"image": "data:image/png;base64,abc"}', "not base64"),
        ('{"image": "data:image/png;base64,é"}'.encode(), "not base64"),
    ],
    ids=lambda value: value[:24].decode(errors="replace") if isinstance(value, bytes) else "",
)
def test_json_that_holds_no_picture_gets_400_and_says_what_is_wrong(
    body: bytes, words: str, client: FlaskClient
) -> None:
    response = client.post(PREDICT, data=body, content_type="application/json")
    check_problem(response, UNREADABLE, words)
    assert 50 * "x" not in response.text


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


def test_a_large_file_of_line_breaks_and_dashes_in_a_form_is_not_its_headers(
    client: FlaskClient,
) -> None:
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
