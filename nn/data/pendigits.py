"""The pen strokes of 30 people writing digits on a tablet, read from UCI's "pendigits".

E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning
Repository, 1996, CC BY 4.0. The file is UNIPEN text in the old Unix compression (.Z). Each digit is
a .SEGMENT with its label, a .COMMENT with label, writer and number, and its strokes: a point a line
between .PEN_DOWN and .PEN_UP. Its y axis points up; here it points down, as in pictures.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn.data import download as source
from nn.data.digits import DataError, Stroke

MIRRORS = ("https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/",)
NAME = "pendigits-orig.tra"
# SHA-256 of the uncompressed file, and of the archive at the mirror.
HASHES = (
    "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    "ceae25d05f1ccfed4d27ca2e5766370fb32ddd685a647567e84cf7685aa7ac8b",
)
BOX = 500  # side of the square that the tablet's coordinates span
SEGMENT = re.compile(r'\.SEGMENT DIGIT\s+[\d-]+\s+\?\s+"(\d)"\s*', re.ASCII)
COMMENT = re.compile(r"\.COMMENT\s+(\d)\s+(\d+)\s+\d+\s*", re.ASCII)


@dataclass(frozen=True)
class PenDigit:
    """One digit as somebody wrote it.

    Attributes
    ----------
    label
        0 to 9.
    writer
        The number of who wrote it.
    strokes
        In the order of writing, each float64 (P, 2), P >= 1: points evenly spaced in time, x to the
        right and y down, 0 to 500.
    """

    label: int
    writer: int
    strokes: list[Stroke]


def load_pen(folder: Path | None = None) -> list[PenDigit]:
    """Return the 7,494 digits of pendigits' 30 training writers.

    Parameters
    ----------
    folder
        Holds pendigits-orig.tra.Z, or the same unpacked, itself or in a folder ``pendigits``.
        Without it the folder that the variable INKLING_DATA names; without that it is downloaded
        once and kept.

    Raises
    ------
    DataError
        If the file is missing, cannot be downloaded, or is not that of pendigits.
    """
    folder, archive = source.named_folder(folder), f"{NAME}.Z"
    if folder:
        path = source.find("pendigits'", [archive, NAME], folder, "pendigits", MIRRORS[0])
    else:
        path = source.download("pendigits'", archive, HASHES[1], MIRRORS, "pendigits")
    return read_pen(path, HASHES[0])


def read_pen(path: Path, sha256: str | None = None) -> list[PenDigit]:
    """Return the digits of a file in pendigits' format, packed as .Z or not.

    Parameters
    ----------
    path
        The file.
    sha256
        What the hash of its uncompressed bytes must be, if given.

    Raises
    ------
    DataError
        If the file cannot be read or unpacked, has another hash, or breaks the format; then the
        message names the line.
    """
    content = _unpacked(path)
    found = hashlib.sha256(content).hexdigest()
    if sha256 not in (None, found):
        raise DataError(
            f"{path}: is not pendigits' file: expected SHA-256 {sha256} of its uncompressed bytes, "
            f"but found {found}: copy or download it again"
        )
    lines = content.decode("ascii", errors="replace").splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith(".SEGMENT")]
    if not starts:
        raise DataError(f"{path}: expected digits, each starting with .SEGMENT, but there is none")
    ends = [*starts[1:], len(lines)]
    return [_read_digit(path, lines, *ends_at) for ends_at in zip(starts, ends, strict=True)]


def split_by_writer(
    digits: Sequence[PenDigit], writers_held_back: int
) -> tuple[list[PenDigit], list[PenDigit]]:
    """Return the digits to learn from, and all those of the last few writers.

    A network is to read the hands of strangers, so whoever tests it must not have taught it.

    Raises
    ------
    DataError
        If that would leave nobody to learn from.
    """
    writers = sorted({digit.writer for digit in digits})
    if not 0 <= writers_held_back < len(writers):
        raise DataError(
            f"expected to hold back 0 to {len(writers) - 1} of {len(writers)} writers, "
            f"but was told {writers_held_back}"
        )
    held_back = set(writers[len(writers) - writers_held_back :])
    return (
        [digit for digit in digits if digit.writer not in held_back],
        [digit for digit in digits if digit.writer in held_back],
    )


def _unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if they are a .Z archive."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    if content[:2] != b"\x1f\x9d":
        return content
    import unlzw3  # only training needs it

    try:
        unpacked: bytes = unlzw3.unlzw(content)
    except ValueError as error:
        raise DataError(f"{path}: is damaged ({error}): copy or download it again") from error
    return unpacked


def _read_digit(path: Path, lines: list[str], start: int, end: int) -> PenDigit:
    """Return the digit that the lines from start up to end tell of."""
    segment = _match(path, lines, start, end, SEGMENT, '.SEGMENT DIGIT strokes ? "label"')
    comment = _match(path, lines, start + 1, end, COMMENT, ".COMMENT label writer number")
    if comment[1] != segment[1]:
        raise DataError(
            f"{path} line {start + 2}: expected the label {segment[1]} of the line before, "
            f"but found {comment[1]}"
        )
    strokes = list(_read_strokes(path, lines, start + 2, end))
    if not strokes:
        raise DataError(f"{path} line {start + 1}: expected a digit of one stroke or more")
    return PenDigit(int(segment[1]), int(comment[2]), strokes)


def _match(
    path: Path, lines: list[str], at: int, end: int, pattern: re.Pattern[str], expected: str
) -> re.Match[str]:
    """Return what a line says that must match a pattern."""
    line = lines[at] if at < end else ""
    match = pattern.fullmatch(line)
    if match is None:
        raise DataError(f"{path} line {at + 1}: expected {expected}, but found {line!r}")
    return match


def _read_strokes(path: Path, lines: list[str], at: int, end: int) -> Iterator[Stroke]:
    """Yield the strokes between two lines."""
    while at < end:
        command = lines[at].split()[:1]
        if command == [".PEN_DOWN"]:
            stroke, at = _read_points(path, lines, at + 1, end)
            yield stroke
        elif command not in ([], [".DT"]):  # .DT: how long the pen was up
            raise DataError(
                f"{path} line {at + 1}: expected .PEN_DOWN, .DT or .SEGMENT, "
                f"but found {lines[at]!r}"
            )
        at += 1


def _read_points(path: Path, lines: list[str], at: int, end: int) -> tuple[Stroke, int]:
    """Return the points up to the next .PEN_UP, and which line that is."""
    points: list[tuple[int, int]] = []
    for number, line in enumerate(lines[at:end], start=at):
        if line.startswith(".PEN_UP") and points:
            return np.array(points, np.float64), number
        try:
            x, y = map(int, line.split())
        except ValueError as error:
            raise DataError(
                f"{path} line {number + 1}: expected a point, two whole numbers, but found {line!r}"
            ) from error
        points.append((x, BOX - y))
    raise DataError(f"{path} line {end}: expected .PEN_UP, but the stroke ends without it")
