"""Whose turn it is: few pictures are read at a time, and nobody waits for ever."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from app.errors import Problem, ProblemCode
from app.server.arrival import current


def waited_s() -> float:
    """Return how many seconds this thread's request has waited, 0 where no server noted it."""
    arrival = current.get()
    return 0.0 if arrival is None else time.monotonic() - arrival.whole_s


def too_busy() -> Problem:
    """Return the problem of a request whose turn has not come in time."""
    detail = "More pictures came than can be read at a time. Send this one again in a second."
    return Problem(ProblemCode.TOO_BUSY, detail, headers={"Retry-After": "1"})


class Admission:
    """Lets some requests of a process read at once, and each of the others in its turn.

    More at once would not be quicker, for they share the process's interpreter and memory.

    Parameters
    ----------
    n_at_once
        How many read at the same time.
    max_wait_s
        Longest time in seconds, since a request is here, until its turn must have come.
    """

    def __init__(self, n_at_once: int, max_wait_s: float) -> None:
        self._turns = BoundedSemaphore(n_at_once)
        self._max_wait_s = max_wait_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it.

        Raises
        ------
        Problem
            503 where none has come in time.
        """
        if not self._turns.acquire(timeout=max(0.0, self._max_wait_s - waited_s())):
            raise too_busy()
        try:
            yield
        finally:
            self._turns.release()
