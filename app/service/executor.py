"""Runs the reading of uploads: small ones where they come, large ones in threads, a few at once."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, TypeVar

from app.errors import Problem, attempt
from app.service.concurrency import ConcurrencyLimit
from app.service.refusals import refusing
from app.service.upload import Upload

N_SMALL = 4  # requests with small pictures that share a forward pass; more gain little
N_LARGE = 2  # requests with large pictures that a process reads at once
N_SHEETS = 1  # of these with class sheets, which take a second: the other is left to the rest

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
        The limits on requests with small pictures, with large ones, and with class sheets of these.
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
