"""Ablation of the rules of nn.reading: ``python -m nn.evaluation.ablation``.

Each rule, a constant or a function, is replaced by a neutral value, the others staying as they are,
and the benchmark's pictures are read again. The table says for each set how many answers are lost
and gained against all rules, and become certain and wrong, and the processor time of the stage. The
weights are the shipped ones, even where they are trained on the digits that are read: rules are
compared, not networks.
"""

import argparse
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.sparse import csr_matrix

from nn.evaluation.samples import Answer, FoundInk, Sample, Samples, ink_of, make_samples, read
from nn.evaluation.tables import markdown
from nn.models import weights
from nn.reading.mnist_format import Pixels, to_inputs
from nn.reading.numbers.types import Activations, Classify

NEVER = math.inf


@dataclass(frozen=True)
class Rule:
    """A constant or function of a module of ``nn.reading``, and what switches it off."""

    module: str
    attribute: str
    neutral: Any

    @property
    def name(self) -> str:
        """The module and the attribute."""
        return f"{self.module.rpartition('.')[2]}.{self.attribute}"

    def off(self) -> Any:
        """Return a context in which the rule is switched off."""
        module = import_module(f"nn.reading.{self.module}")
        return patch.object(module, self.attribute, self.neutral)


def rules_of(module: str, **neutral: Any) -> list[Rule]:
    """Return rules of a module by attribute and neutral value."""
    return [Rule(module, attribute, value) for attribute, value in neutral.items()]


def none_of(items: Any, *_: Any) -> Any:
    """Return False for each of the components or boxes."""
    return np.zeros(len(getattr(items, "areas", items)), bool)


def no_pixel(image: Any, *_: Any) -> Any:
    """Return False for each pixel of an image."""
    return np.zeros(image.shape, bool)


INK_RULES = [
    *rules_of("ink.grey", WORKING_PX=2000),
    *rules_of("ink.threshold", MIN_CONTRAST=1, BACKGROUND_LEVEL=0, FULL_INK_LEVEL=1, MOST_INK=1),
    *rules_of("ink.threshold", CORNER=1),
    *rules_of("ink.extract", LEAST_PHOTOGRAPH_PX=0, LEAST_SIDE_PX=0, NOISY=NEVER),
    *rules_of("ink.extract", FRAME=1 / 1000, EVEN_LEVELS=255, FRAME_INK=1, MOST_INK=1),
    *rules_of("ink.extract", BROAD=1, FLAT_SHARE=2, _is_ruled=lambda _: False),
    *rules_of("ink.photo", find_ruled_lines=no_pixel, find_border_blobs=no_pixel),
    *rules_of("ink.photo", WINDOW=1, GRAIN=0, LEAST_GRAIN_PX=0.1, BRIDGE=0, STEP=0),
    *rules_of("ink.photo", LIGHT_INK=NEVER, LEAST_CONTRAST=0, NOISE=0),
    *rules_of("ink.pen", STEADY=NEVER, STEADIEST=0, LEAST_SHARE=0, DARK=0, DARKEST_PAPER=1),
    *rules_of("ink.ruled_lines", SEARCHED_PX=10_000, TILT_DEGREES=0.1, ANGLE_STEP=5, COVERED=0.5),
    *rules_of("ink.ruled_lines", COVERED_IN_MIDDLE=0, MIDDLE=0, LEAST_OF_SEGMENT=0),
    *rules_of("ink.ruled_lines", LEAST_IN_MIDDLE=0, PAPER_BESIDE=NEVER, DARKER=NEVER, THIN=0),
    *rules_of("ink.ruled_lines", LEAST_SHEET=1, LEAST_INSIDE=0, SHEET=0),
    *rules_of(
        "ink.selection",
        PALEST=0,
        PALEST_IN_SHADOW=0,
        TRAIL=NEVER,
        SLIMMEST=0,
        SLIM=NEVER,
        ONE_LINE=NEVER,
    ),
    *rules_of("ink.selection", SPARSE=0, LONG=NEVER, BLOB=2, MOSTLY=NEVER, NEAR_RULED_PX=0),
    *rules_of("ink.selection", NEAR=NEVER, FAINT=0, FULL=1),
    *rules_of("ink.selection", DOT=0, DOT_LEVEL=0, DOT_REACH=NEVER, MAX_DOTS=NEVER),
    *rules_of("ink.selection", IN_RIM=0, RIM=0.5, STROKE=1, _are_in_rim=none_of),
    *rules_of("ink.selection", are_lines=none_of, _are_outlines=none_of),
    *rules_of("ink.components", SPECK_SIDE=0, EDGE_PX=0, CENTRALITY_FALLOFF=0),
]
NUMBER_RULES = [
    *rules_of("numbers.components", are_frames=none_of, is_straight_line=lambda *_: False),
    *rules_of("numbers.components", SPECK_SIZE=0),
    *rules_of("ink.ruled_lines", LEVEL_LENGTH=2, UPRIGHT_LENGTH=1.3, SLENDERNESS=1, THICKNESS=1),
    *rules_of("ink.ruled_lines", LEAST_FRAMED=0, MOST_FRAMED=0),
    *rules_of("numbers.lines", SMALL=0, NEAR=NEVER, STACKED_HEIGHT=0, STACKED_OVERLAP=0),
    *rules_of("numbers.lines", SHARED_HEIGHT=0, FULLY_SHARED=1, WIDEST_GAP=NEVER),
    *rules_of("numbers.lattice", CUT_COST=0, HIGHEST_LIGATURE=0),
    *rules_of("numbers.costs", LEFT_OUT_COST=0, NO_DIGIT=0, WIDTH_COST=0),
    *rules_of("numbers.lattice", MOST_COMPONENTS=2, WIDEST=NEVER, LOWEST=0, WIDEST_GAP=NEVER),
    *rules_of("numbers.lattice", LARGEST_LEFT_OUT=0, SURE_COST=-1, MOST_CROSSING=NEVER),
    *rules_of("numbers.cuts", ROWS=1000, DIAGONAL=1, BEND=0, LEVELS=(0.5,), SLOPES=(0.0,)),
    *rules_of("numbers.cuts", REACH=0, MIN_DISTANCE=0, MOST_CROSSED=NEVER, NARROWEST=0),
    *rules_of("numbers.places", OVERLAP=1, THIN=NEVER, ONE_LINE=NEVER),
    *rules_of("numbers.marks", LEAST_PEN=0, BELOW=NEVER),
    *rules_of("numbers.signs", BEYOND=NEVER, SLASH_DEGREES=90, INDEX=0, DASH=NEVER),
    *rules_of("numbers.sorting", REACH=0, FEW=0, SHARED=1, without_underlines=lambda each, _: each),
    *rules_of("numbers.touching_marks", HANGING=NEVER, JUMP=NEVER),
    *rules_of("numbers.spacing", NEAR=0, LOWER=NEVER),
    *rules_of("numbers.joined", ENOUGH=NEVER),
    *rules_of("numbers.working_size", WORKING_PX=1000),
]


def without_ink_rule(
    samples: Samples, rule: Rule, classify: Classify
) -> tuple[list[Answer], float]:
    """Return all answers without a rule, and the time of finding ink."""
    answers, seconds = [], 0.0
    for sample in _all(samples):
        start = process_time()
        with rule.off():
            found = ink_of(sample)
        seconds += process_time() - start
        is_same = _is_same(found, sample)
        answers.append(sample.answer if is_same else read(found, sample.is_number, classify))
    return answers, seconds


def without_number_rule(
    samples: Samples, rule: Rule, classify: Classify
) -> tuple[list[Answer], float]:
    """Return all answers without a rule, and the time of reading ink."""
    answers, seconds = [], 0.0
    for sample in _all(samples):
        if not sample.is_number or sample.ink is None:
            answers.append(sample.answer)
            continue
        found = FoundInk(sample.ink.toarray(), sample.is_ink_left_out)
        start = process_time()
        with rule.off():
            answers.append(read(found, True, classify))
        seconds += process_time() - start
    return answers, seconds


def _all(samples: Samples) -> Iterable[Sample]:
    return (sample for group in samples.values() for sample in group)


def _is_same(found: FoundInk | None, sample: Sample) -> bool:
    """Return whether ink is the same as a sample's."""
    if found is None or sample.ink is None:
        return found is sample.ink
    return (
        found.is_ink_left_out == sample.is_ink_left_out
        and found.ink.shape == sample.ink.shape
        and np.array_equal(found.ink, sample.ink.toarray())
    )


def read_all(samples: Samples, classify: Classify) -> tuple[float, float]:
    """Read the samples with all rules; return the time of finding ink and of reading numbers."""
    ink_seconds = number_seconds = 0.0
    for sample in _all(samples):
        start = process_time()
        found = ink_of(sample)
        ink_seconds += process_time() - start
        if found:
            sample.ink, sample.is_ink_left_out = csr_matrix(found.ink), found.is_ink_left_out
        start = process_time()
        sample.answer = read(found, sample.is_number, classify)
        number_seconds += (process_time() - start) if sample.is_number else 0.0
    return ink_seconds, number_seconds


def changes(samples: Samples, answers: Sequence[Answer]) -> list[str]:
    """Return for each set how many answers are lost, gained, and otherwise different.

    ``!`` is followed by the number of those that are certain and wrong, and were not before.
    """
    texts, left = [], iter(answers)
    for group in samples.values():
        pairs = [(sample, next(left)) for sample in group]
        before = [(sample.truth, sample.answer.text, answer.text) for sample, answer in pairs]
        lost = sum(text == truth != new for truth, text, new in before)
        gained = sum(text != truth == new for truth, text, new in before)
        other = sum(text != new for _, text, new in before) - lost - gained
        wrong = sum(
            sample.is_wrong(answer) and not sample.is_wrong(sample.answer)
            for sample, answer in pairs
        )
        found = [
            (f"-{lost}", lost),
            (f"+{gained}", gained),
            (f"~{other}", other),
            (f"!{wrong}", wrong),
        ]
        texts.append(" ".join(text for text, n in found if n))
    return texts


def ablate(samples: Samples, classify: Classify, names: str) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it is measured.

    Parameters
    ----------
    samples
        The pictures by set.
    classify
        The network.
    names
        A text: only rules whose names contain it are switched off.
    """
    ink_seconds, number_seconds = read_all(samples, classify)
    shares = [_share(group) for group in samples.values()]
    times = f"ink {ink_seconds:.1f} s, numbers {number_seconds:.1f} s"
    all_rules = [("all rules", [*shares, times])]
    yield markdown("without the rule", [*samples, "time of the stage"], all_rules)
    stages: list[tuple[Sequence[Rule], Callable[..., tuple[list[Answer], float]], float]] = [
        (INK_RULES, without_ink_rule, ink_seconds),
        (NUMBER_RULES, without_number_rule, number_seconds),
    ]
    for rules, answers_without, seconds in stages:
        for rule in [rule for rule in rules if names in f"{rule.module}.{rule.attribute}"]:
            answers, seconds_without = answers_without(samples, rule, classify)
            time = f"{100 * (seconds_without / seconds - 1):+.0f} %"
            yield f"| `{rule.name}` | {' | '.join([*changes(samples, answers), time])} |"


def _share(group: Sequence[Sample]) -> str:
    """Return how many answers are right, and how many certain and wrong."""
    n_right = sum(sample.answer.text == sample.truth for sample in group)
    n_wrong = sum(sample.is_wrong(sample.answer) for sample in group)
    return f"{n_right:,} of {len(group):,}, !{n_wrong}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m nn.evaluation.ablation", description=__doc__)
    parser.add_argument("--data", type=Path, help="the data folder (else INKLING_DATA)")
    parser.add_argument("--model", type=Path, default=Path("models/convnet.npz"), help="weights")
    parser.add_argument("--every", type=int, default=3, help="read one picture in so many")
    parser.add_argument("--rules", default="", metavar="TEXT", help="only rules with this in them")
    options = parser.parse_args(arguments)
    network = weights.load(options.model).network

    def classify(images: Pixels) -> Activations:
        return network.activations(to_inputs(images))

    for line in ablate(make_samples(options.data, options.every), classify, options.rules):
        print(line, flush=True)


if __name__ == "__main__":
    main()
