"""A limit on how many requests are read at once: first come, first served, with a deadline."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from app.errors import too_busy


class ConcurrencyLimit:
    """Gives a process's requests a few slots, in the order in which they ask.

    More at once would not be quicker: they share the process's interpreter and memory.

    Parameters
    ----------
    n_slots
        How many requests are read at the same time.
    max_wait_s
        Longest time, in seconds, that a request waits.
    """

    def __init__(self, n_slots: int, max_wait_s: float) -> None:
        self._n_free = n_slots
        self._max_wait_s = max_wait_s
        self._queue: deque[Event] = deque()  # empty while a slot is free
        self._lock = Lock()

    @contextmanager
    def slot(self, waited_s: float = 0.0) -> Iterator[float]:
        """Wait for a slot, hold it, and give how long the request has waited now, in seconds.

        Parameters
        ----------
        waited_s
            How long the request has waited already, in seconds.

        Raises
        ------
        Problem
            503 when none became free in time.
        """
        start_s = time.monotonic()
        self._acquire(self._max_wait_s - waited_s)
        try:
            yield waited_s + time.monotonic() - start_s
        finally:
            self._release()

    def _acquire(self, timeout_s: float) -> None:
        with self._lock:
            if self._n_free:
                self._n_free -= 1
                return
            is_my_turn = Event()
            self._queue.append(is_my_turn)
        try:
            if is_my_turn.wait(timeout_s):
                return
        except BaseException:  # of a signal, such as the worker's timeout
            self._leave(is_my_turn)
            raise
        with self._lock:
            if not is_my_turn.is_set():  # else the slot was handed over in this moment
                self._queue.remove(is_my_turn)
                raise too_busy()

    def _leave(self, is_my_turn: Event) -> None:
        """Leave the queue, or give back the slot that was handed over."""
        with self._lock:
            is_waiting = not is_my_turn.is_set()
            if is_waiting:
                self._queue.remove(is_my_turn)
        if not is_waiting:
            self._release()

    def _release(self) -> None:
        """Hand the slot over to the first in the queue."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._n_free += 1
