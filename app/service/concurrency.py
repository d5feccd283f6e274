"""Concurrent requests: few are read at once, and small pictures share a forward pass."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from threading import Event, Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.errors import Problem, attempt, too_busy
from app.service.upload import Upload, refusing

N_SMALL = 4  # requests with small pictures that share a forward pass; more gain little
N_LARGE = 2  # requests with large pictures that a process reads at once
N_SHEETS = 1  # large requests with class sheets, which take a second; the other slot stays free

Activations = NDArray[np.floating[Any]]
Result = TypeVar("Result")


class Executor:
    """Runs the reading of uploads.

    Parameters
    ----------
    max_wait_s
        Longest time, in seconds, that a request waits.
    in_thread
        Runs a function in another thread and returns its result; None runs it in the thread of the
        request.

    Attributes
    ----------
    small, large, sheets
        The limits on requests with small pictures, with large pictures, and with class sheets.
    """

    def __init__(
        self, max_wait_s: float, in_thread: Callable[[Callable[[], Any]], Any] | None = None
    ) -> None:
        self._in_thread = in_thread or (lambda function: function())
        self.small = ConcurrencyLimit(N_SMALL, max_wait_s)
        self.large = ConcurrencyLimit(N_LARGE, max_wait_s)
        self.sheets = ConcurrencyLimit(N_SHEETS, max_wait_s)

    def run(
        self,
        upload: Upload,
        read: Callable[[], Result],
        read_small: Callable[[], Result | Callable[[], Result]] | None = None,
        *,
        is_sheet: bool = False,
        waited_s: float,
    ) -> Result:
        """Return what reading an upload returns; a Problem's outcome gets the model and pixels.

        Large pictures are read in other threads, beside small ones if ``read_small`` reads these.
        Where that returns a function, there is more to read, in another thread as well.
        """
        try:
            if read_small and upload.is_small():
                with self.small.slot(waited_s):
                    small = refusing(read_small)()
                if not callable(small):
                    return small
                read = small
            among_sheets = self.sheets.slot(waited_s) if is_sheet else nullcontext(waited_s)
            with among_sheets as waited_s, self.large.slot(waited_s):
                result: Result | Problem = self._in_thread(lambda: attempt(refusing(read)))
            try:
                if isinstance(result, Problem):
                    raise result
                return result
            finally:
                del result  # or its traceback would keep it, and the picture, in a reference cycle
        except Problem as problem:
            problem.outcome = replace(upload.outcome([]), problem=problem.type)
            raise


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


@dataclass(eq=False)
class _Digit:
    image: NDArray[np.uint8]
    activations: Activations | None = None


class SharedPass:
    """Lets the digits of several requests pass through a network together.

    To read the weights from memory takes half of the time of one digit, and not longer for four.

    Parameters
    ----------
    classify
        Returns the activations (N, 10) of images (N, 28, 28).
    """

    def __init__(self, classify: Callable[[NDArray[np.uint8]], Activations]) -> None:
        self._classify = classify
        self._waiting: list[_Digit] = []
        self._lock = Lock()

    def activations(self, image: NDArray[np.uint8]) -> Activations:
        """Return the activations (10,) of an image (28, 28).

        Where the pass together fails, each image passes alone: one of them may be the cause, or
        their number.
        """
        digit = _Digit(image)
        self._waiting.append(digit)
        time.sleep(0)  # lets the server receive other requests, which come as far as this line
        with self._lock:
            if digit in self._waiting:
                digits, self._waiting = self._waiting, []
                with suppress(Exception):
                    self._fill(digits)
        if digit.activations is None:
            self._fill([digit])
        assert digit.activations is not None
        return digit.activations

    def _fill(self, digits: Sequence[_Digit]) -> None:
        """Give each digit its activations."""
        activations = self._classify(np.array([digit.image for digit in digits]))
        for digit, of_digit in zip(digits, activations, strict=True):
            digit.activations = of_digit
