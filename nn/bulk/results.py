"""What was read in files, as lines of text, rows of CSV, or lines of JSON, and where it is written.

That is standard output, or a file to which each result is appended when it is read. A run that was
ended leaves whole lines, and at most one that is torn: that is removed when the file is continued,
and its picture read again. Pictures that could not be read are tried again, too: of the rows of one
name the last one counts.
"""

import csv
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from nn.files import printable, without_controls

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# How a formula begins: with one of = + - @, also of full width, after spaces or none; a tab or line
# break may begin another cell. A sign alone is no formula, and neither is a negative number. Single
# quotes before it belong to it, so that the one that is added can be removed again.
FORMULA = re.compile(
    r"(?!-[0-9]+([.,][0-9]+)*\Z)'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20].|[\t\r\n])", re.DOTALL
)
QUOTED_FORMULA = re.compile(f"'{FORMULA.pattern}", re.DOTALL)
PLAIN = re.compile(r"[\w ./\\:()-]*")
CELL_CONTROLS = "\t\r\n"  # which a cell in quotes may hold

ENCODING, ERRORS = "utf-8", "surrogateescape"  # keep names that are not UTF-8


@dataclass(frozen=True)
class Result:
    """The outcome for one file.

    Attributes
    ----------
    name
        Of the file.
    members
        What was read, as /read of the server names it; empty if nothing was.
    error
        Why nothing was read, else None.
    """

    name: str
    members: dict[str, Any]
    error: str | None = None


@dataclass(frozen=True)
class Row:
    """What a run that continues a file needs of each row.

    Attributes
    ----------
    name
        Of the file.
    is_error
        Whether it could not be read.
    asked
        The options that it was read with, as ``Format.asked``.
    """

    name: str
    is_error: bool
    asked: str


class OutputError(Exception):
    """Results cannot be written; the message says what to do."""


class Format:
    """How results are written.

    Attributes
    ----------
    start
        How a file of such results begins.
    header
        What is written before the results.
    asked
        The options that change what is read, as each result names them; "" for the usual ones.
    quote
        What encloses line breaks that end no row, if anything.
    """

    start = header = ""
    quote: bytes | None = None

    def __init__(self, asked: str = "") -> None:
        self.asked = asked

    def to_line(self, result: Result) -> str:
        """Return a result with its line end; "" for none."""
        raise NotImplementedError

    def written(self, name: str) -> str:
        """Return a name as ``parse`` returns it."""
        return name

    def parse(self, line: bytes) -> Row:
        """Return a written result; raise ValueError where it is none."""
        raise NotImplementedError(f"{self!r} is not continued")


class Text(Format):
    """A name, what is read in it and whether it is certain, with tabs between; errors have none."""

    def to_line(self, result: Result) -> str:
        """Return a result."""
        if result.error is not None:
            return ""
        words = (printable(result.name), _text(result), result.members["doubt"] or "certain")
        return "\t".join(words) + "\n"


class Csv(Format):
    """A row for each file.

    A spreadsheet computes a cell that begins like a formula, and a file may have any name: a single
    quote before it makes such a cell text, as OWASP advises against "CSV injection". Controls that
    terminals obey are escaped; tabs and line breaks, which a table can hold, are kept.

    Attributes
    ----------
    is_on_terminal
        Whether people see the rows, and no program reads them: tabs and line breaks in names are
        escaped, too.
    """

    COLUMNS = ("file", "text", "certain", "doubt", "confidence", "error")
    quote = b'"'
    is_on_terminal = False

    def __init__(self, asked: str = "") -> None:
        super().__init__(asked)
        self.start = ",".join(self.COLUMNS)
        self.header = f"{self.start},asked\n" if asked else f"{self.start}\n"

    def to_line(self, result: Result) -> str:
        """Return a result; its confidence is the least of its digits', or of its allowed texts'."""
        found = result.members
        parts = found.get("allowed") or found.get("digits", ())
        confidence = min((part["confidence"] if part else 0.0 for part in parts), default="")
        certain = str(found["certain"]).lower() if found else ""
        name = printable(result.name) if self.is_on_terminal else result.name
        row = [name, _text(result), certain, found.get("doubt") or "", f"{confidence}"]
        row.append(result.error or "")
        return ",".join(map(_cell, [*row, self.asked] if self.asked else row)) + "\n"

    def written(self, name: str) -> str:
        """Return a name without the controls that are escaped."""
        return without_controls(name, CELL_CONTROLS)

    def parse(self, line: bytes) -> Row:
        """Return a row of the table."""
        try:
            (cells,) = csv.reader([line.decode(ENCODING, ERRORS)])
        except csv.Error as error:
            raise ValueError(str(error)) from error
        n_columns = len(self.COLUMNS)
        columns = [*self.COLUMNS, "asked"] if any(cells[n_columns:]) else self.COLUMNS
        if len(cells) != len(columns):
            raise ValueError(f"expected {len(columns)} cells, but got {len(cells)}")
        row = dict(zip(columns, cells, strict=True))
        name = row["file"][1:] if QUOTED_FORMULA.match(row["file"]) else row["file"]
        # A table of an earlier version may have any control.
        return Row(self.written(name), bool(row["error"]), row.get("asked", ""))


class Json(Format):
    """An object a line, with the members of /read's answer; or a file and an error."""

    start = '{"file": '

    def to_line(self, result: Result) -> str:
        """Return a result."""
        members = {"file": result.name} | result.members
        if result.error is not None:
            members["error"] = result.error
        if self.asked:
            members["asked"] = self.asked
        return json.dumps(members) + "\n"

    def parse(self, line: bytes) -> Row:
        """Return a line's object."""
        members = json.loads(line)
        if not isinstance(members, dict) or not isinstance(members.get("file"), str):
            raise ValueError("it is not of a picture")
        return Row(members["file"], "error" in members, members.get("asked", ""))


def _cell(text: str) -> str:
    """Return a cell of a table, in quotes unless all programs take it as one cell without them."""
    text = without_controls(text, CELL_CONTROLS)
    text = f"'{text}" if FORMULA.match(text) else text
    return text if PLAIN.fullmatch(text) else '"' + text.replace('"', '""') + '"'


def _text(result: Result) -> str:
    """Return what was read, numbers in several lines with spaces between."""
    return " ".join(result.members.get("text", "").split("\n"))


class Output:
    """Results, one after another.

    Parameters
    ----------
    file
        To write to.
    form
        How each is written.
    """

    def __init__(self, file: BinaryIO, form: Format) -> None:
        self._file = file
        self._form = form
        self._done = set[str]()  # names that were read before

    @property
    def n_done(self) -> int:
        """How many names an earlier run has read."""
        return len(self._done)

    def add_row(self, row: Row) -> None:
        """Note a row that an earlier run has written, in place of the same name's before it."""
        (self._done.discard if row.is_error else self._done.add)(row.name)

    def is_done(self, name: str) -> bool:
        """Return whether an earlier run has read a name."""
        return self._form.written(name) in self._done

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
        was read with other options, or cannot be written.
    """
    try:
        file = path.open("ab+" if is_resumed else "xb+")
    except FileExistsError as error:
        message = f"{path} exists: add --resume to continue it, or name another file"
        raise OutputError(message) from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    with _closing(file, path):
        _lock(file, path)
        output = Output(file, form)
        if is_resumed:
            _continue(output, file, form, path)
        if file.seek(0, os.SEEK_END) == 0:
            output.write_header()
        yield output


@contextmanager
def _closing(file: BinaryIO, path: Path) -> Iterator[None]:
    """Close a file; the first error is raised, not that of flushing a refused row again."""
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


def _continue(output: Output, file: BinaryIO, form: Format, path: Path) -> None:
    """Read the rows that a file holds, and cut off a torn last one."""
    file.seek(0)
    start = form.start.encode()
    if not start.startswith(file.read(len(start))):
        raise OutputError(f"{path} was not written by this command in this form: name another file")
    end, header = 0, form.header
    for number, line in enumerate(_lines(file, form), 1):
        end += len(line)
        if number == 1 and form.header:
            header = line.decode(ENCODING, ERRORS)
            continue
        try:
            row = form.parse(line)
        except (ValueError, RecursionError) as error:
            raise OutputError(f"{path} is damaged: row {number}: {error}") from error
        if row.asked != form.asked:
            before, now = (asked or "the usual options" for asked in (row.asked, form.asked))
            message = f"{path} was read with {before}, not with {now}: name another file"
            raise OutputError(message)
        output.add_row(row)
    if header != form.header:  # without a row
        raise OutputError(f"{path} has other columns than now: name another file")
    file.truncate(end)


def _lines(file: BinaryIO, form: Format) -> Iterator[bytes]:
    """Yield the header and each whole row: its line ends, and no quotation is open."""
    file.seek(0)
    parts, n_quotes = list[bytes](), 0
    for part in file:
        parts.append(part)
        n_quotes += part.count(form.quote) if form.quote else 0
        if part.endswith(b"\n") and n_quotes % 2 == 0:
            yield b"".join(parts)
            parts.clear()
