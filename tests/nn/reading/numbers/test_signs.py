import numpy as np
import pytest

from nn.reading.numbers.signs import find_signs
from nn.reading.numbers.strip import BLANK, MINUS, N_CLASSES


def frames(*classes: int, surely: float = 1.0) -> np.ndarray:
    rest = (1 - surely) / (N_CLASSES - 1)
    found = np.full((len(classes), N_CLASSES), rest)
    found[np.arange(len(classes)), classes] = surely
    return found


def test_blanks_and_repeated_classes_are_one_sign_each() -> None:
    signs = find_signs(frames(BLANK, 3, 3, BLANK, 3, 7, MINUS, BLANK))
    assert [sign.label for sign in signs] == [3, 3, 7, MINUS]


@pytest.mark.parametrize("classes", [(BLANK,), (BLANK, BLANK, BLANK)])
def test_a_line_of_blanks_has_no_sign(classes: tuple[int, ...]) -> None:
    assert find_signs(frames(*classes)) == []


def test_a_sign_alone_may_fill_all_frames() -> None:
    assert [sign.label for sign in find_signs(frames(5, 5))] == [5]


def test_a_sign_stands_in_the_middle_of_its_frames() -> None:
    (sign,) = find_signs(frames(BLANK, BLANK, 4, 4, 4, BLANK))
    assert sign.middle_px == 4 * 3 - 3


def test_the_probabilities_are_those_of_all_ways_to_exactly_one_sign() -> None:
    """In two frames, each 0.6 for a 1 and 0.4 for the blank: 1 1, 1 -, - 1, and no sign: - -."""
    two = np.zeros((2, N_CLASSES))
    two[:, 1], two[:, BLANK] = 0.6, 0.4
    (sign,) = find_signs(two)
    assert sign.probabilities[1] == pytest.approx(0.36 + 2 * 0.24)
    assert sign.probabilities[BLANK] == pytest.approx(0.16)
    assert sign.probabilities.sum() == pytest.approx(1)


def test_what_a_neighbour_is_makes_no_difference_to_a_sign() -> None:
    unsure = frames(BLANK, 1, BLANK, surely=0.7)
    alone = find_signs(unsure)[0].probabilities
    beside = find_signs(np.concatenate([unsure, frames(BLANK, 8, BLANK, surely=0.9)]))
    assert len(beside) == 2
    assert beside[0].probabilities == pytest.approx(alone, abs=0.1)
    assert beside[0].probabilities[1] < beside[1].probabilities[8]
