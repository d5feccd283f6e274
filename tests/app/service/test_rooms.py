"""Rooms: who reads and who adds, what is erased and when, and what bounds them."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec import json

from app.errors import Problem, ProblemCode
from app.service import rooms as module
from app.service.class_sheet import BoxReading, ReadDrawing
from app.service.rooms import (
    ALPHABET,
    FILE_NAME,
    MAX_PHONES,
    MAX_PHOTOGRAPHS,
    MAX_ROOMS,
    MEMORY,
    OpenedRoom,
    Rooms,
    is_code,
    written,
)

PAGE = "the key of the page"
PHOTOGRAPH = b"a photograph" * 1000


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time, in seconds, that the rooms see; it passes when a test sets it."""
    now_s = [1_000_000.0]
    monkeypatch.setattr(module.time, "time", lambda: now_s[0])
    return now_s


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return Rooms(tmp_path / FILE_NAME)


@pytest.fixture
def room(rooms: Rooms) -> OpenedRoom:
    return rooms.open(PAGE)


def drawing(digit: int = 7) -> ReadDrawing:
    activations = [0.9 if each == digit else 0.0 for each in range(10)]
    reading = BoxReading("convnet", digit, 0.9, True, None, activations)
    return ReadDrawing("data:image/png;base64,PIXELS", [reading])


def phone(number: int) -> str:
    return f"the key of phone {number}"


def refused(problem: ProblemCode) -> "pytest.RaisesExc[Problem]":
    return pytest.raises(Problem, check=lambda error: error.problem_code is problem)


def content(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(file.parent.iterdir()))


def test_a_code_is_eight_letters_and_digits_that_nobody_confuses_however_it_is_typed(
    room: OpenedRoom,
) -> None:
    assert is_code(room.code)
    assert not set("AEIOU01L") & set(ALPHABET)
    assert written(f" {room.code[:3].lower()} {room.code[3:].lower()}\n") == room.code
    for text in ("", room.code[:7], f"{room.code}B", "AAAAAAAA", "bbbbbbbb", "../../.."):
        assert not is_code(text)


def test_digits_come_once_in_their_newest_state_and_are_then_erased(
    rooms: Rooms, room: OpenedRoom, tmp_path: Path
) -> None:
    assert rooms.put_digit(room.code, phone(1), 7, drawing(1)).number == 1
    assert rooms.put_digit(room.code, phone(1), 7, drawing(7)).number == 1
    assert rooms.put_digit(room.code, phone(2), 3, drawing(8)).number == 2
    arrivals = rooms.take(room.code, PAGE, 0)
    digits = [json.decode(each) for each in arrivals.digits]
    found = sorted((each["number"], each["digit"], each["readings"][0]["digit"]) for each in digits)
    assert found == [(1, 7, 7), (2, 3, 8)]
    assert digits[0]["image"] == "data:image/png;base64,PIXELS"
    assert (arrivals.version, arrivals.phones, arrivals.seconds_left) == (3, 2, 3600)
    assert rooms.take(room.code, PAGE, 0) == arrivals  # the answer may have been lost
    assert b"PIXELS" in content(tmp_path / FILE_NAME)
    assert rooms.take(room.code, PAGE, arrivals.version).digits == []
    assert b"PIXELS" not in content(tmp_path / FILE_NAME)
    rooms.put_digit(room.code, phone(2), 3, ReadDrawing())
    [taken_back] = rooms.take(room.code, PAGE, arrivals.version).digits
    assert json.decode(taken_back) == {"number": 2, "digit": 3, "image": None, "readings": []}


def test_nothing_is_written_for_a_page_that_has_everything(
    rooms: Rooms, room: OpenedRoom, tmp_path: Path
) -> None:
    rooms.put_digit(room.code, phone(1), 7, drawing())
    rooms.take(room.code, PAGE, 1)
    with sqlite3.connect(tmp_path / FILE_NAME) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        for _ in range(3):
            assert rooms.take(room.code, PAGE, 1).version == 1
        assert other.execute("PRAGMA data_version").fetchone() == before
    other.close()


def test_a_version_that_is_still_to_come_erases_nothing(rooms: Rooms, room: OpenedRoom) -> None:
    rooms.put_digit(room.code, phone(1), 7, drawing())
    with refused(ProblemCode.NOT_A_READABLE_REQUEST):
        rooms.take(room.code, PAGE, 2)
    assert len(rooms.take(room.code, PAGE, 0).digits) == 1


def test_a_code_alone_and_the_key_of_another_room_read_and_erase_nothing(
    rooms: Rooms, room: OpenedRoom
) -> None:
    other = rooms.open("the key of another page")
    rooms.put_photograph(room.code, phone(1), "image/jpeg", PHOTOGRAPH)
    for key in ("", room.code, phone(1), "the key of another page"):
        with refused(ProblemCode.UNKNOWN_ROOM):
            rooms.take(room.code, key, 1)
        with refused(ProblemCode.UNKNOWN_ROOM):
            rooms.photograph(room.code, key, 1)
        with refused(ProblemCode.UNKNOWN_ROOM):
            rooms.erase(room.code, key)
    assert rooms.photograph(room.code, PAGE, 1) == ("image/jpeg", PHOTOGRAPH)
    assert rooms.take(other.code, "the key of another page", 0).photographs == []
    rooms.erase(room.code, PAGE)
    assert not rooms.has(room.code)
    assert rooms.has(other.code)


@pytest.mark.parametrize("end", ["erased", "ended"])
def test_nothing_is_left_of_a_room_that_is_erased_or_whose_hour_is_over(
    end: str, rooms: Rooms, room: OpenedRoom, tmp_path: Path, clock: list[float]
) -> None:
    rooms.put_digit(room.code, phone(1), 7, drawing())
    rooms.put_photograph(room.code, phone(1), "image/jpeg", PHOTOGRAPH)
    if end == "ended":
        clock[0] += module.LIFETIME_S
    else:
        rooms.erase(room.code, PAGE)
    assert not rooms.has(room.code)
    for put in (
        lambda: rooms.take(room.code, PAGE, 0),
        lambda: rooms.put_digit(room.code, phone(1), 7, drawing()),
        lambda: rooms.require_place(room.code),
    ):
        with refused(ProblemCode.UNKNOWN_ROOM):
            put()
    rooms.erase_ended()  # as every minute, without a request
    for trace in (b"PIXELS", PHOTOGRAPH[:100], room.code.encode()):
        assert trace not in content(tmp_path / FILE_NAME)


def test_a_room_has_forty_phones_and_the_server_fifty_rooms(rooms: Rooms, room: OpenedRoom) -> None:
    numbers = [
        rooms.put_digit(room.code, phone(each), 0, drawing()).number for each in range(MAX_PHONES)
    ]
    assert numbers == list(range(1, 41))
    for attempt in range(400):
        with refused(ProblemCode.ROOM_FULL):
            rooms.put_digit(room.code, f"a stranger's key {attempt}", 0, drawing())
    with refused(ProblemCode.ROOM_FULL):
        rooms.require_place(room.code)
    assert rooms.put_digit(room.code, phone(39), 1, drawing()).number == 40
    for _ in range(MAX_ROOMS - 1):
        rooms.open(PAGE)
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        rooms.open(PAGE)


def test_a_phone_learns_how_long_what_it_sent_has_waited_for_the_page(
    rooms: Rooms, room: OpenedRoom, clock: list[float]
) -> None:
    assert rooms.put_digit(room.code, phone(1), 0, drawing()).waiting_s == 0
    clock[0] += 100
    assert rooms.put_digit(room.code, phone(2), 0, drawing()).waiting_s == 0
    assert rooms.put_digit(room.code, phone(1), 1, drawing()).waiting_s == 100
    rooms.take(room.code, PAGE, 3)
    assert rooms.put_digit(room.code, phone(1), 2, drawing()).waiting_s == 0


def test_few_photographs_wait_and_the_next_one_comes_when_the_page_has_them(
    rooms: Rooms, room: OpenedRoom
) -> None:
    for _ in range(MAX_PHOTOGRAPHS):
        rooms.put_photograph(room.code, phone(1), "image/jpeg", PHOTOGRAPH)
    with refused(ProblemCode.TOO_BUSY):
        rooms.put_photograph(room.code, phone(2), "image/jpeg", PHOTOGRAPH)
    arrivals = rooms.take(room.code, PAGE, 0)
    assert len(arrivals.photographs) == MAX_PHOTOGRAPHS
    rooms.take(room.code, PAGE, arrivals.version)
    rooms.put_photograph(room.code, phone(2), "image/jpeg", PHOTOGRAPH)
    with refused(ProblemCode.UNKNOWN_ROOM):
        rooms.photograph(room.code, PAGE, arrivals.photographs[0])


def test_the_file_has_a_limit_and_what_is_in_it_stays_when_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 60_000)
    rooms = Rooms(tmp_path / FILE_NAME)
    room = rooms.open(PAGE)
    rooms.put_digit(room.code, phone(1), 7, drawing())
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        rooms.put_photograph(room.code, phone(1), "image/jpeg", bytes(100_000))
    assert (tmp_path / FILE_NAME).stat().st_size <= 60_000
    assert len(rooms.take(room.code, PAGE, 0).digits) == 1


def test_without_a_folder_no_room_is_opened() -> None:
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        Rooms(None).open(PAGE)
    Rooms(None).erase_ended()


def test_workers_that_share_a_file_give_no_number_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_S", 60)  # a busy machine takes any time to write
    workers = [Rooms(tmp_path / FILE_NAME) for _ in range(4)]
    room = workers[0].open(PAGE)

    def join(number: int) -> int:
        return workers[number % 4].put_digit(room.code, phone(number), 5, drawing()).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(join, range(MAX_PHONES)))
    assert sorted(numbers) == list(range(1, MAX_PHONES + 1))
    assert workers[1].take(room.code, PAGE, 0).version == MAX_PHONES


def test_one_process_holds_rooms_in_memory() -> None:
    rooms = Rooms(MEMORY)
    room = rooms.open(PAGE)
    rooms.put_digit(room.code, phone(1), 7, drawing())
    assert len(rooms.take(room.code, PAGE, 0).digits) == 1
    rooms.erase_ended()
    assert not Rooms(MEMORY).has(room.code)
