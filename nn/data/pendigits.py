"""Pen strokes of 30 people who wrote digits on a tablet: UCI's "pendigits".

E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning
Repository, 1996, CC BY 4.0. The file is UNIPEN text. Each digit is a .SEGMENT with its label, a
.COMMENT with label, writer and number, and its strokes: one point a line between .PEN_DOWN and
.PEN_UP. Its y axis points up; here it points down, as in pictures.
"""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from nn.data.digits import Character
from nn.data.published import PublishedFile

FILE = PublishedFile(
    "pendigits",
    ("https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/",),
    "pendigits-orig.tra",
    "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    ".Z",
    "ceae25d05f1ccfed4d27ca2e5766370fb32ddd685a647567e84cf7685aa7ac8b",
)
TABLET_SIDE = 500  # largest coordinate of the tablet
# Digits, by their number from 0, that are labelled as another one than everybody reads.
CORRECTED = {1469: "2", 5207: "5"}  # a plain 2 labelled 3, and a plain 5 labelled 6
DIGIT = re.compile(r"^\.COMMENT (\d) +(\d+)(.*?)(?=^\.SEGMENT|\Z)", re.MULTILINE | re.DOTALL)
STROKE = re.compile(r"^\.PEN_DOWN\n(.*?)^\.PEN_UP", re.MULTILINE | re.DOTALL)


def load_pendigits(folder: Path | None = None) -> list[Character]:
    """Return the 7,494 digits of pendigits' 30 training writers, two labels corrected.

    See ``PublishedFile.read`` for the folder and the errors.
    """
    digits = parse_pendigits(FILE.read(folder).decode("ascii"))
    for number, label in CORRECTED.items():
        digits[number] = replace(digits[number], sign=label)
    return digits


def parse_pendigits(text: str) -> list[Character]:
    """Return the digits of a text in pendigits' format; their coordinates are 0 to 500."""
    digits = []
    for label, writer, lines in DIGIT.findall(text):
        strokes = [
            np.array(points.split(), np.float64).reshape(-1, 2) * [1, -1] + [0, TABLET_SIDE]
            for points in STROKE.findall(lines)
        ]
        digits.append(Character(label, "pendigits", f"{int(writer):02}", strokes))
    return digits
