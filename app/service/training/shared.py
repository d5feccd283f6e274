"""State that the server's processes share: made before they are forked, and without a file."""

import mmap
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

import msgspec

try:
    import fcntl
except ImportError:  # on Windows, where the server is one process
    fcntl = None  # type: ignore[assignment]

MAX_BYTES = 65_536
_LENGTH_BYTES = 4

State = TypeVar("State", bound=msgspec.Struct)


class ProcessLock:
    """A lock for the processes that are forked from this one, and their threads.

    The system releases it when the process that holds it ends, however that ends.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        if fcntl:
            self._file = _nameless_file()
            weakref.finalize(self, os.close, self._file)

    def acquire(self, *, blocking: bool = True) -> bool:
        """Take the lock, and return whether that was possible; wait for it if ``blocking``."""
        if not self._lock.acquire(blocking):
            return False
        try:
            if fcntl:
                fcntl.lockf(self._file, fcntl.LOCK_EX | (0 if blocking else fcntl.LOCK_NB))
        except BlockingIOError:
            self._lock.release()
            return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        if fcntl:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._lock.release()


class SharedState(Generic[State]):
    """A value in memory that processes share, changed by one of them at a time."""

    def __init__(self, first: State) -> None:
        self._type = type(first)
        self._memory = mmap.mmap(-1, MAX_BYTES)
        self._lock = ProcessLock()
        self._write(first)

    @contextmanager
    def change(self) -> Iterator[State]:
        """Give the value to change; it is written back at the end."""
        self._lock.acquire()
        try:
            length = int.from_bytes(self._memory[:_LENGTH_BYTES])
            content = self._memory[_LENGTH_BYTES : _LENGTH_BYTES + length]
            value = msgspec.json.decode(content, type=self._type)
            yield value
            self._write(value)
        finally:
            self._lock.release()

    def _write(self, value: State) -> None:
        content = msgspec.json.encode(value)
        content = len(content).to_bytes(_LENGTH_BYTES) + content
        self._memory[: len(content)] = content


def _nameless_file() -> int:
    """Return the descriptor of a file without a name, in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("inkling")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
