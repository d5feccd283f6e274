"""Where results are written: standard output, or a file to which each is appended when it is read.

A run that was ended leaves whole lines, and at most one that is torn: that is removed when the file
is continued, and its picture read again.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nn.bulk.results import ENCODING, ERRORS, Format, OtherOptions, Result

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class OutputError(Exception):
    """Results cannot be written; the message says what to do."""


class Output:
    """Results, one after another.

    Parameters
    ----------
    file
        To write to.
    form
        How each is written.
    done
        How often each name is written already.
    """

    def __init__(self, file: BinaryIO, form: Format, done: Iterable[str] = ()) -> None:
        self._file = file
        self._form = form
        self._done = Counter(done)
        self.n_done = self._done.total()

    def is_done(self, name: str) -> bool:
        """Return whether a name was written before; a row counts for one name of the same."""
        if not self._done[name]:
            return False
        self._done[name] -= 1
        return True

    def write_header(self) -> None:
        """Write what precedes the results."""
        self._write(self._form.header)

    def write(self, result: Result) -> None:
        """Write a result, so that it is kept if the process is killed in the next moment."""
        self._write(self._form.to_line(result))

    def _write(self, line: str) -> None:
        try:
            self._file.write(line.encode(ENCODING, ERRORS))
            self._file.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"{self._file.name} cannot be written: {error.strerror}") from error


@contextmanager
def result_file(path: Path, form: Format, *, is_resumed: bool) -> Iterator[Output]:
    """Open a file of results, new or to be continued.

    Raises
    ------
    OutputError
        When it exists and is not to be continued, is written by another run, holds something else,
        or cannot be written.
    """
    if path.exists() and not is_resumed:
        raise OutputError(f"{path} exists: add --resume to continue it, or name another file")
    try:
        file = path.open("ab+")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    with _closing(file, path):
        _lock(file, path)
        output = Output(file, form, _written_names(file, form, path))
        if file.seek(0, os.SEEK_END) == 0:
            output.write_header()
        yield output


@contextmanager
def _closing(file: BinaryIO, path: Path) -> Iterator[None]:
    """Close a file; raise the first error, which the rest of a refused row must not replace."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            file.close()
        raise
    try:
        file.close()
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def _lock(file: BinaryIO, path: Path) -> None:
    """Keep other runs from writing the file, where the system can."""
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(f"{path} is being written by another run") from error


def _written_names(file: BinaryIO, form: Format, path: Path) -> Counter[str]:
    """Return how often each name is in a file, from which a torn row is removed."""
    file.seek(0)
    start = form.start.encode()
    if not start.startswith(file.read(len(start))):
        raise OutputError(f"{path} was not written by this command, in this form, as asked now")
    file.truncate(_end_of_last_row(file, form.quote))
    file.seek(0)
    try:
        return Counter(form.read_names(file))
    except OtherOptions as error:
        asked = form.asked or "the usual options"
        raise OutputError(f"{path} {error}, not with {asked}: name another file") from error
    except ValueError as error:
        raise OutputError(f"{path} is damaged: {error}") from error


def _end_of_last_row(file: BinaryIO, quote: bytes | None) -> int:
    """Return the place behind the last whole row: its line ends, and no quotation is open."""
    file.seek(0)
    end = place = n_quotes = 0
    for line in file:
        place += len(line)
        n_quotes += line.count(quote) if quote else 0
        if line.endswith(b"\n") and n_quotes % 2 == 0:
            end = place
    return end
