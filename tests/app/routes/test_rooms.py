"""What phones and the class's page ask of a room, and what strangers do not get."""

from http.client import HTTPConnection
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from msgspec import json
from PIL import ExifTags, Image
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
from app.routes.rooms import KEY_HEADER
from app.service.class_sheet import ReadDrawing
from app.service.room_budgets import MAX_NEW_PHONES
from app.service.room_photographs import MAX_BYTES
from app.service.rooms import (
    ALPHABET,
    CODE_LENGTH,
    MAX_DRAWING_BYTES,
    MAX_PHOTOGRAPH_BYTES,
    Client,
    Rooms,
)
from tests.app.posting import check_problem
from tests.drawing import as_file, draw
from tests.serving import serving

PAGE = "of the class page"
PHONE = "0123456789abcdef"


@pytest.fixture
def client() -> FlaskClient:
    """Return a client of an app without rooms, and without requests in its counts."""
    return create_app(Settings()).test_client()


@pytest.fixture
def room(client: FlaskClient) -> dict[str, Any]:
    return open_room(client)


def open_room(client: FlaskClient) -> dict[str, Any]:
    room: dict[str, Any] = client.post("/room", headers={KEY_HEADER: PAGE}).get_json()
    return room


def send(
    client: FlaskClient, code: str, file: bytes, phone: str = PHONE, digit: object = 7, **sent: Any
) -> TestResponse:
    return client.post(
        "/room/digit",
        query_string={"code": code, "digit": digit},
        headers={KEY_HEADER: phone},
        **{"data": file, "content_type": "image/png"} | sent,
    )


def ask(
    client: FlaskClient, room: dict[str, Any], since: int = 0, *, version: int | None = None
) -> TestResponse:
    headers = {KEY_HEADER: PAGE}
    if version is not None:
        headers["If-None-Match"] = f'"{version}"'
    query = {"code": room["code"], "since": since}
    return client.get("/room", query_string=query, headers=headers)


def test_a_drawn_digit_reaches_the_page_as_every_network_reads_it(
    client: FlaskClient, room: dict[str, Any], seven: bytes
) -> None:
    assert send(client, room["code"].lower(), seven).get_json() == {"number": 1, "waiting_s": 0}
    response = ask(client, room)
    assert response.headers["Cache-Control"] == "no-store"
    (digit,) = response.get_json()["digits"]
    assert (digit["number"], digit["digit"]) == (1, 7)
    assert [each["model"] for each in digit["readings"]] == ["article", "mlp", "convnet"]
    for reading in digit["readings"]:
        predicted = client.post(
            f"/predict?model={reading['model']}", data=seven, content_type="image/png"
        ).get_json()
        assert {name: predicted[name] for name in reading} == reading
        assert predicted["image"] == digit["image"]


def test_a_page_that_has_everything_gets_an_empty_answer_and_what_it_has_is_gone(
    client: FlaskClient, room: dict[str, Any], seven: bytes
) -> None:
    send(client, room["code"], seven)
    response = ask(client, room, 0, version=0)
    assert (response.status_code, response.get_json()["version"]) == (200, 1)
    unchanged = ask(client, room, 1, version=1)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert ask(client, room).get_json()["digits"] == []
    client.delete(
        "/room/digit",
        query_string={"code": room["code"], "digit": 7},
        headers={KEY_HEADER: PHONE},
    )
    (digit,) = ask(client, room, 1, version=1).get_json()["digits"]
    assert (digit["image"], digit["readings"]) == (None, [])


def test_a_photograph_goes_small_and_without_its_metadata_to_the_page_and_to_nobody_else(
    client: FlaskClient, room: dict[str, Any]
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1200, 1800, 3), np.uint8)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Make] = 6, "the maker of a phone"
    picture = as_file(Image.fromarray(noise), "JPEG", quality=80, exif=exif)
    code, key = {"code": room["code"]}, {KEY_HEADER: PHONE}
    sent = client.post("/room/photograph", query_string=code, headers=key, data=picture)
    check_problem(sent, ProblemCode.CONTENT_TYPE_NOT_SUPPORTED)
    cut_off = send_photograph(client, room["code"], picture[: len(picture) // 2])
    check_problem(cut_off, ProblemCode.DAMAGED_PICTURE)
    assert send_photograph(client, room["code"], picture).status_code == 200
    (version,) = ask(client, room).get_json()["photographs"]
    query = code | {"version": version}
    check_problem(
        client.get("/room/photograph", query_string=query, headers=key), ProblemCode.UNKNOWN_ROOM
    )
    own = {KEY_HEADER: PAGE}
    response = client.get("/room/photograph", query_string=query, headers=own)
    assert response.mimetype == "image/jpeg"
    assert len(response.data) <= MAX_BYTES
    assert b"maker" in picture
    assert b"maker" not in response.data
    width, height = Image.open(BytesIO(response.data)).size
    assert width < height  # upright


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"data": bytes(MAX_DRAWING_BYTES + 1)}, ProblemCode.REQUEST_TOO_LARGE),
        ({"data": as_file(Image.new("1", (2000, 2000)))}, ProblemCode.PICTURE_TOO_LARGE),
        ({"data": as_file(Image.new("L", (280, 280), 255))}, ProblemCode.NO_DIGIT_FOUND),
        ({"data": b"seven"}, ProblemCode.NOT_A_PICTURE),
        ({"data": b""}, ProblemCode.EMPTY_PICTURE),
        (
            {"data": b'{"image"', "content_type": "application/json"},
            ProblemCode.NOT_A_READABLE_REQUEST,
        ),
        (
            {"data": b"<svg/>", "content_type": "image/svg+xml"},
            ProblemCode.FORMAT_NOT_SUPPORTED,
        ),
        ({"digit": 10}, ProblemCode.NOT_A_READABLE_REQUEST),
        ({"digit": ""}, ProblemCode.NOT_A_READABLE_REQUEST),
        ({"phone": "short"}, ProblemCode.NOT_A_READABLE_REQUEST),
        ({"code": "B" * 21}, ProblemCode.NOT_A_READABLE_REQUEST),
        ({"code": ""}, ProblemCode.UNKNOWN_ROOM),
    ],
    ids=lambda value: value.name if isinstance(value, ProblemCode) else None,
)
def test_what_is_no_small_drawing_of_a_digit_is_refused_and_takes_no_number(
    sent: dict[str, Any], problem: ProblemCode, client: FlaskClient, room: dict[str, Any]
) -> None:
    request = {"code": room["code"], "file": as_file(draw(7))} | sent
    check_problem(send(client, **request), problem)
    assert ask(client, room).get_json()["phones"] == 0


def test_a_digit_that_is_not_named_and_a_photograph_that_is_too_large_are_refused(
    client: FlaskClient, room: dict[str, Any]
) -> None:
    code, key = {"code": room["code"]}, {KEY_HEADER: PHONE}
    response = client.post("/room/digit", query_string=code, headers=key, data=as_file(draw(7)))
    check_problem(response, ProblemCode.NOT_A_READABLE_REQUEST, "no digit")
    sent = {"data": bytes(MAX_PHOTOGRAPH_BYTES + 1), "content_type": "image/jpeg"}
    response = client.post("/room/photograph", query_string=code, headers=key, **sent)
    check_problem(response, ProblemCode.REQUEST_TOO_LARGE)


def test_a_phone_without_a_place_is_refused_before_its_picture_is_looked_at() -> None:
    rooms = Rooms()
    room = rooms.open(Client(PAGE, "127.0.0.1"))
    client = create_app(Settings(), held_rooms=rooms).test_client()
    for number in range(MAX_NEW_PHONES):
        rooms.put_digit(room.code, Client(f"{number:016}", "127.0.0.1"), 0, ReadDrawing())
    refused = send(client, room.code, b"no picture")
    check_problem(refused, ProblemCode.TOO_MANY_REQUESTS, "phones of your address")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    check_problem(send(client, room.code, b"no picture", f"{7:016}"), ProblemCode.NOT_A_PICTURE)


def test_wrong_codes_are_refused_after_sixty_and_the_right_one_is_not(
    client: FlaskClient, room: dict[str, Any], seven: bytes
) -> None:
    wrong = [send(client, "BBBBBBBB", b"", f"{number:016}") for number in range(61)]
    assert [response.status_code for response in wrong] == [404] * 60 + [429]
    check_problem(wrong[-1], ProblemCode.TOO_MANY_REQUESTS, "wrong code")
    # A school has one address: its other phones come, and those that are in the room go on.
    assert client.get(f"/join?room={room['code']}").status_code == 200
    for phone in (PHONE, "fedcba9876543210"):
        assert send(client, room["code"], seven, phone).status_code == 200
    assert ask(client, room).status_code == 200
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}  # from a proxy of this machine
    assert client.get("/join?room=BBBBBBBB", headers=elsewhere).status_code == 404


def test_what_the_page_of_another_site_makes_a_browser_send_counts_as_no_wrong_code(
    client: FlaskClient, room: dict[str, Any], seven: bytes
) -> None:
    for number in range(70):
        assert client.get(f"/join?room=BBBB{number + 1000}").status_code == 404
        # Of a form: without the key, which makes browsers ask first.
        response = client.post("/room/digit?code=BBBBBBBB&digit=1", headers={"Origin": "null"})
        assert response.status_code == 400
    assert send(client, "BBBBBBBB", seven).status_code == 404
    assert send(client, room["code"], seven).status_code == 200


def test_codes_are_too_many_to_be_guessed_at_the_speed_of_a_whole_server() -> None:
    guesses, most_rooms = 10_000 * 3600, 50  # of every core of a server, as long as a room lasts
    assert guesses * most_rooms / len(ALPHABET) ** CODE_LENGTH < 0.01


def test_phones_whose_room_has_ended_do_not_keep_their_neighbours_from_another_room(
    client: FlaskClient, room: dict[str, Any], seven: bytes
) -> None:
    key = {KEY_HEADER: PAGE}
    assert client.delete(f"/room?code={room['code']}", headers=key).status_code == 204
    late = {send(client, room["code"], seven, f"{number:016}").status_code for number in range(70)}
    assert late == {404}
    other = open_room(client)
    assert client.get(f"/join?room={other['code']}").status_code == 200


def test_one_client_opens_half_of_the_rooms(client: FlaskClient) -> None:
    key = {KEY_HEADER: PAGE}
    statuses = [client.post("/room", headers=key).status_code for _ in range(26)]
    assert statuses == [200] * 25 + [507]
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    assert client.post("/room", headers=key | elsewhere).status_code == 200


def send_photograph(
    client: FlaskClient, code: str, file: bytes, phone: str = PHONE
) -> TestResponse:
    return client.post(
        "/room/photograph",
        query_string={"code": code},
        headers={KEY_HEADER: phone},
        data=file,
        content_type="image/jpeg",
    )


def test_padded_photographs_of_four_rooms_take_nothing_from_the_digits_of_another(
    client: FlaskClient, room: dict[str, Any], seven: bytes
) -> None:
    plain = as_file(Image.new("RGB", (800, 600), "white"), "JPEG")
    padded = plain + bytes(MAX_PHOTOGRAPH_BYTES - len(plain))
    for _ in range(4):
        code = open_room(client)["code"]
        sent = [send_photograph(client, code, padded).status_code for _ in range(4)]
        assert sent == [200, 200, 503, 503]
    assert send(client, room["code"], seven).status_code == 200
    assert send_photograph(client, room["code"], plain).status_code == 200


def test_the_form_or_script_of_another_site_opens_no_room(client: FlaskClient) -> None:
    # What a browser sends for it without asking first: it has no headers of the site's own.
    for content_type in ("application/x-www-form-urlencoded", "text/plain"):
        response = client.post("/room", data="", content_type=content_type)
        check_problem(response, ProblemCode.NOT_A_READABLE_REQUEST, KEY_HEADER)
    client = create_app(Settings(allowed_origins="*")).test_client()
    asked = {
        "Origin": "https://example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": KEY_HEADER,
    }
    allowed = client.options("/room", headers=asked).headers
    assert not [name for name, _ in allowed if name.startswith("Access-Control-")]


def test_asking_counts_as_posting_where_there_is_a_rate_limit(seven: bytes) -> None:
    client = create_app(Settings(rate_limit="4 per hour")).test_client()
    room = open_room(client)
    assert send(client, room["code"], seven).status_code == 200
    assert [ask(client, room, 1, version=1).status_code for _ in range(3)] == [304, 304, 429]


def test_the_page_for_phones_asks_for_a_code_and_says_when_it_is_none(
    client: FlaskClient, room: dict[str, Any]
) -> None:
    assert 'name="room"' in client.get("/join").text
    wrong = client.get("/join?room=<b>BCD")
    assert wrong.status_code == 404
    assert "There is no room &lt;B&gt;BCD." in wrong.text
    typed = f" {room['code'][:3]} {room['code'][3:]} ".lower()
    page = client.get("/join", query_string={"room": typed}).text
    assert f'data-code="{room["code"]}"' in page


def test_the_qr_code_leads_to_a_room_and_to_no_other_address() -> None:
    client = create_app(Settings(public_address="https://example.org/inkling")).test_client()
    own = client.get("/qr.svg").data
    assert client.get("/qr.svg?room=https://example.com/").data == own
    assert client.get("/qr.svg?room=BCDFGHJK").data != own


def test_workers_share_the_rooms_and_a_reload_keeps_them(seven: bytes) -> None:
    with serving(n_workers=2) as server:

        def ask_once(method: str, path: str, body: bytes = b"", key: str = "") -> tuple[int, bytes]:
            connection = HTTPConnection(server.address, timeout=60)
            connection.request(method, path, body, {KEY_HEADER: key, "Content-Type": "image/png"})
            response = connection.getresponse()
            answer = response.status, response.read()
            connection.close()
            return answer

        room = json.decode(ask_once("POST", "/room", key=PAGE)[1])
        code = room["code"]
        for digit in range(10):
            status, _ = ask_once("POST", f"/room/digit?code={code}&digit={digit}", seven, PHONE)
            assert status == 200
        server.reload()
        found = {ask_once("GET", f"/room?code={code}", key=PAGE) for _ in range(10)}
        assert {status for status, _ in found} == {200}
        assert {len(json.decode(body)["digits"]) for _, body in found} == {10}
