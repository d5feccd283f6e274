"""Recorded handwriting: which characters are learnt, and which people's are held back.

Whose writing is learnt is never measured, and the other way round: what is measured is how a
network reads strangers.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn.data.digits import DIGITS, Character, DataError, Digits
from nn.data.pendigits import load_pendigits
from nn.data.unipen import SOURCES, load_unipen

# Characters that cannot be told from a digit, or only half the time: no examples of "no digit".
LOOK_ALIKES = frozenset("OoliI|/\\,.'`()SZbgqszBDG")
NO_PICTURES = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
# Width over height of a digit: outside of these, strokes are missing or added.
MIN_ASPECT, MAX_ASPECT = 0.2, 2.0
MAX_SPREAD_OF_LINE = 0.1  # spread of points across a straight line, over that along it


@dataclass(frozen=True)
class Handwriting:
    """Digits of pendigits, characters of UNIPEN, and pictures of Omniglot where they are learnt."""

    pen_digits: Sequence[Character]
    characters: Sequence[Character]
    foreign: Digits = NO_PICTURES

    def sample(self, share: float, rng: np.random.Generator) -> "Handwriting":
        """Return a random share, 0 to 1, of each, in the same order."""

        def some(items: Sized) -> NDArray[np.intp]:
            return np.sort(rng.choice(len(items), round(share * len(items)), replace=False))

        return Handwriting(
            [self.pen_digits[number] for number in some(self.pen_digits)],
            [self.characters[number] for number in some(self.characters)],
            self.foreign.take(some(self.foreign)),
        )


def load_handwriting(
    folder: Path | None, n_writers: int, sources: Sequence[str]
) -> tuple[Handwriting, Handwriting]:
    """Return the handwriting to learn, and that of the writers and sources held back.

    Raise DataError if a data set cannot be loaded, or has no such writers or sources.
    """
    pen_digits, last = split_by_writer(load_pendigits(folder), n_writers)
    characters, others = split_by_source(load_unipen(folder), sources)
    return Handwriting(pen_digits, characters), Handwriting(last, others)


def split_by_writer(
    digits: Sequence[Character], n_held_back: int
) -> tuple[list[Character], list[Character]]:
    """Return the digits to train on, and the digits of the last ``n_held_back`` writers.

    Raise DataError if no writer would be left to train on.
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


def split_by_source(
    characters: Sequence[Character], held_back: Sequence[str]
) -> tuple[list[Character], list[Character]]:
    """Return the characters to train on, and the characters of the sources held back.

    These are of other institutions, with other pens and tablets. Raise DataError if a source is
    none of ``SOURCES``.
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


def whole_digits(characters: Sequence[Character]) -> list[Character]:
    """Return the digits without those whose segments are faulty or repeat another's ink."""
    digits = {
        (character.sign, b"".join(stroke.tobytes() for stroke in character.strokes)): character
        for character in characters
        if character.sign in DIGITS and not _is_faulty(character)
    }
    return list(digits.values())


def unlike_digits(characters: Sequence[Character]) -> list[Character]:
    """Return the letters and symbols that do not look like a digit."""
    return [
        character
        for character in characters
        if character.sign not in DIGITS
        and character.sign not in LOOK_ALIKES
        and character.strokes
        and not _is_upright_line(character)
        # kai's @ are strokes of other letters.
        and (character.source, character.sign) != ("kai", "@")
    ]


def at_most_of_writer(
    most: int, characters: Sequence[Character], rng: np.random.Generator
) -> list[Character]:
    """Return the characters, a random choice of at most ``most`` of each writer, in order."""
    groups = defaultdict(list)
    for number, character in enumerate(characters):
        groups[character.writer].append(number)
    chosen = [
        group if len(group) <= most else rng.choice(group, most, replace=False).tolist()
        for group in groups.values()
    ]
    return [characters[number] for number in sorted(number for group in chosen for number in group)]


def equally(
    n: int, characters: Sequence[Character], rng: np.random.Generator
) -> Iterator[Character]:
    """Yield n characters of each sign, in random order, none twice before each was once."""
    groups = defaultdict(list)
    for character in characters:
        groups[character.sign].append(character)
    for sign in sorted(groups):
        order = rng.permutation(len(groups[sign]))
        for number in np.resize(order, n).tolist():
            yield groups[sign][number]


def _is_faulty(digit: Character) -> bool:
    """Return whether a digit's segment lacks strokes or holds strokes of other characters.

    Bars, rows of zeros, the slashes of ibm's zeros without their rings, the first strokes of its
    fours, and a point are labelled as digits.
    """
    is_part = (digit.source, digit.sign, len(digit.strokes)) == ("ibm", "4", 1)
    is_slim = _aspect(digit) <= MIN_ASPECT and digit.sign != "1"
    is_point = not any(np.ptp(stroke, axis=0).any() for stroke in digit.strokes)
    if _aspect(digit) >= MAX_ASPECT or is_slim or is_part or is_point:
        return True
    return digit.sign == "0" and _is_straight(digit)


def _is_upright_line(character: Character) -> bool:
    """Return whether it is a point or one straight line that is not flat, as a 1 is."""
    return _is_straight(character) and _aspect(character) < MAX_ASPECT


def _is_straight(character: Character) -> bool:
    """Return whether it is a point or one straight line."""
    points = np.concatenate(character.strokes)
    if len(points) == 1:
        return True
    along, across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(across <= MAX_SPREAD_OF_LINE * along)


def _aspect(character: Character) -> float:
    """Return the width over the height; 0 for a single point or none."""
    if not character.strokes:
        return 0.0
    width, height = np.ptp(np.concatenate(character.strokes), axis=0).tolist()
    return float(width / max(height, 1e-9))
