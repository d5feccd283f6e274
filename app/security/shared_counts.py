"""Counts that processes share without a database: a table in memory, of a fixed size."""

import mmap
import os
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from threading import Lock

from limits.storage import Storage

try:
    import fcntl
except ImportError:  # on Windows, where the server is one process
    fcntl = None  # type: ignore[assignment]

N_SETS = 8192
ENTRIES_OF_A_SET = 8
_ENTRY = Struct("QdQ")  # the hash, the end of the period in seconds since 1970, and the count


class ProcessLock:
    """A lock for the processes that are forked from this one, and their threads.

    The system releases it when the process that holds it ends, however that ends.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        if fcntl:
            if hasattr(os, "memfd_create"):  # the disk may be read-only
                self._file = os.memfd_create("inkling")
            else:
                with tempfile.TemporaryFile() as file:
                    self._file = os.dup(file.fileno())
            weakref.finalize(self, os.close, self._file)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, and hold it."""
        with self._lock:
            if fcntl:
                fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if fcntl:
                    fcntl.lockf(self._file, fcntl.LOCK_UN)


class SharedCounts(Storage):
    """A table of 65,536 counts, 1.6 MB, for the processes that are forked from this one.

    The memory has a fixed size, and no count is dropped before its period ends: filling it resets
    no client. It is a set-associative table: the hash of a client and a limit chooses a set of
    entries, of which it takes a free one. Python keys this hash at random, so that a client cannot
    choose a set.

    Where all entries of a set count other clients, a new client shares the entry whose period ends
    first, until it ends: it may be refused earlier than by a count of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._memory = mmap.mmap(-1, N_SETS * ENTRIES_OF_A_SET * _ENTRY.size)
        self._lock = ProcessLock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return the errors that ``limits`` may wrap; none is raised here."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to the count of a key, which begins a period of ``expiry`` seconds, and return it."""
        with self._lock.held():
            position, owner, end_s, count = self._find(key)
            end_s = end_s or time.time() + expiry
            _ENTRY.pack_into(self._memory, position, owner, end_s, count + amount)
        return count + amount

    def get(self, key: str) -> int:
        """Return the count of a key."""
        return self._find(key)[3]

    def get_expiry(self, key: str) -> float:
        """Return when the period of a key ends, in seconds since 1970."""
        return self._find(key)[2] or time.time()

    def check(self) -> bool:
        """Return whether the storage works."""
        return True

    def reset(self) -> int | None:
        """Do nothing: no count is dropped before its period ends."""
        return None

    def clear(self, key: str) -> None:
        """Do nothing, for the same reason."""

    def _find(self, key: str) -> tuple[int, int, float, int]:
        """Return the position of a key's entry, its hash, the end of its period, and its count.

        End and count are 0 in a free entry.
        """
        hashed, now_s = hash(key) % 2**64, time.time()
        first = hashed % N_SETS * ENTRIES_OF_A_SET * _ENTRY.size
        entries = []
        for position in range(first, first + ENTRIES_OF_A_SET * _ENTRY.size, _ENTRY.size):
            owner, end_s, count = _ENTRY.unpack_from(self._memory, position)
            if end_s <= now_s:
                entries.append((0.0, position, hashed, 0))
            elif owner == hashed:
                return position, owner, end_s, count
            else:
                entries.append((end_s, position, owner, count))
        end_s, position, owner, count = min(entries)
        return position, owner, end_s, count
