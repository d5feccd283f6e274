"""The people whose writing a training may hold back, so that it can be measured on strangers.

They are pendigits' last writers and sources of UNIPEN. A network's metadata say who was held back.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

from nn.data.digits import Character, DataError, Stroke
from nn.data.handwriting import split_by_writer
from nn.data.pendigits import load_pendigits
from nn.data.synthetic.drawing import PAD_PEN_WIDTH, draw_strokes
from nn.evaluation.sets import Labelled

MIN_DIGITS = 20  # of a writer of UNIPEN whose digits make numbers
LEARNT = "(learnt)"  # in tables, instead of figures of a model that was trained on the set

Metadata = Mapping[str, Any]


@dataclass(frozen=True)
class HeldBack:
    """Whose writing is measured: pendigits' last ``n_writers`` writers, and sources of UNIPEN."""

    n_writers: int
    sources: tuple[str, ...]

    def has_learnt_writers(self, metadata: Metadata) -> bool:
        """Return whether a model was trained on any of the writers.

        Metadata without ``writers_held_back`` are of models that did not learn from pendigits.
        """
        held_back = metadata.get("data", {}).get("writers_held_back")
        return held_back is not None and held_back < self.n_writers

    def has_learnt_sources(self, metadata: Metadata) -> bool:
        """Return whether a model was trained on any of the sources.

        Metadata without ``sources_held_back`` are of models that did not learn from UNIPEN.
        """
        held_back = metadata.get("data", {}).get("sources_held_back")
        return held_back is not None and not set(self.sources) <= set(held_back)


def has_learnt_none(metadata: Metadata) -> bool:
    """Return False, for a set that no network is trained on."""
    return False


def draw_last_writers(n_writers: int, folder: Path | None = None) -> list[Labelled]:
    """Return the digits of pendigits' last writers.

    Raise DataError if pendigits cannot be loaded, or has too few writers.
    """
    if n_writers < 1:
        raise DataError(f"the pen's writers: expected 1 or more, but got {n_writers}")
    _, last = split_by_writer(load_pendigits(folder), n_writers)
    return draw([digit.strokes for digit in last], [digit.sign for digit in last])


def draw(
    drawings: Sequence[Sequence[Stroke]], labels: Iterable[str] = repeat("")
) -> list[Labelled]:
    """Return drawings as the page's pad draws them, and their labels if they are digits."""
    pairs = zip(drawings, labels, strict=False)
    return [Labelled(draw_strokes(strokes, PAD_PEN_WIDTH), label) for strokes, label in pairs]


def by_frequent_writers(digits: Sequence[Character]) -> list[Character]:
    """Return the digits of writers of ``MIN_DIGITS`` or more."""
    n_digits = Counter(digit.writer for digit in digits)
    return [digit for digit in digits if n_digits[digit.writer] >= MIN_DIGITS]
