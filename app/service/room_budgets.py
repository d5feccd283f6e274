"""What a room may have, what one address may have of it, and the problems where that is reached.

What addresses share, the rooms of a server and the places and photographs of a room, none of them
takes alone: an address gets no more than it leaves to others. So one has half at most, another one
half of the rest, and the next one still finds a place.
"""

import sqlite3
import time
from math import ceil

from app.errors import Problem, ProblemCode

MAX_ROOMS = 50  # of a server
MAX_PHONES = 240  # of a room; the half of an address is more than it gets in a minute
# Of a room, from an address. A class of thirty behind one address is the same to a server as a
# pupil's script. It finds places beside forty phones of a script, and a minute after more of them.
MAX_NEW_PHONES, NEW_PHONES_S = 80, 60
MAX_PHOTOGRAPHS = 160  # of a room in its hour: the class's page has each read, which takes a second
MAX_PHONE_PHOTOGRAPHS = 20

# What waits in a room for its page.
MAX_DIGITS_BYTES = 200_000
MAX_WAITING_PHOTOGRAPHS = 2
WAIT_S = 5  # until more is worth sending, though the page asks more often
FIRST_PHOTOGRAPH = 100  # the least place of a photograph; lower ones are of digits


def require_room_left(file: sqlite3.Connection, address: bytes) -> None:
    """Raise Problem unless an address may open another room."""
    sums = "SELECT count(*), count(*) FILTER (WHERE address = ?) FROM rooms"
    if not _has_share(file, sums, address, most=MAX_ROOMS):
        raise no_space("The server, or your address, has all the rooms that it may have.")


def require_place(file: sqlite3.Connection, code: str, address: bytes) -> None:
    """Raise Problem unless a room has a place for one more phone of an address."""
    sums = "SELECT count(*), count(*) FILTER (WHERE address = ?) FROM phones WHERE code = ?"
    if not _has_share(file, sums, address, code, most=MAX_PHONES):
        detail = "The room, or your address in it, has all the phones that it may have."
        raise Problem(ProblemCode.ROOM_FULL, f"{detail} Ask for another room.")
    now_s = time.time()
    find = "SELECT count(*), min(came_s) FROM phones WHERE code = ? AND address = ? AND came_s > ?"
    n_new, first_s = file.execute(find, (code, address, now_s - NEW_PHONES_S)).fetchone()
    if n_new >= MAX_NEW_PHONES:
        wait_s = max(1, ceil(first_s + NEW_PHONES_S - now_s))
        detail = f"{n_new} phones of your address came in the last minute, the most that may."
        headers = {"Retry-After": str(wait_s)}
        raise Problem(ProblemCode.TOO_MANY_REQUESTS, detail, headers=headers)


def require_photograph(file: sqlite3.Connection, code: str, key: bytes, address: bytes) -> None:
    """Raise Problem unless a room takes another photograph of a phone."""
    find = "SELECT n_photographs FROM phones WHERE code = ? AND key = ?"
    (n_sent,) = file.execute(find, (code, key)).fetchone() or (0,)
    own = "sum(n_photographs) FILTER (WHERE address = ?)"
    sums = f"SELECT sum(n_photographs), {own} FROM phones WHERE code = ?"
    has_share = _has_share(file, sums, address, code, most=MAX_PHOTOGRAPHS)
    if n_sent >= MAX_PHONE_PHOTOGRAPHS or not has_share:
        detail = "This phone, or those of your address, have sent all photographs that they may."
        raise Problem(ProblemCode.TOO_MANY_REQUESTS, detail)
    waiting = "SELECT count(*) FROM items WHERE code = ? AND place >= ?"
    if file.execute(waiting, (code, FIRST_PHOTOGRAPH)).fetchone()[0] >= MAX_WAITING_PHOTOGRAPHS:
        raise _not_fetched()


def check_digits(file: sqlite3.Connection, code: str) -> None:
    """Raise Problem where more digits wait in a room than may."""
    find = "SELECT sum(length(content)) FROM items WHERE code = ? AND place < ?"
    if file.execute(find, (code, FIRST_PHOTOGRAPH)).fetchone()[0] > MAX_DIGITS_BYTES:
        raise _not_fetched()


def _has_share(file: sqlite3.Connection, sums: str, *values: str | bytes, most: int) -> bool:
    """Return whether an address, of the sums of all and of its own, has less than it leaves."""
    n_all, n_own = file.execute(sums, values).fetchone()
    return int(n_own or 0) < most - int(n_all or 0)


def _not_fetched() -> Problem:
    detail = "The class's page has not fetched what came before. Send it again."
    return Problem(ProblemCode.TOO_BUSY, detail, headers={"Retry-After": str(WAIT_S)})


def no_space(why: str) -> Problem:
    """Return the problem of a server that has no space for rooms."""
    return Problem(ProblemCode.NO_SPACE_FOR_ROOM, f"There is no space for rooms. {why}")
