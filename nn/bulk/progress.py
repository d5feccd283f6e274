"""Standard error: messages, and a progress bar where people look at it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

try:
    from tqdm import tqdm
except ImportError:  # it comes with what trains: there are no bars
    tqdm = None  # type: ignore[assignment, misc]

T = TypeVar("T")


def say(message: str) -> None:
    """Write a line to standard error, above the progress bar if there is one.

    Where that is closed or on a full disk, the exit status has to do.
    """
    if sys.stderr is None:
        return
    with suppress(OSError):
        if tqdm is None:
            print(message, file=sys.stderr)
        else:
            tqdm.write(message, file=sys.stderr)


def with_progress(results: Iterable[T], count: Callable[[], int | None]) -> Iterator[T]:
    """Yield the results, on a terminal that shows nothing else with a progress bar.

    ``count`` returns how many there will be, if that is known.
    """
    if tqdm is None or not is_terminal(sys.stderr) or is_terminal(sys.stdout):
        yield from results
    else:
        yield from tqdm(results, total=count(), unit=" pictures", leave=False)


def is_terminal(stream: object) -> bool:
    """Return whether people look at a stream; it is None where the shell has closed it."""
    return bool(getattr(stream, "isatty", bool)())
