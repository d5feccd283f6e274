"""When uploads are read: at once or in another thread, a few at a time, client by client."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any, TypeVar

from app.errors import Problem, too_busy
from app.service.upload import Upload, attempt
from nn.decoding.picture_files import Picture
from nn.reading.page.find import Page, find_drawn_page

N_SMALL = 4  # requests with small pictures at once, where requests have threads of their own
N_LARGE = 2  # requests with large pictures that a process reads at once
N_SHEETS = 1  # large requests with class sheets, which take a second; the other slot stays free

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class _Turn:
    """A request's, with the number of requests that its client had when it came."""

    client: str
    rank: int
    has_slot: Event


class ConcurrencyLimit:
    """Gives a process's requests a few slots, in the order in which they ask, client by client.

    More at once would not be quicker: they share the process's interpreter and memory. The first
    request of a client goes before the second ones of others, and so on: a client that sends many
    at once does not keep others waiting.

    Parameters
    ----------
    n_slots
        How many requests are read at the same time.
    max_wait_s
        Longest time, in seconds, that a request waits.
    require_client
        Raises an error when the client of a request that has waited is gone.
    client
        Returns what all requests of a client have in common.
    """

    def __init__(
        self,
        n_slots: int,
        max_wait_s: float,
        require_client: Callable[[], None] = lambda: None,
        client: Callable[[], str] = lambda: "",
    ) -> None:
        self._n_slots = n_slots
        self._max_wait_s = max_wait_s
        self._require_client = require_client
        self._client = client
        self._requests: list[_Turn] = []  # in their order, first those that have a slot
        self._lock = Lock()

    @property
    def n_waiting(self) -> int:
        """Number of requests without a slot."""
        return max(0, len(self._requests) - self._n_slots)

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
        start_s, client, has_slot = time.monotonic(), self._client(), Event()
        with self._lock:
            rank = sum(turn.client == client for turn in self._requests)
            waits_after = (
                place
                for place, other in enumerate(self._requests)
                if other.rank > rank and not other.has_slot.is_set()
            )
            turn = _Turn(client, rank, has_slot)
            self._requests.insert(next(waits_after, len(self._requests)), turn)
            self._hand_out()
        try:
            is_free = has_slot.is_set()
            # The slot may be handed over after the wait has ended.
            if not has_slot.wait(self._max_wait_s - waited_s) and not has_slot.is_set():
                raise too_busy()
            if not is_free:
                self._require_client()
            yield waited_s + time.monotonic() - start_s
        finally:
            with self._lock:
                self._requests.remove(turn)
                self._hand_out()

    def _hand_out(self) -> None:
        for turn in self._requests[: self._n_slots]:
            turn.has_slot.set()


class Executor:
    """Runs the reading of uploads.

    Parameters
    ----------
    max_wait_s
        Longest time, in seconds, that a request waits.
    in_thread
        Runs a function in another thread and returns its result; None runs it in the thread of the
        request.
    require_client, client
        As of the limits.

    Attributes
    ----------
    in_thread
        What is given, or a function that calls its argument.
    small, large, sheets
        The limits on requests with small pictures, with large pictures, and with class sheets.
    """

    def __init__(
        self,
        max_wait_s: float,
        in_thread: Callable[[Callable[[], Any]], Any] | None = None,
        require_client: Callable[[], None] = lambda: None,
        client: Callable[[], str] = lambda: "",
    ) -> None:
        self.in_thread = in_thread or (lambda function: function())
        self.small = ConcurrencyLimit(N_SMALL, max_wait_s, require_client, client)
        self.large = ConcurrencyLimit(N_LARGE, max_wait_s, require_client, client)
        self.sheets = ConcurrencyLimit(N_SHEETS, max_wait_s, require_client, client)

    def run(
        self,
        upload: Upload,
        read: Callable[[], Result],
        *,
        is_sheet: bool = False,
        waited_s: float,
    ) -> Result:
        """Return what reading an upload in another thread returns.

        A Problem's outcome gets the model and pixels.
        """
        return self._reported(upload, lambda: self._in_slot(read, waited_s, is_sheet=is_sheet))

    def run_page(
        self,
        upload: Upload,
        find_page: Callable[[Picture], Page],
        read: Callable[[Page], Result],
        is_quick: Callable[[Page], bool],
        *,
        waited_s: float,
    ) -> Result:
        """Return what reading the page of an upload's only picture returns.

        The ink of a small drawing is found at once, and read beside other requests if the page is
        quick to read. All else is read in another thread.
        """

        def run() -> Result | Problem:
            if not upload.is_small():
                return self._in_slot(lambda: read(find_page(upload.open().decode())), waited_s)
            with self.small.slot(waited_s):
                time.sleep(0)  # Other requests are received, and wait for a slot, or too long.
                picture = upload.open().decode()
                page = find_drawn_page(picture)
                if page and is_quick(page):
                    return read(page)
            return self._in_slot(lambda: read(page or find_page(picture)), waited_s)

        return self._reported(upload, run)

    def _reported(self, upload: Upload, run: Callable[[], Result | Problem]) -> Result:
        result = attempt(run)
        try:
            if isinstance(result, Problem):
                result.outcome = upload.outcome(problem=result.type)
                raise result
            return result
        finally:
            del result  # or its traceback would keep it, and the picture, in a reference cycle

    def _in_slot(
        self, read: Callable[[], Result], waited_s: float, *, is_sheet: bool = False
    ) -> Result | Problem:
        among_sheets = self.sheets.slot(waited_s) if is_sheet else nullcontext(waited_s)
        with among_sheets as waited_s, self.large.slot(waited_s):
            found: Result | Problem = self.in_thread(lambda: attempt(read))
            return found
