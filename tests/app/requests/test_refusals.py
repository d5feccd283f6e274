import io
import json
import struct
import zlib
from collections.abc import Callable
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
from tests.app.posting import PREDICT, AsFile, check_problem, each_way, post_form, post_raw


@pytest.fixture(autouse=True)
def _the_next_good_request_answers(client: FlaskClient, seven: bytes) -> Any:
    """After each test, see that the app still reads."""
    yield
    assert post_raw(client, seven).get_json()["digit"] == 7


@pytest.mark.parametrize("value", ["2", "yes", "true", ""])
def test_explain_is_one_of_five_values(value: str, client: FlaskClient, seven: bytes) -> None:
    url = f"{PREDICT}?explain={value}"
    response = client.post(url, data=seven, content_type="image/png")
    check_problem(response, 400, "explain must be 0, 1, stages, layers, networks, but is")


def test_an_unknown_model_gets_404_and_the_names_there_are(
    client: FlaskClient, seven: bytes
) -> None:
    response = client.post(f"{PREDICT}?model=oracle", data=seven, content_type="image/png")
    check_problem(response, 404, "No model is named 'oracle'. Named: article, mlp, convnet.")


@each_way
@pytest.mark.parametrize("colour", ["white", "black", "grey"])
def test_a_blank_picture_gets_422_and_says_why(
    post: Callable[..., TestResponse], colour: str, client: FlaskClient, as_file: AsFile
) -> None:
    check_problem(
        post(client, as_file(Image.new("L", (400, 400), colour))), 422, "No ink was found"
    )


@pytest.mark.parametrize("side_px", [28, 100, 280, 600])
def test_a_picture_of_noise_gets_no_certain_answer(
    side_px: int, client: FlaskClient, as_file: AsFile
) -> None:
    rng = np.random.default_rng(side_px)
    for _ in range(10):
        noise = Image.fromarray(rng.integers(0, 256, (side_px, side_px, 3), np.uint8))
        response = post_raw(client, as_file(noise))
        assert response.status_code == 200
        assert response.get_json()["certain"] is False


@each_way
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "0 bytes"),
        (np.random.default_rng(1).bytes(20_000), "not a picture"),
        (b"seven", "not a picture"),
    ],
    ids=["empty", "noise", "text"],
)
def test_what_is_no_picture_gets_400(
    post: Callable[..., TestResponse], file: bytes, words: str, client: FlaskClient
) -> None:
    check_problem(post(client, file), 400, words)


@each_way
def test_a_jpeg_that_is_cut_off_gets_400(
    post: Callable[..., TestResponse],
    client: FlaskClient,
    draw: Callable[[int], Image.Image],
    as_file: AsFile,
) -> None:
    file = as_file(draw(7), "JPEG")
    check_problem(post(client, file[: len(file) // 2], "image/jpeg"), 400, "cut off")


@each_way
@pytest.mark.parametrize("declared", ["image/svg+xml", "image/png"])
def test_an_svg_gets_415_under_any_name(
    post: Callable[..., TestResponse], declared: str, client: FlaskClient
) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1h9l-5 9"/></svg>'
    check_problem(post(client, svg, declared), 415, "PNG, JPEG, WebP, GIF or BMP")


@each_way
def test_a_tiff_gets_415(
    post: Callable[..., TestResponse], client: FlaskClient, as_file: AsFile
) -> None:
    tiff = as_file(Image.new("L", (9, 9)), "TIFF")
    check_problem(post(client, tiff, "image/tiff"), 415, "tiff")


@each_way
def test_144_million_pixels_get_413(
    post: Callable[..., TestResponse], client: FlaskClient, as_file: AsFile
) -> None:
    huge = as_file(Image.new("1", (12_000, 12_000)))
    check_problem(post(client, huge), 413, "12,000 x 12,000")


@pytest.mark.parametrize("size_px", [(65_536, 1), (1, 65_536)])
def test_a_strip_longer_than_a_jpeg_can_be_gets_413(
    size_px: tuple[int, int], client: FlaskClient, as_file: AsFile
) -> None:
    check_problem(post_raw(client, as_file(Image.new("L", size_px))), 413, "65,535 a side")


def test_a_png_in_a_million_pieces_gets_400(client: FlaskClient, seven: bytes) -> None:
    piece = bytes(4) + b"teXt" + zlib.crc32(b"teXt").to_bytes(4)
    file = seven[:33] + 800_000 * piece + seven[33:]  # behind the header
    check_problem(post_raw(client, file), 400, "more pieces than any program needs")


def test_a_jpeg_in_a_million_pieces_gets_400(
    client: FlaskClient, draw: Callable[[int], Image.Image], as_file: AsFile
) -> None:
    file = as_file(draw(7), "JPEG")
    comments = 1_000_000 * b"\xff\xfe\0\2"
    check_problem(post_raw(client, file[:2] + comments + file[2:]), 400, "more pieces")


@pytest.mark.parametrize(
    ("image_format", "options", "largest_px"),
    [
        ("JPEG", {}, 2000),
        ("JPEG", {"progressive": True}, 1581),
        ("PNG", {}, 1581),
        ("WEBP", {}, 894),
    ],
)
def test_each_format_may_have_as_many_pixels_as_it_is_cheap(
    image_format: str,
    options: dict[str, Any],
    largest_px: int,
    draw: Callable[[int], Image.Image],
    as_file: AsFile,
) -> None:
    client = create_app(Settings(max_picture_pixels=4_000_000)).test_client()
    for side_px, status in ((largest_px, 200), (largest_px + 1, 413)):
        picture = draw(7).resize((side_px, side_px))
        assert post_raw(client, as_file(picture, image_format, **options)).status_code == status


@pytest.mark.parametrize("image_format", ["JPEG", "MPO"])
def test_a_jpeg_of_over_a_hundred_scans_gets_400(
    image_format: str,
    client: FlaskClient,
    draw: Callable[[int], Image.Image],
    as_file: AsFile,
) -> None:
    others = {"save_all": True, "append_images": [draw(1)]} if image_format == "MPO" else {}
    file = as_file(draw(7), image_format, progressive=True, **others)
    start = file.rindex(b"\xff\xda", 0, file.index(b"\xff\xd9"))
    scan = file[start : file.index(b"\xff\xd9")]
    repeated = file[:start] + 110 * scan + file[start:]
    check_problem(post_raw(client, repeated), 400, "more scans than any program needs")


def test_a_photograph_with_a_video_behind_it_is_read(
    client: FlaskClient, draw: Callable[[int], Image.Image], as_file: AsFile
) -> None:
    video = np.random.default_rng(1).bytes(7_000_000)
    assert video.count(b"\xff\xda") > 50
    file = as_file(draw(7).resize((2000, 2000)), "JPEG") + video
    assert post_raw(client, file).get_json()["digit"] == 7


def test_a_run_length_encoded_bmp_gets_415(client: FlaskClient) -> None:
    sizes = struct.pack("<IHHIIiiHHIIiiII", 62 + 6, 0, 0, 62, 40, 9, 9, 1, 8, 1, 6, 0, 0, 2, 2)
    file = b"BM" + sizes + bytes(8) + b"\x09\x01\0\0\0\1"
    check_problem(post_raw(client, file), 415, "run-length encoded BMP")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_gets_415_and_the_three_ways_to_send(
    media_type: str | None, client: FlaskClient, seven: bytes
) -> None:
    response = client.post(PREDICT, data=seven, content_type=media_type)
    check_problem(response, 415, "multipart form")


def test_a_text_file_in_a_form_gets_415(client: FlaskClient) -> None:
    check_problem(post_form(client, b"seven", "text/plain"), 415, "text/plain")


def test_a_form_without_the_field_gets_400_and_its_name(client: FlaskClient, seven: bytes) -> None:
    response = client.post(PREDICT, data={"picture": (io.BytesIO(seven), "7.png")})
    check_problem(response, 400, "0 files in a field 'image'")


def test_a_form_with_two_files_gets_400(client: FlaskClient, seven: bytes) -> None:
    files = [(io.BytesIO(seven), "7.png"), (io.BytesIO(seven), "7.png")]
    check_problem(client.post(PREDICT, data={"image": files}), 400, "2 files")


def test_a_name_where_a_file_is_expected_gets_400_and_the_curl_flag(client: FlaskClient) -> None:
    response = client.post(PREDICT, data={"image": "7.png"}, content_type="multipart/form-data")
    check_problem(response, 400, "-F image=@FILE")


def test_a_form_without_a_boundary_gets_400(client: FlaskClient) -> None:
    response = client.post(PREDICT, data=b"image", content_type="multipart/form-data")
    check_problem(response, 400, "0 files")


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
        (b'{"image": "https://example.com/7.png"}', "begins 'https://example.com"),
        (b'{"image": "data:image/png,abc"}', "must begin"),
        (b'{"image": "data:image/png;base64,*"}', "not base64"),
        (b'{"image": "data:image/png;base64,abc"}', "not base64"),
        ('{"image": "data:image/png;base64,é"}'.encode(), "not base64"),
        (b'{"image": "data:image/png;base64,"}', "0 bytes"),
    ],
    ids=lambda value: value[:24].decode(errors="replace") if isinstance(value, bytes) else "",
)
def test_json_that_holds_no_picture_gets_400_and_says_what_is_wrong(
    body: bytes, words: str, client: FlaskClient
) -> None:
    response = client.post(PREDICT, data=body, content_type="application/json")
    check_problem(response, 400, words)


@pytest.mark.parametrize("value", ["[]", "{}", "1", '""', '{"a":0}'])
def test_json_of_thousands_of_values_gets_400_before_it_is_parsed(
    value: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = [f'{{"image": [{",".join([value] * n_values)}]}}' for n_values in (3000, 31_000)]
    response = client.post(PREDICT, data=lists[0], content_type="application/json")
    check_problem(response, 400, "not a string")
    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", lambda *_, **__: pytest.fail("It was parsed."))
        response = client.post(PREDICT, data=lists[1], content_type="application/json")
    check_problem(response, 400, "over 30,000 values")


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
    check_problem(post(210_000), 400, "headers of the form's parts have over 200,000 bytes")


def test_a_large_file_of_line_breaks_and_dashes_in_a_form_is_not_its_headers(
    client: FlaskClient,
) -> None:
    check_problem(post_form(client, b"\r\n--\r\n\r\n" * 50_000), 400, "not a picture")


@pytest.fixture(scope="module")
def small_app(settings: Settings) -> Flask:
    """Return an app that takes at most 20,000 bytes."""
    return create_app(Settings(default_model=settings.default_model, max_body_bytes=20_000))


@each_way
def test_a_body_over_the_limit_gets_413(
    post: Callable[..., TestResponse], small_app: Flask
) -> None:
    check_problem(post(small_app.test_client(), bytes(20_001)), 413, "at most 20,000 bytes")


def test_a_body_without_a_length_gets_413_too(small_app: Flask) -> None:
    response = small_app.test_client().post(
        PREDICT,
        input_stream=io.BytesIO(bytes(20_001)),
        content_type="image/png",
        environ_overrides={"wsgi.input_terminated": True},
    )
    check_problem(response, 413, "at most 20,000 bytes")


def test_a_body_of_just_the_limit_is_looked_into(small_app: Flask) -> None:
    check_problem(post_raw(small_app.test_client(), bytes(20_000)), 400, "not a picture")


def test_of_a_long_text_that_is_no_picture_40_characters_come_back(client: FlaskClient) -> None:
    url = "https://example.com/" + 1000 * "x"
    response = client.post(PREDICT, json={"image": url})
    check_problem(response, 400, f"begins {url[:40]!r}.")
