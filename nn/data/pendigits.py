"""Pen strokes of 30 people who wrote digits on a tablet: UCI's "pendigits".

E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning
Repository, 1996, CC BY 4.0. The file is UNIPEN text. Each digit is a .SEGMENT with its label, a
.COMMENT with label, writer and number, and its strokes: one point a line between .PEN_DOWN and
.PEN_UP. Its y axis points up; here it points down, as in pictures.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn.data.digits import DataError, Stroke
from nn.data.download import PublishedFile

MIRRORS = ("https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/",)
NAME = "pendigits-orig.tra"
# SHA-256 of the uncompressed file, and of the .Z at the mirror.
HASHES = (
    "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    "ceae25d05f1ccfed4d27ca2e5766370fb32ddd685a647567e84cf7685aa7ac8b",
)
TABLET_SIDE = 500  # largest coordinate of the tablet
SEGMENT = re.compile(r'\.SEGMENT DIGIT\s+[\d-]+\s+\?\s+"(\d)"\s*', re.ASCII)
SEGMENT_FORMAT = '.SEGMENT DIGIT strokes ? "label"'
COMMENT = re.compile(r"\.COMMENT\s+(\d)\s+(\d+)\s+\d+\s*", re.ASCII)
COMMENT_FORMAT = ".COMMENT label writer number"


@dataclass(frozen=True)
class PenDigit:
    """One digit as it was written.

    Attributes
    ----------
    label
        0 to 9.
    writer
        The writer's number.
    strokes
        In the order of writing, each float64 (P, 2), P >= 1: points evenly spaced in time, x to the
        right and y down, 0 to 500.
    """

    label: int
    writer: int
    strokes: list[Stroke]


def load_pendigits(folder: Path | None = None) -> list[PenDigit]:
    """Return the 7,494 digits of pendigits' 30 training writers.

    Parameters
    ----------
    folder
        Where the file is, as in ``PublishedFile.read``.

    Raises
    ------
    DataError
        If the file is missing, cannot be downloaded, or is not that of pendigits.
    """
    return parse_pendigits(*PublishedFile("pendigits", NAME, ".Z", *HASHES, MIRRORS).read(folder))


def parse_pendigits(path: Path, content: bytes) -> list[PenDigit]:
    """Return the digits of a file in pendigits' format.

    Raises
    ------
    DataError
        If the file breaks the format. The message names ``path`` and the line.
    """
    lines = content.decode("ascii", errors="replace").splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith(".SEGMENT")]
    if not starts:
        raise DataError(f"{path}: expected digits, each starting with .SEGMENT, but there is none")
    ends = [*starts[1:], len(lines)]
    return [
        _parse_digit(path, lines[start:end], start + 1)
        for start, end in zip(starts, ends, strict=True)
    ]


def split_by_writer(
    digits: Sequence[PenDigit], n_held_back: int
) -> tuple[list[PenDigit], list[PenDigit]]:
    """Return the digits to train on, and those of the last ``n_held_back`` writers.

    Writers are never on both sides: what is measured is how a network reads strangers.

    Raises
    ------
    DataError
        If no writer would be left to train on.
    """
    writers = sorted({digit.writer for digit in digits})
    if not 0 <= n_held_back < len(writers):
        raise DataError(
            f"expected to hold back 0 to {len(writers) - 1} of {len(writers)} writers, "
            f"but got {n_held_back}"
        )
    held_back = set(writers[len(writers) - n_held_back :])
    return (
        [digit for digit in digits if digit.writer not in held_back],
        [digit for digit in digits if digit.writer in held_back],
    )


def _parse_digit(path: Path, lines: list[str], first: int) -> PenDigit:
    """Return the digit of some lines; ``first`` is the number of the first of them."""
    second = lines[1] if len(lines) > 1 else ""
    segment = _match(SEGMENT, lines[0], f"{path} line {first}: expected {SEGMENT_FORMAT}")
    comment = _match(COMMENT, second, f"{path} line {first + 1}: expected {COMMENT_FORMAT}")
    if comment[1] != segment[1]:
        raise DataError(
            f"{path} line {first + 1}: expected the label {segment[1]} of the line before, "
            f"but found {comment[1]}"
        )
    strokes = list(_parse_strokes(path, lines[2:], first + 2))
    if not strokes:
        raise DataError(f"{path} line {first}: expected a digit of one stroke or more")
    return PenDigit(int(segment[1]), int(comment[2]), strokes)


def _match(pattern: re.Pattern[str], line: str, expected: str) -> re.Match[str]:
    """Return the match of a pattern with a whole line, or raise DataError."""
    match = pattern.fullmatch(line)
    if match is None:
        raise DataError(f"{expected}, but found {line!r}")
    return match


def _parse_strokes(path: Path, lines: list[str], first: int) -> Iterator[Stroke]:
    """Yield the strokes of some lines; ``first`` is the number of the first of them."""
    points: list[tuple[int, int]] | None = None  # of the stroke that has begun
    for number, line in enumerate(lines, first):
        command = line.split()[:1]
        if points is None and command == [".PEN_DOWN"]:
            points = []
        elif points and command == [".PEN_UP"]:
            yield np.array(points, np.float64)
            points = None
        elif points is not None:
            try:
                x, y = map(int, line.split())
            except ValueError as error:
                raise DataError(
                    f"{path} line {number}: expected a point, two whole numbers, but found {line!r}"
                ) from error
            points.append((x, TABLET_SIDE - y))
        elif command not in ([], [".DT"]):  # .DT: how long the pen was up
            raise DataError(
                f"{path} line {number}: expected .PEN_DOWN, .DT or .SEGMENT, but found {line!r}"
            )
    if points is not None:
        end = first + len(lines) - 1
        raise DataError(f"{path} line {end}: expected .PEN_UP, but the stroke ends without it")
