from importlib import import_module

import numpy as np
import pytest
from PIL import Image

from nn.evaluation import ablation
from nn.evaluation.ablation import INK_RULES, NUMBER_RULES, Rule, Sample, ablate, changes

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


def test_answers_lost_gained_and_otherwise_different_are_counted() -> None:
    samples = {
        "digits": [Sample(BLANK, "1", answer="1"), Sample(BLANK, "2", answer="1")],
        "numbers": [Sample(BLANK, ("12",), answer=("1",)), Sample(BLANK, ("3",), answer=("3",))],
    }
    assert changes(samples, ["7", "2", ("2",), ("3",)]) == ["-1 +1", "~1"]


def test_the_table_has_a_row_for_each_rule_and_finds_what_a_rule_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ablation, "NUMBER_RULES", [Rule("numbers.lattice", "LOWEST", 2.0)])
    monkeypatch.setattr(ablation, "INK_RULES", [Rule("ink.threshold", "MIN_CONTRAST", 300)])
    samples = {"drawn": [Sample(one(20), ("1",))], "digits": [Sample(one(30), "1")]}
    rows = "\n".join(ablate(samples, classify, "")).splitlines()
    assert rows[2].startswith("| all rules | 1 of 1 | 1 of 1 |")
    assert rows[3].startswith("| `threshold.MIN_CONTRAST` | -1 | -1 |")
    assert rows[4].startswith("| `lattice.LOWEST` | -1 |  |")
