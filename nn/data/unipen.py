"""Pen strokes of digits, letters and symbols by hundreds of writers: UNIPEN's training set.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data
exchange and recognizer benchmarks", 1994; train_r01_v07, 1999, CC BY 4.0, doi
10.5281/zenodo.1195803. More than ten institutions collected it. A file of ``data/`` lists segments:
a label, and the components and points of the ink, in a file of ``include/``, that it consists of.
"""

import re
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DataError, Stroke, refused_if_damaged
from nn.data.published import data_folder, download, find_file

DATASET = "UNIPEN"
ARCHIVES = ("train_r01_v07-training-sources.tar.xz", "unipen-CDROM-train_r01_v07.tgz")
DOI = "10.5281/zenodo.1195803"  # which holds the second of them
DIGITS = frozenset("0123456789")
CATEGORIES = ("1a", "1b", "1c", "1d")  # digits, capitals, small letters, symbols
SOURCES = (
    *("aga", "apa", "apb", "art", "cea", "ceb", "ibm", "imp"),
    *("kai", "lav", "lou", "mot", "pri", "sie", "syn", "val"),
)
N_CHARACTERS = 84_238  # of these sources in these categories
POINTS_PER_INCH = {"aga": (856.7, 979.3)}  # in x and y, where they differ

# Characters that cannot be told from a digit, or only half the time: no examples of "no digit".
LOOK_ALIKES = frozenset("OoliI|/\\,.'`()SZbgqszBDG")
MAX_ASPECT, MIN_ASPECT = (
    2.0,
    0.2,
)  # width over height of a digit: outside, strokes are missing or added
MAX_SPREAD_OF_LINE = 0.1  # spread of points across a straight line, over that along it

SEGMENT = re.compile(r'^\.SEGMENT +CHARACTER +(\S+) +\S+ +"(.*)" *$')
COMPONENT = re.compile(r"^\.PEN_(DOWN|UP)\b[^\n]*\n([^.]*)", re.MULTILINE)
WRITER = re.compile(r"^\.WRITER_ID\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Character:
    """One character as it was written.

    Attributes
    ----------
    label
        A digit, letter or symbol.
    source, writer
        The name of who collected it, and the writer's identifier there.
    strokes
        In the order of writing, each float64 (P, 2), P >= 1: x to the right and y down, in any
        unit.
    """

    label: str
    source: str
    writer: str
    strokes: list[Stroke]

    @property
    def is_digit(self) -> bool:
        """Whether it is labelled as a digit."""
        return self.label in DIGITS


@dataclass(frozen=True)
class InkFile:
    """The components of a file of ink: points (P, 2) each, and whether the pen was down."""

    writer: str
    components: list[tuple[NDArray[np.float64], bool]]


def load_unipen(folder: Path | None = None) -> list[Character]:
    """Return the characters of UNIPEN that training uses, in the order of their files' names.

    The folder, as of ``read_published``, holds one of ``ARCHIVES``. Raise DataError if the
    archive is missing, cannot be downloaded or read, or holds other characters.
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
    return characters


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
            label = re.sub(r"\\(.)", r"\1", found[2]).strip()
            strokes = [_upright(points, source) for points in segment_strokes(ink, found[1])]
            yield Character(label, source, ink.writer, strokes)


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


def _upright(points: NDArray[np.float64], source: str) -> Stroke:
    """Return points with y down, the same unit along both axes."""
    across, up = POINTS_PER_INCH.get(source, (1.0, 1.0))
    return points * [1, -across / up]


def whole_digits(characters: Sequence[Character]) -> list[Character]:
    """Return the digits without those whose segments are faulty or repeat another's ink."""
    digits = {
        (character.label, b"".join(stroke.tobytes() for stroke in character.strokes)): character
        for character in characters
        if character.is_digit and not _is_faulty(character)
    }
    return list(digits.values())


def unlike_digits(characters: Sequence[Character]) -> list[Character]:
    """Return the letters and symbols that do not look like a digit."""
    return [
        character
        for character in characters
        if not character.is_digit
        and character.label not in LOOK_ALIKES
        and character.strokes
        and not _is_upright_line(character)
        # kai's @ are strokes of other letters.
        and (character.source, character.label) != ("kai", "@")
    ]


def split_by_source(
    characters: Sequence[Character], held_back: Sequence[str]
) -> tuple[list[Character], list[Character]]:
    """Return the characters to train on, and the characters of the sources held back.

    Sources are never on both sides: what is measured is how a network reads people of other
    institutions, with other pens and tablets. Raise DataError if a source is none of ``SOURCES``.
    """
    if unknown := set(held_back) - set(SOURCES):
        raise DataError(
            f"expected sources of UNIPEN to hold back, some of {' '.join(SOURCES)}, "
            f"but got {', '.join(sorted(unknown))}"
        )
    return (
        [character for character in characters if character.source not in held_back],
        [character for character in characters if character.source in held_back],
    )


def at_most_of_writer(
    most: int, characters: Sequence[Character], rng: np.random.Generator
) -> list[Character]:
    """Return the characters, a random choice of at most ``most`` of each writer, in order."""
    groups = defaultdict(list)
    for number, character in enumerate(characters):
        groups[character.source, character.writer].append(number)
    chosen = [
        group if len(group) <= most else rng.choice(group, most, replace=False).tolist()
        for group in groups.values()
    ]
    return [characters[number] for number in sorted(number for group in chosen for number in group)]


def equally(
    n: int, characters: Sequence[Character], rng: np.random.Generator
) -> Iterator[Character]:
    """Yield n characters of each label, in random order, none twice before each was once."""
    groups = defaultdict(list)
    for character in characters:
        groups[character.label].append(character)
    for label in sorted(groups):
        order = rng.permutation(len(groups[label]))
        for number in np.resize(order, n).tolist():
            yield groups[label][number]


def _is_faulty(digit: Character) -> bool:
    """Return whether a digit's segment lacks strokes or holds strokes of other characters.

    Bars, rows of zeros, the first strokes of ibm's fours, and a point are labelled as digits.
    """
    is_part = (digit.source, digit.label, len(digit.strokes)) == ("ibm", "4", 1)
    is_slim = _aspect(digit) <= MIN_ASPECT and digit.label != "1"
    is_point = not any(np.ptp(stroke, axis=0).any() for stroke in digit.strokes)
    return _aspect(digit) >= MAX_ASPECT or is_slim or is_part or is_point


def _is_upright_line(character: Character) -> bool:
    """Return whether it is a point or one straight line that is not flat, as a 1 is."""
    points = np.concatenate(character.strokes)
    if len(points) == 1:
        return True
    along, across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(across <= MAX_SPREAD_OF_LINE * along and _aspect(character) < MAX_ASPECT)


def _aspect(character: Character) -> float:
    """Return the width over the height; 0 for a single point or none."""
    if not character.strokes:
        return 0.0
    width, height = np.ptp(np.concatenate(character.strokes), axis=0).tolist()
    return float(width / max(height, 1e-9))
