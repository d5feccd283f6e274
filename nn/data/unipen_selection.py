"""Which of UNIPEN's characters are learnt and measured: whole digits, and what is unlike digits."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nn.data.digits import DataError
from nn.data.unipen import SOURCES, Character

# Characters that cannot be told from a digit, or only half the time: no examples of "no digit".
LOOK_ALIKES = frozenset("OoliI|/\\,.'`()SZbgqszBDG")
FLATTEST, SLIMMEST = 2.0, 0.2  # width over height of a digit: outside, strokes are missing or added
STRAIGHT = 0.1  # spread of points across a straight line, over that along it


def whole_digits(characters: Sequence[Character]) -> list[Character]:
    """Return the digits without those whose segments are faulty or repeat another's ink."""
    digits = {
        (each.label, b"".join(stroke.tobytes() for stroke in each.strokes)): each
        for each in characters
        if each.is_digit and not _is_faulty(each)
    }
    return list(digits.values())


def unlike_digits(characters: Sequence[Character]) -> list[Character]:
    """Return the letters and symbols that do not look like a digit."""
    return [
        each
        for each in characters
        if not each.is_digit
        and each.label not in LOOK_ALIKES
        and each.strokes
        and not _is_upright_line(each)
        and (each.source, each.label) != ("kai", "@")  # kai's are strokes of other letters
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
        [each for each in characters if each.source not in held_back],
        [each for each in characters if each.source in held_back],
    )


def at_most(
    most: int,
    characters: Sequence[Character],
    key: Callable[[Character], object],
    rng: np.random.Generator,
) -> list[Character]:
    """Return the characters, of those with the same key a random choice of at most ``most``."""
    groups = defaultdict(list)
    for number, character in enumerate(characters):
        groups[key(character)].append(number)
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

    Bars, rows of zeros, and the first strokes of ibm's fours are labelled as digits.
    """
    is_part = (digit.source, digit.label, len(digit.strokes)) == ("ibm", "4", 1)
    is_slim = _aspect(digit) <= SLIMMEST and digit.label != "1"
    return _aspect(digit) >= FLATTEST or is_slim or is_part


def _is_upright_line(character: Character) -> bool:
    """Return whether it is a point or one straight line that is not flat, as a 1 is."""
    points = np.concatenate(character.strokes)
    if len(points) == 1:
        return True
    along, across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(across <= STRAIGHT * along and _aspect(character) < FLATTEST)


def _aspect(character: Character) -> float:
    """Return the width over the height; 0 for a single point or none."""
    if not character.strokes:
        return 0.0
    width, height = np.ptp(np.concatenate(character.strokes), axis=0).tolist()
    return float(width / max(height, 1e-9))
