"""Rooms: who reads and who adds, what is erased and when, and what bounds them."""

import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec import json

from app.errors import Problem, ProblemCode
from app.service import rooms as module
from app.service.class_sheet import BoxReading, ReadDrawing
from app.service.room_budgets import (
    MAX_DIGITS_BYTES,
    MAX_NEW_PHONES,
    MAX_PHONE_PHOTOGRAPHS,
    MAX_PHONES,
    MAX_PHOTOGRAPHS,
    MAX_ROOMS,
    MAX_WAITING_PHOTOGRAPHS,
    NEW_PHONES_S,
)
from app.service.room_photographs import MAX_BYTES
from app.service.rooms import (
    ALPHABET,
    FILE_NAME,
    MEMORY,
    Client,
    OpenedRoom,
    Rooms,
    is_code,
    written,
)

PAGE = "the key of the page"
SCHOOL, OTHER = "192.0.2.1", "192.0.2.2"
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
    return rooms.open(Client(PAGE, SCHOOL))


def drawing(digit: int = 7) -> ReadDrawing:
    activations = [0.9 if each == digit else 0.0 for each in range(10)]
    reading = BoxReading("convnet", digit, 0.9, True, None, activations)
    return ReadDrawing("data:image/png;base64,PIXELS", [reading])


def phone(number: int, address: str = SCHOOL) -> Client:
    return Client(f"the key of phone {number}", address)


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
    other = rooms.open(Client("the key of another page", OTHER))
    rooms.put_photograph(room.code, phone(1), PHOTOGRAPH)
    for key in ("", room.code, phone(1).key, "the key of another page"):
        with refused(ProblemCode.UNKNOWN_ROOM):
            rooms.take(room.code, key, 1)
        with refused(ProblemCode.UNKNOWN_ROOM):
            rooms.photograph(room.code, key, 1)
        with refused(ProblemCode.UNKNOWN_ROOM):
            rooms.erase(room.code, key)
    assert rooms.photograph(room.code, PAGE, 1) == PHOTOGRAPH
    assert rooms.take(other.code, "the key of another page", 0).photographs == []
    rooms.erase(room.code, PAGE)
    assert not rooms.has(room.code)
    assert rooms.has(other.code)


@pytest.mark.parametrize("end", ["erased", "ended"])
def test_nothing_is_left_of_a_room_that_is_erased_or_whose_hour_is_over(
    end: str, rooms: Rooms, room: OpenedRoom, tmp_path: Path, clock: list[float]
) -> None:
    rooms.put_digit(room.code, phone(1), 7, drawing())
    rooms.put_photograph(room.code, phone(1), PHOTOGRAPH)
    if end == "ended":
        clock[0] += module.LIFETIME_S
    else:
        rooms.erase(room.code, PAGE)
    assert not rooms.has(room.code)
    for put in (
        lambda: rooms.take(room.code, PAGE, 0),
        lambda: rooms.put_digit(room.code, phone(1), 7, drawing()),
        lambda: rooms.require_place(room.code, phone(2)),
    ):
        with refused(ProblemCode.UNKNOWN_ROOM):
            put()
    rooms.erase_ended()  # as every minute, without a request
    for trace in (b"PIXELS", PHOTOGRAPH[:100], room.code.encode()):
        assert trace not in content(tmp_path / FILE_NAME)


def join(rooms: Rooms, room: OpenedRoom, numbers: Iterable[int], address: str = SCHOOL) -> int:
    """Return how many of these phones get a place in a room."""
    n_joined = 0
    for number in numbers:
        try:
            rooms.put_digit(room.code, phone(number, address), 0, drawing())
        except Problem as problem:
            assert problem.problem_code in (ProblemCode.ROOM_FULL, ProblemCode.TOO_MANY_REQUESTS)
        else:
            n_joined += 1
            rooms.take(room.code, PAGE, rooms.take(room.code, PAGE, 0).version)
    return n_joined


def test_a_class_behind_one_address_joins_beside_a_pupil_with_forty_keys(
    rooms: Rooms, room: OpenedRoom
) -> None:
    assert join(rooms, room, range(40)) == 40
    assert join(rooms, room, range(100, 130)) == 30


def test_one_address_fills_no_room_however_many_keys_and_minutes_it_has(
    rooms: Rooms, room: OpenedRoom, clock: list[float]
) -> None:
    assert join(rooms, room, range(300)) == MAX_NEW_PHONES
    with refused(ProblemCode.TOO_MANY_REQUESTS):
        rooms.require_place(room.code, phone(1000))
    assert rooms.put_digit(room.code, phone(39), 1, drawing()).number == 40  # it has a place
    assert join(rooms, room, range(1000, 1030), OTHER) == 30
    clock[0] += NEW_PHONES_S
    assert join(rooms, room, range(2000, 2200)) == (MAX_PHONES - 30) // 2 - MAX_NEW_PHONES
    with refused(ProblemCode.ROOM_FULL):
        rooms.require_place(room.code, phone(5000))
    for number in range(20):  # as of phones on a network without a proxy
        assert join(rooms, room, [3000 + number], f"198.51.100.{number}") == 1


def test_one_address_opens_half_of_the_rooms_and_in_place_of_those_that_it_has_left(
    rooms: Rooms, clock: list[float]
) -> None:
    own = [rooms.open(Client(PAGE, SCHOOL)) for _ in range(MAX_ROOMS // 2)]
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        rooms.open(Client(PAGE, SCHOOL))
    others = rooms.open(Client(PAGE, OTHER))
    clock[0] += module.ABANDONED_S
    for room in own[1:]:
        rooms.take(room.code, PAGE, 0)
    assert rooms.has(rooms.open(Client(PAGE, SCHOOL)).code)
    assert [rooms.has(room.code) for room in (own[0], own[1], others)] == [False, True, True]
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        rooms.open(Client(PAGE, SCHOOL))


def test_rooms_that_are_opened_and_erased_without_end_leave_no_more_than_a_thousand_codes(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    monkeypatch.setattr(module, "MAX_KNOWN", 20)
    for _ in range(50):
        clock[0] += 1
        last = rooms.open(Client(PAGE, SCHOOL))
        rooms.erase(last.code, PAGE)
    assert rooms.has_ended(last.code)
    with sqlite3.connect(tmp_path / FILE_NAME) as other:
        assert other.execute("SELECT count(*) FROM ended").fetchone() == (20,)
    other.close()


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
    for _ in range(MAX_WAITING_PHOTOGRAPHS):
        rooms.put_photograph(room.code, phone(1), PHOTOGRAPH)
    with refused(ProblemCode.TOO_BUSY):
        rooms.put_photograph(room.code, phone(2), PHOTOGRAPH)
    with refused(ProblemCode.TOO_BUSY):
        rooms.require_photograph(room.code, phone(2))
    arrivals = rooms.take(room.code, PAGE, 0)
    assert len(arrivals.photographs) == MAX_WAITING_PHOTOGRAPHS
    rooms.take(room.code, PAGE, arrivals.version)
    rooms.put_photograph(room.code, phone(2), PHOTOGRAPH)
    with refused(ProblemCode.UNKNOWN_ROOM):
        rooms.photograph(room.code, PAGE, arrivals.photographs[0])


def test_no_phone_and_no_address_keeps_the_page_reading_photographs_for_its_hour(
    rooms: Rooms, room: OpenedRoom
) -> None:
    def send(number: int, address: str = SCHOOL) -> None:
        rooms.put_photograph(room.code, phone(number, address), b"a photograph")
        rooms.take(room.code, PAGE, rooms.take(room.code, PAGE, 0).version)

    for _ in range(MAX_PHONE_PHOTOGRAPHS):
        send(1)
    with refused(ProblemCode.TOO_MANY_REQUESTS):
        send(1)
    for number in range(MAX_PHOTOGRAPHS // 2 - MAX_PHONE_PHOTOGRAPHS):
        send(2 + number % 10)
    with refused(ProblemCode.TOO_MANY_REQUESTS):
        send(20)
    send(30, OTHER)


def test_every_room_has_space_for_all_that_it_may_have(tmp_path: Path) -> None:
    rooms, noise = Rooms(tmp_path / FILE_NAME), bytes(MAX_BYTES)
    long = ReadDrawing("x" * (MAX_DIGITS_BYTES // MAX_PHONES - 60))
    for place in range(MAX_ROOMS):
        room = rooms.open(Client(PAGE, f"10.0.0.{place}"))
        for number in range(MAX_WAITING_PHOTOGRAPHS):
            rooms.put_photograph(room.code, phone(number, f"10.0.1.{number}"), noise)
        for number in range(MAX_PHONES):
            rooms.put_digit(room.code, phone(number, f"10.0.1.{number}"), 0, long)
        with refused(ProblemCode.TOO_BUSY):  # until its page has fetched them
            rooms.put_digit(room.code, phone(1), 1, ReadDrawing("x" * 50_000))
    assert (tmp_path / FILE_NAME).stat().st_size < 0.95 * module.MAX_FILE_BYTES


def test_the_file_has_a_limit_and_what_is_in_it_stays_when_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 80_000)
    rooms = Rooms(tmp_path / FILE_NAME)
    room = rooms.open(Client(PAGE, SCHOOL))
    rooms.put_digit(room.code, phone(1), 7, drawing())
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        rooms.put_photograph(room.code, phone(1), bytes(100_000))
    assert (tmp_path / FILE_NAME).stat().st_size <= 80_000
    assert len(rooms.take(room.code, PAGE, 0).digits) == 1


def test_without_a_folder_no_room_is_opened() -> None:
    with refused(ProblemCode.NO_SPACE_FOR_ROOM):
        Rooms(None).open(Client(PAGE, SCHOOL))
    Rooms(None).erase_ended()


def test_workers_that_share_a_file_give_no_number_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_S", 60)  # a busy machine takes any time to write
    workers = [Rooms(tmp_path / FILE_NAME) for _ in range(4)]
    room = workers[0].open(Client(PAGE, SCHOOL))

    def join(number: int) -> int:
        return workers[number % 4].put_digit(room.code, phone(number), 5, drawing()).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(join, range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert workers[1].take(room.code, PAGE, 0).version == 40


def test_one_process_holds_rooms_in_memory() -> None:
    rooms = Rooms(MEMORY)
    room = rooms.open(Client(PAGE, SCHOOL))
    rooms.put_digit(room.code, phone(1), 7, drawing())
    assert len(rooms.take(room.code, PAGE, 0).digits) == 1
    rooms.erase_ended()
    assert not Rooms(MEMORY).has(room.code)
