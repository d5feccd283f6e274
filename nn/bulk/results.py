"""What was read in a file, as a line of text, a row of CSV, or a line of JSON."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from nn.files import printable

# How a formula begins: with one of = + - @, also of full width, after spaces or none; a tab or line
# break may begin another cell. A sign alone is no formula, and neither is a negative number. Single
# quotes before it belong to it, so that the one that is added can be removed again.
FORMULA = re.compile(
    r"(?!-[0-9]+([.,][0-9]+)?\Z)'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20].|[\t\r\n])", re.DOTALL
)
QUOTED_FORMULA = re.compile(f"'{FORMULA.pattern}", re.DOTALL)
PLAIN = re.compile(r"[\w ./\\:()-]*")

ENCODING, ERRORS = "utf-8", "surrogateescape"  # keep names that are not UTF-8


@dataclass(frozen=True)
class Result:
    """What came of a file.

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


class OtherOptions(Exception):
    """A file's results were read with other options; the message says with which."""


class Format(Protocol):
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

    start: str
    header: str
    asked: str
    quote: bytes | None

    def to_line(self, result: Result) -> str:
        """Return a result with its line end; "" for none."""

    def read_names(self, file: BinaryIO) -> Iterator[str]:
        """Yield the file names of written results; raise ValueError where they are none."""


class Text:
    """A name, what is read in it and whether it is certain, with tabs between; errors have none."""

    start = header = asked = ""
    quote: bytes | None = None

    def to_line(self, result: Result) -> str:
        """Return a result."""
        if result.error is not None:
            return ""
        words = (printable(result.name), _text(result), result.members["doubt"] or "certain")
        return "\t".join(words) + "\n"

    def read_names(self, file: BinaryIO) -> Iterator[str]:
        """Yield the names before the first tabs; of two files, they may be the same."""
        yield from (line.split(b"\t")[0].decode(ENCODING, ERRORS) for line in file)


class Csv:
    """A row for each file.

    A spreadsheet computes a cell that begins like a formula, and a file may have any name: a single
    quote before it makes such a cell text, as OWASP advises against "CSV injection".

    Attributes
    ----------
    is_on_terminal
        Whether people see the rows, and no program reads them: controls in names are escaped.
    """

    COLUMNS = ("file", "text", "certain", "doubt", "confidence", "error")
    quote: bytes | None = b'"'
    is_on_terminal = False

    def __init__(self, asked: str = "") -> None:
        self.asked = asked
        columns = [*self.COLUMNS, "asked"] if asked else self.COLUMNS
        self.start = self.header = ",".join(columns) + "\n"

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

    def read_names(self, file: BinaryIO) -> Iterator[str]:
        """Yield the file names of a table's rows."""
        text = io.TextIOWrapper(file, ENCODING, ERRORS, newline="")
        try:
            for row in csv.DictReader(text):
                _check_asked(row.get("asked", ""), self.asked)
                yield row["file"][1:] if QUOTED_FORMULA.match(row["file"]) else row["file"]
        except csv.Error as error:
            raise ValueError(str(error)) from error
        finally:
            text.detach()


class Json:
    """An object a line, with the members of /read's answer; or a file and an error."""

    start, header = '{"file": ', ""
    quote: bytes | None = None

    def __init__(self, asked: str = "") -> None:
        self.asked = asked

    def to_line(self, result: Result) -> str:
        """Return a result."""
        members = {"file": result.name} | result.members
        if result.error is not None:
            members["error"] = result.error
        if self.asked:
            members["asked"] = self.asked
        return json.dumps(members) + "\n"

    def read_names(self, file: BinaryIO) -> Iterator[str]:
        """Yield the file names of the lines."""
        for number, line in enumerate(file, 1):
            try:
                members = json.loads(line)
                name = members["file"]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"line {number} is not of a picture") from error
            _check_asked(members.get("asked", ""), self.asked)
            yield name


def _check_asked(written: str, asked: str) -> None:
    """Raise OtherOptions where a result was read with other options than are asked for now."""
    if written != asked:
        raise OtherOptions(f"was read with {written or 'the usual options'}")


def _cell(text: str) -> str:
    """Return a cell of a table, in quotes unless all programs take it as one cell without them."""
    text = f"'{text}" if FORMULA.match(text) else text
    return text if PLAIN.fullmatch(text) else '"' + text.replace('"', '""') + '"'


def _text(result: Result) -> str:
    """Return what was read, numbers in several lines with spaces between."""
    return " ".join(result.members.get("text", "").split("\n"))
