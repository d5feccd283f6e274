"""Pictures that are more than a plain number: what is right of each kind, and that seeds decide."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from nn.data.digits import Character
from nn.data.handwriting import Handwriting
from nn.data.synthetic.styles import write_digit
from nn.evaluation import attack as module
from nn.evaluation.attack import CONTROL, CONTROLS, FORMS, KINDS, Case, Hand, attack

OF_NO_NUMBER = {
    *("index", "power", "root", "bar over a digit", "prime", "letter before it"),
    *("semicolon", "colon", "slash", "tilde", "level line", "rising line", "zigzag"),
}
WITH_POINT = {"raised dot", "raised cents"}


def characters() -> Iterator[Character]:
    """Yield ten digits of a writer, and bars for all other signs."""
    rng = np.random.default_rng(1)
    for label in range(10):
        yield Character(str(label), "aga", "anna", write_digit(label, rng))
    for sign in "'()[]$;:~" + module.LETTERS:
        yield Character(sign, "aga", "anna", [np.array([[0.0, 0.0], [0.4, 1.0]])])


@pytest.fixture(autouse=True)
def one_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    people = Handwriting([], list(characters()))
    monkeypatch.setattr(module, "load_handwriting", lambda *_: (people, people))


def cases(seed: int, n: int = 1) -> list[Case]:
    return list(attack(seed, n, None))


def test_each_kind_is_drawn_and_photographed_so_often_and_plain_numbers_more_often() -> None:
    counts = Counter(case.kind for case in cases(1, 2))
    names = {f"{kind}, {form}" for kind in KINDS for form in FORMS}
    assert counts == {name: 2 * (CONTROLS if name.startswith(CONTROL) else 1) for name in names}


def test_of_some_kinds_a_number_is_right_of_some_a_number_with_a_point_and_of_some_nothing() -> (
    None
):
    for kind, _, text in cases(2):
        name = kind.rsplit(", ", 1)[0]
        assert (text == "") == (name in OF_NO_NUMBER)
        assert ("." in text) == (name in WITH_POINT)
        assert text == "" or text.replace(".", "").isdigit()


def test_the_seed_decides_what_is_drawn() -> None:
    first, again, other = cases(1), cases(1), cases(2)
    assert [case.text for case in first] == [case.text for case in again]
    same = [
        np.array_equal(np.asarray(a.picture), np.asarray(b.picture))
        for a, b in zip(first, again, strict=True)
    ]
    assert all(same)
    differ = [a.picture.size != b.picture.size for a, b in zip(first, other, strict=True)]
    assert np.mean(differ) > 0.9


def test_a_drawing_has_the_ink_of_the_writing_and_of_print_on_white_paper() -> None:
    for kind, picture, _ in cases(3):
        grey = np.asarray(picture)
        if kind.endswith("drawn"):
            assert grey.max() == 255 and grey.min() < 20
            assert (grey == 255).mean() > 0.5
        else:
            assert len(np.unique(grey)) > 20


def test_an_index_hangs_below_the_line_and_a_power_stands_above_it() -> None:
    for kind, middle in (("index", (0.0, 0.4)), ("power", (-1.2, -0.6))):
        hand = Hand(np.random.default_rng(1), {}, {})
        KINDS[kind].write(hand)
        last = hand.strokes[-1][:, 1]
        assert middle[0] - 0.2 < last.mean() < middle[1] + 0.2


@pytest.mark.parametrize("kind", ["level line", "rising line", "zigzag"])
def test_a_line_crosses_all_of_a_number(kind: str) -> None:
    hand = Hand(np.random.default_rng(1), {}, {})
    KINDS[kind].write(hand)
    *number, line = hand.strokes
    columns = np.concatenate(number)[:, 0]
    assert line[:, 0].min() < columns.min() and line[:, 0].max() > columns.max()
