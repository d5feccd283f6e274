"""Rooms: digits and photographs on their way from phones to the page of a class.

A room holds what phones send until the page that opened it has it, and for an hour at most. The
rooms of a server are in one file of SQLite, which all its workers share, in the folder of the
server's counts: that is in memory where the system has such a folder, and is removed when the
server stops, or at the next start where it was killed.

A room's code lets a phone add to it, and read nothing. Only the page that opened it has the key to
read it.

No room takes the space of another: the file holds all rooms with all that their budgets allow.
"""

import logging
import os
import secrets
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Literal

import msgspec
from msgspec import Raw

from app.errors import Problem, ProblemCode, too_busy
from app.service import room_budgets as budgets
from app.service.class_sheet import ReadDrawing

ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"  # without vowels and 0, 1, I, L, O: no words, no mistakes
CODE_LENGTH = 8  # 378 billion codes: 10,000 guesses a second for an hour find one in 10,000 rooms
MIN_KEY_LENGTH = 16  # of what a page or a phone makes itself

LIFETIME_S = 3600
KNOWN_S = 600  # how long the code of a room that has ended is known
MAX_KNOWN = 1000
ASKED_S = 30  # how often is noted that a page asks for what has come
ABANDONED_S = 300  # since a page asked; in the background, browsers let it ask once a minute
MAX_DRAWING_BYTES = 50_000
MAX_PHOTOGRAPH_BYTES = 4_000_000  # the page sends at most 2,000 pixels a side
# All rooms with all that they may have. A room is erased by itself, so that the journal is small:
# both fit into the 64 MB that a container has in /dev/shm.
MAX_FILE_BYTES = 44_000_000
BUSY_S = 1  # longest wait for another worker, which writes in less than a millisecond

MEMORY: Literal[":memory:"] = ":memory:"
"""In place of a path: the memory of a server that is one process."""
FILE_NAME = "rooms.sqlite3"

_PAGE_BYTES = 4096
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (
    code TEXT PRIMARY KEY, key BLOB NOT NULL, ends_s REAL NOT NULL, version INTEGER NOT NULL,
    address BLOB NOT NULL, asked_s REAL NOT NULL);
CREATE TABLE IF NOT EXISTS phones (
    code TEXT REFERENCES rooms ON DELETE CASCADE, key BLOB, number INTEGER NOT NULL,
    address BLOB NOT NULL, came_s REAL NOT NULL, n_photographs INTEGER NOT NULL,
    PRIMARY KEY (code, key), UNIQUE (code, number));
CREATE TABLE IF NOT EXISTS items (
    code TEXT REFERENCES rooms ON DELETE CASCADE, number INTEGER, place INTEGER,
    version INTEGER NOT NULL, came_s REAL NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (code, number, place));
CREATE TABLE IF NOT EXISTS ended (hashed BLOB PRIMARY KEY, until_s REAL NOT NULL);
"""
_PLACES = range(10)  # of the digits of a phone; photographs have greater ones
_PHOTOGRAPH = budgets.FIRST_PHOTOGRAPH  # added to a photograph's version it is its place


@dataclass(frozen=True)
class Client:
    """The page of a class, or a phone: the key that it made, and its address or network."""

    key: str
    address: str


@dataclass(frozen=True)
class OpenedRoom:
    """A new room: its code for phones, and how long it lasts."""

    code: str
    seconds_left: int


@dataclass(frozen=True)
class Joined:
    """The number of a phone in a room, and how long the oldest of what it has sent waits."""

    number: int
    waiting_s: int = 0


@dataclass(frozen=True)
class Arrivals:
    """What a room holds that its page does not have; photographs by the versions they came with."""

    version: int
    phones: int
    seconds_left: int
    digits: list[Raw]
    photographs: list[int]


def written(code: str) -> str:
    """Return a code as it is kept, however a person has typed it."""
    return "".join(code.split()).upper()


def is_code(text: str) -> bool:
    """Whether a text has the form of a code."""
    return len(text) == CODE_LENGTH and set(text) <= set(ALPHABET)


class Rooms:
    """The rooms of a server.

    Methods raise Problem: 400 for a version that a room has not reached; 404 for a code of no room,
    or a key that does not open it; 409 where a room has all the phones it may have, of an address
    or together; 429 for too many new phones, or photographs; 507 where there is no space for
    another room, or on the disk; 503 where the room's page has not fetched enough of what waits, or
    a worker waited too long for the others.

    Parameters
    ----------
    path
        A file in a folder that the workers share; MEMORY where there are none; None where no folder
        has room, so that no room can be opened.
    """

    def __init__(self, path: Path | Literal[":memory:"] | None = MEMORY) -> None:
        self._path = path
        self._lock = Lock()
        self._connections: dict[int, sqlite3.Connection] = {}  # by process: none may share one

    def open(self, page: Client) -> OpenedRoom:
        """Open a room for a page.

        Where its address has all the rooms it may have, the one that was abandoned longest ends.
        """
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        address, now_s = _hashed(page.address), time.time()
        with self._transaction() as file:
            found = "address = ? AND asked_s <= ? ORDER BY asked_s LIMIT 1"
            try:
                budgets.require_room_left(file, address)
            except Problem:
                if not _erase(file, found, address, now_s - ABANDONED_S):
                    raise
            row = (code, _hashed(page.key), now_s + LIFETIME_S, 0, address, now_s)
            file.execute("INSERT INTO rooms VALUES (?, ?, ?, ?, ?, ?)", row)
        return OpenedRoom(code, LIFETIME_S)

    def has(self, code: str) -> bool:
        """Whether there is a room with this code."""
        with self._reading() as file:
            return bool(_room(file, code))

    def has_ended(self, code: str) -> bool:
        """Whether a room with this code has ended in the last minutes."""
        with self._reading() as file:
            find = "SELECT 1 FROM ended WHERE hashed = ? UNION SELECT 1 FROM rooms WHERE code = ?"
            return bool(file.execute(find, (_hashed(code), code)).fetchone())

    def require_place(self, code: str, phone: Client) -> None:
        """Raise Problem unless a room has this phone, or a place for it."""
        with self._reading() as file:
            _require_room(file, code)
            if _number(file, code, phone.key) is None:
                budgets.require_place(file, code, _hashed(phone.address))

    def require_photograph(self, code: str, phone: Client) -> None:
        """Raise Problem unless a room takes another photograph of a phone that has a place."""
        with self._reading() as file:
            budgets.require_photograph(file, code, _hashed(phone.key), _hashed(phone.address))

    def put_digit(self, code: str, phone: Client, digit: int, drawing: ReadDrawing) -> Joined:
        """Keep a phone's digit, in place of an earlier one; an empty drawing takes it back."""
        with self._transaction() as file:
            version, number = _step(file, code, phone)
            content = msgspec.json.encode({"number": number, "digit": digit} | vars(drawing))
            row = (code, number, digit, version, time.time(), content)
            file.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?)", row)
            budgets.check_digits(file, code)
            return Joined(number, _waiting_s(file, code, number))

    def put_photograph(self, code: str, phone: Client, content: bytes) -> Joined:
        """Keep a photograph, a JPEG."""
        with self._transaction() as file:
            version, number = _step(file, code, phone)
            budgets.require_photograph(file, code, _hashed(phone.key), _hashed(phone.address))
            row = (code, number, _PHOTOGRAPH + version, version, time.time(), content)
            file.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", row)
            count = "UPDATE phones SET n_photographs = n_photographs + 1 WHERE code = ? AND key = ?"
            file.execute(count, (code, _hashed(phone.key)))
            return Joined(number, _waiting_s(file, code, number))

    def take(self, code: str, key: str, since: int) -> Arrivals:
        """Return what came after a version, and erase what the page has: all up to this version.

        Nothing is written where the page has erased that already, and has asked just before.
        """
        now_s = time.time()
        with self._reading() as file:
            version, _ = _require_key(file, code, key)
            if since > version:  # else what is still to come would count as fetched
                detail = f"since is {since}, but the room is at version {version}."
                raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
            had = "SELECT 1 FROM items WHERE code = ? AND version <= ? LIMIT 1"
            last = "SELECT 1 FROM rooms WHERE code = ? AND asked_s <= ?"
            must_write = file.execute(had, (code, since)).fetchone() or (
                file.execute(last, (code, now_s - ASKED_S)).fetchone()
            )
        if must_write:
            with self._transaction() as file:
                file.execute("DELETE FROM items WHERE code = ? AND version <= ?", (code, since))
                file.execute("UPDATE rooms SET asked_s = ? WHERE code = ?", (now_s, code))
        with self._reading() as file:
            version, ends_s = _require_key(file, code, key)
            find = "SELECT version, place, content FROM items WHERE code = ? AND version > ?"
            items = [] if version == since else file.execute(find, (code, since)).fetchall()
            return Arrivals(
                version,
                _n_phones(file, code),
                max(0, round(ends_s - time.time())),
                [Raw(content) for _, place, content in items if place in _PLACES],
                [came for came, place, _ in items if place >= _PHOTOGRAPH],
            )

    def photograph(self, code: str, key: str, version: int) -> bytes:
        """Return the photograph that came with this version, a JPEG."""
        with self._reading() as file:
            _require_key(file, code, key)
            find = "SELECT content FROM items WHERE code = ? AND place = ?"
            found = file.execute(find, (code, _PHOTOGRAPH + version)).fetchone()
        if not found:
            raise _unknown()
        return bytes(found[0])

    def erase(self, code: str, key: str) -> None:
        """Erase a room and all that it holds."""
        with self._transaction() as file:
            _require_key(file, code, key)
            _erase(file, "code = ?", code)

    def erase_ended(self) -> None:
        """Erase the rooms whose hour is over, which no request finds any more."""
        if self._path and (self._path == MEMORY or self._path.exists()):
            has_ended = True
            while has_ended:
                with self._transaction() as file:
                    find = "SELECT 1 FROM rooms WHERE ends_s <= ?"
                    has_ended = bool(file.execute(find, (time.time(),)).fetchone())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the file to write to, alone, with one room less that has ended."""
        with self._reading() as file:
            file.execute("BEGIN IMMEDIATE")
            with file:
                _erase(file, "ends_s <= ? LIMIT 1", time.time())
                yield file

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._path is None:
            raise budgets.no_space("No folder of the server has room for them.")
        with self._lock:
            try:
                file = self._connections.get(os.getpid()) or self._connect(self._path)
                yield file
            except sqlite3.Error as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                    raise too_busy() from None
                logging.getLogger("inkling").warning("Rooms: %s", error)
                raise budgets.no_space("Their file cannot take more.") from None

    def _connect(self, path: Path | str) -> sqlite3.Connection:
        file = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        # Since 3.13 Python warns of a connection that nothing closes.
        closing = weakref.finalize(self, file.close)
        try:
            for setting in (
                "synchronous = OFF",  # it need not outlive the system
                "secure_delete = ON",  # what is erased is overwritten
                "foreign_keys = ON",
                f"max_page_count = {MAX_FILE_BYTES // _PAGE_BYTES}",
            ):
                file.execute(f"PRAGMA {setting}")
            file.executescript(_SCHEMA)
        except sqlite3.Error:
            closing()
            raise
        self._connections[os.getpid()] = file
        return file


def _erase(file: sqlite3.Connection, which: str, *values: str | bytes | float) -> bool:
    """Erase a room with all that it holds, and return whether there is one.

    The hash of its code stays for some minutes.
    """
    found = file.execute(f"SELECT code FROM rooms WHERE {which}", values).fetchone()
    file.execute("DELETE FROM ended WHERE until_s <= ?", (time.time(),))
    if found:
        file.execute("DELETE FROM rooms WHERE code = ?", found)
        known = (_hashed(found[0]), time.time() + KNOWN_S)
        file.execute("INSERT OR REPLACE INTO ended VALUES (?, ?)", known)
        newest = "SELECT hashed FROM ended ORDER BY until_s DESC LIMIT ?"
        file.execute(f"DELETE FROM ended WHERE hashed NOT IN ({newest})", (MAX_KNOWN,))
    return bool(found)


def _hashed(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _room(file: sqlite3.Connection, code: str) -> tuple[bytes, int, float] | None:
    """Return the hash of a room's key, its version and its end, or None."""
    find = "SELECT key, version, ends_s FROM rooms WHERE code = ? AND ends_s > ?"
    room: tuple[bytes, int, float] | None = file.execute(find, (code, time.time())).fetchone()
    return room


def _require_room(file: sqlite3.Connection, code: str) -> tuple[bytes, int, float]:
    room = _room(file, code)
    if not room:
        raise _unknown()
    return room


def _require_key(file: sqlite3.Connection, code: str, key: str) -> tuple[int, float]:
    """Return the version and the end of a room that a key opens."""
    hashed, version, ends_s = _require_room(file, code)
    if not secrets.compare_digest(hashed, _hashed(key)):
        raise _unknown()
    return version, ends_s


def _number(file: sqlite3.Connection, code: str, key: str) -> int | None:
    find = "SELECT number FROM phones WHERE code = ? AND key = ?"
    found = file.execute(find, (code, _hashed(key))).fetchone()
    return int(found[0]) if found else None


def _n_phones(file: sqlite3.Connection, code: str) -> int:
    counted = file.execute("SELECT count(*) FROM phones WHERE code = ?", (code,)).fetchone()
    return int(counted[0])


def _waiting_s(file: sqlite3.Connection, code: str, number: int) -> int:
    find = "SELECT min(came_s) FROM items WHERE code = ? AND number = ?"
    (came_s,) = file.execute(find, (code, number)).fetchone()
    return round(time.time() - float(came_s))


def _step(file: sqlite3.Connection, code: str, phone: Client) -> tuple[int, int]:
    """Return the room's next version, and the number of a phone, which is new or has one."""
    _, version, _ = _require_room(file, code)
    file.execute("UPDATE rooms SET version = ? WHERE code = ?", (version + 1, code))
    number = _number(file, code, phone.key)
    if number is None:
        address = _hashed(phone.address)
        budgets.require_place(file, code, address)
        number = _n_phones(file, code) + 1
        row = (code, _hashed(phone.key), number, address, time.time(), 0)
        file.execute("INSERT INTO phones VALUES (?, ?, ?, ?, ?, ?)", row)
    return version + 1, number


def _unknown() -> Problem:
    detail = "No room has this code: it has ended, or the code is another one. Look at the board."
    return Problem(ProblemCode.UNKNOWN_ROOM, detail)
