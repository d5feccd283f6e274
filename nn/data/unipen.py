"""Pen strokes of digits, letters and symbols by hundreds of writers: UNIPEN's training set.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data
exchange and recognizer benchmarks", 1994; train_r01_v07, 1999, CC BY 4.0, doi
10.5281/zenodo.1195803. More than ten institutions collected it. A file of ``data/`` lists segments:
a label, and the components and points of the ink, in a file of ``include/``, that it consists of.
"""

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DIGITS, Character, DataError, Stroke, refused_if_damaged
from nn.data.published import data_folder, download, find_file

DATASET = "UNIPEN"
ARCHIVES = ("train_r01_v07-training-sources.tar.xz", "unipen-CDROM-train_r01_v07.tgz")
DOI = "10.5281/zenodo.1195803"  # which holds the second of them
CATEGORIES = ("1a", "1b", "1c", "1d")  # digits, capitals, small letters, symbols
SOURCES = (
    *("aga", "apa", "apb", "art", "cea", "ceb", "ibm", "imp"),
    *("kai", "lav", "lou", "mot", "pri", "sie", "syn", "val"),
)
N_CHARACTERS = 84_238  # of these sources in these categories
# A 1 and a 7 by one writer of aga, both of which everybody reads as a 2, by the SHA-256 of their
# points: the archives name their files differently, and so may differ in their order.
UNREADABLE = frozenset({"0d90d443d71182f6", "cb150d85e15761f8"})
POINTS_PER_INCH = {"aga": (856.7, 979.3)}  # in x and y, where they differ

SEGMENT = re.compile(r'^\.SEGMENT +CHARACTER +(\S+) +\S+ +"(.*)" *$')
COMPONENT = re.compile(r"^\.PEN_(DOWN|UP)\b[^\n]*\n([^.]*)", re.MULTILINE)
WRITER = re.compile(r"^\.WRITER_ID\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class InkFile:
    """The components of a file of ink: points (P, 2) each, and whether the pen was down."""

    writer: str
    components: list[tuple[NDArray[np.float64], bool]]


def load_unipen(folder: Path | None = None) -> list[Character]:
    """Return the characters of UNIPEN that training uses, in the order of their files' names.

    Those of ``UNREADABLE`` are left out. The folder, as of ``PublishedFile.read``, holds one of
    ``ARCHIVES``. Raise DataError if the archive is missing, cannot be downloaded or read, or holds
    other characters.
    """
    if folder := data_folder(folder):
        path = find_file(folder, DATASET, ARCHIVES, f"https://doi.org/{DOI}")
    else:  # no known hash: what is read is checked by its number of characters
        path = download(DATASET, ARCHIVES[1], None, [f"doi:{DOI}/"])
    with refused_if_damaged(path, "UNIPEN's archive"):
        characters = list(parse_characters(read_archive(path)))
    if len(characters) != N_CHARACTERS:
        raise DataError(
            f"{path}: expected {N_CHARACTERS:,} characters of the sources {' '.join(SOURCES)}, but "
            f"found {len(characters):,}: copy the archive again"
        )
    return [character for character in characters if not _is_unreadable(character)]


def read_archive(path: Path) -> dict[str, str]:
    """Return the texts of an archive's files of the sources and categories, by their names.

    The names begin with ``data/`` or ``include/``; folders around these are left out.
    """
    texts = {}
    with tarfile.open(path) as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            top = next((at for at, part in enumerate(parts) if part in ("data", "include")), None)
            if top is None or not member.isfile():
                continue
            match parts[top:]:
                case ("data", category, source, _, *_):
                    is_read = category in CATEGORIES and source in SOURCES
                case ("include", source, _, *_):
                    is_read = source in SOURCES
                case _:
                    is_read = False
            if is_read:
                content = archive.extractfile(member)
                assert content is not None  # it is a file
                texts["/".join(parts[top:])] = content.read().decode("latin-1")
    return texts


def parse_characters(texts: Mapping[str, str]) -> Iterator[Character]:
    """Yield the characters of files, ordered by the name of the file and their place in it.

    Raise ValueError with the file's name if its ink is not as its segments expect.
    """

    @cache
    def ink_of(name: str) -> InkFile | None:
        return parse_ink(texts[f"include/{name}"]) if f"include/{name}" in texts else None

    for name in sorted(texts):
        if name.startswith("data/"):
            try:
                yield from _parse_segments(texts[name], name.split("/")[2], ink_of)
            except (ValueError, IndexError) as error:
                raise ValueError(f"{name}: {error}") from error


def _parse_segments(
    text: str, source: str, ink_of: Callable[[str], InkFile | None]
) -> Iterator[Character]:
    """Yield the characters of a file's segments, whose ink is in the file included before them."""
    ink = InkFile("", [])
    for line in text.splitlines():
        if line.startswith(".INCLUDE"):
            ink = ink_of(line.split()[1]) or ink  # descriptions are included too
        elif found := SEGMENT.match(line):
            sign = re.sub(r"\\(.)", r"\1", found[2]).strip()
            strokes = [_upright(points, source) for points in segment_strokes(ink, found[1])]
            yield Character(sign, source, f"{source} {ink.writer}", strokes)


def parse_ink(text: str) -> InkFile:
    """Return the components of a file of ink that hold points: others are not counted."""
    components = []
    for state, lines in COMPONENT.findall(text):
        rows = [line.split()[:2] for line in lines.splitlines() if line.strip()]
        if rows:
            points = np.array(rows, np.float64).reshape(len(rows), 2)
            components.append((points, state == "DOWN"))
    writer = WRITER.search(text)
    return InkFile(writer[1] if writer else "", components)


def segment_strokes(ink: InkFile, delineation: str) -> list[NDArray[np.float64]]:
    """Return the points of a segment, pen down, by component.

    A delineation lists components and ranges of them: ``3``, ``3-5``, ``3:0-5:12`` from point 0 of
    component 3 to point 12 of component 5, ``3:2-9`` within one component; both ends belong to it.
    """
    chosen = []
    for part in delineation.split(","):
        first, _, last = part.partition("-")
        start, start_point = _place(first)
        if not last:
            end, end_point = start, start_point
        elif ":" in first and ":" not in last:
            end, end_point = start, int(last)
        else:
            end, end_point = _place(last)
        if end >= len(ink.components):
            raise ValueError(f"{delineation} of {len(ink.components)} components")
        for number in range(start, end + 1):
            points, is_down = ink.components[number]
            from_point = start_point or 0 if number == start else 0
            to_point = len(points) if number != end or end_point is None else end_point + 1
            if is_down and from_point < to_point:
                chosen.append(points[from_point:to_point])
    return [points for points in chosen if len(points)]


def _place(text: str) -> tuple[int, int | None]:
    component, _, point = text.partition(":")
    return int(component), int(point) if point else None


def _is_unreadable(character: Character) -> bool:
    """Return whether it is one of ``UNREADABLE``."""
    if character.source != "aga" or character.sign not in DIGITS:
        return False
    points = b"".join(stroke.tobytes() for stroke in character.strokes)
    return hashlib.sha256(points).hexdigest()[:16] in UNREADABLE


def _upright(points: NDArray[np.float64], source: str) -> Stroke:
    """Return points with y down, the same unit along both axes."""
    across, up = POINTS_PER_INCH.get(source, (1.0, 1.0))
    return points * [1, -across / up]
