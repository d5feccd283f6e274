from importlib import import_module

import numpy as np
import pytest
from PIL import Image

from nn.evaluation import ablation
from nn.evaluation.ablation import (
    INK_RULES,
    NUMBER_RULES,
    Rule,
    ablate,
    changes,
    read_all,
    without_ink_rule,
)
from nn.evaluation.samples import Answer, Sample
from nn.reading.left_out import LeftOut, Why

BLANK = Image.new("L", (20, 20), "white")


def one(x: int, width: int = 60) -> Image.Image:
    """A stroke 30 px high on paper."""
    picture = Image.new("L", (width, 60), "white")
    picture.paste(0, (x, 15, x + 5, 45))
    return picture


def classify(images: np.ndarray) -> np.ndarray:
    return np.tile(np.eye(10)[1], (len(images), 1))


@pytest.mark.parametrize("rule", [*INK_RULES, *NUMBER_RULES], ids=lambda rule: rule.name)
def test_a_rule_is_switched_off_and_on_again(rule: Rule) -> None:
    module = import_module(f"nn.reading.{rule.module}")
    before = getattr(module, rule.attribute)
    with rule.off():
        assert getattr(module, rule.attribute) is rule.neutral
    assert getattr(module, rule.attribute) is before


def test_answers_lost_gained_otherwise_different_and_certain_and_wrong_are_counted() -> None:
    samples = {
        "digits": [
            Sample(BLANK, "1", answer=Answer("1", True)),
            Sample(BLANK, "2", answer=Answer("1", True)),
        ],
        "numbers": [
            Sample(BLANK, ("12",), answer=Answer(("1",))),
            Sample(BLANK, ("3",), answer=Answer(("3",))),
            Sample(BLANK, ("4",), answer=Answer(("5",), True)),  # it was so before
        ],
    }
    after = [Answer("7"), Answer("2"), Answer(("2",), True), Answer(("3",)), Answer(("5",), True)]
    assert changes(samples, after) == ["-1 +1", "~1 !1"]


def test_ink_that_lacks_more_than_before_is_read_again() -> None:
    sample = Sample(one(20), ("1",))
    read_all({"drawn": [sample]}, classify)
    assert sample.answer == Answer(("1",), True)
    rule = Rule("ink.unread", "ink_cut_in_drawing", lambda _: [LeftOut((0, 0, 9, 9), Why.FAINT)])
    ((answer,), _) = without_ink_rule({"drawn": [sample]}, rule, classify)
    assert answer == Answer(("1",), False)


def test_the_table_has_a_row_for_each_rule_and_finds_what_a_rule_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ablation, "NUMBER_RULES", [Rule("numbers.lattice", "LOWEST", 2.0)])
    monkeypatch.setattr(ablation, "INK_RULES", [Rule("ink.threshold", "MIN_CONTRAST", 300)])
    samples = {"drawn": [Sample(one(20), ("1",))], "digits": [Sample(one(30), "1")]}
    rows = "\n".join(ablate(samples, classify, "")).splitlines()
    assert rows[2].startswith("| all rules | 1 of 1, !0 | 1 of 1, !0 |")
    assert rows[3].startswith("| `threshold.MIN_CONTRAST` | -1 | -1 |")
    assert rows[4].startswith("| `lattice.LOWEST` | -1 |  |")
