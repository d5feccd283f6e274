"""Strips for the network of lines, and the signs in its frames."""

import numpy as np
import pytest

from nn.reading.lines.strip import (
    BLANK,
    COMMA,
    MAX_STRIP_PX,
    MINUS,
    N_CLASSES,
    OTHER,
    POINT,
    find_signs,
    most_missed,
    n_frames,
    to_strip,
    to_strip_inputs,
)


def line(height: int = 24, width: int = 60) -> np.ndarray:
    grey = np.full((height, width), 200, np.uint8)
    grey[4:-4, 10:14] = 40
    return grey


def test_a_strip_has_48_rows_paper_at_64_and_ink_at_191() -> None:
    strip = to_strip(line())
    assert strip.shape == (48, 120)
    assert strip[2, 60] == 64
    assert strip[24, 24] == pytest.approx(191, abs=12)  # of cubic interpolation


def test_exposure_and_contrast_make_no_difference() -> None:
    weaker = (line() * 0.4 + 30).astype(np.uint8)
    assert np.abs(to_strip(weaker).astype(int) - to_strip(line())).max() <= 3


def test_noise_on_blank_paper_is_not_raised_to_ink() -> None:
    grey = np.full((24, 60), 200, np.uint8)
    grey[::3, ::2] -= 2
    assert to_strip(grey).max() < 110


def test_strips_are_never_too_narrow_or_too_wide() -> None:
    assert to_strip(line(48, 40)[:, 8:12]).shape == (48, 16)
    assert to_strip(line(10, 2000)).shape == (48, MAX_STRIP_PX)


def test_a_batch_has_the_width_of_the_widest_continued_by_its_last_columns() -> None:
    narrow, wide = np.full((48, 16), 64, np.uint8), np.full((48, 61), 191, np.uint8)
    narrow[:, -1] = 128
    inputs = to_strip_inputs([narrow, wide])
    assert inputs.shape == (2, 48, 80, 1)
    assert inputs.dtype == np.float32
    assert inputs[0, 0, :24, 0] == pytest.approx([*[0.0] * 23, 0.5], abs=0.01)
    assert inputs[0, 0, 24:, 0] == pytest.approx(0.5, abs=0.01)
    assert inputs[1] == pytest.approx(1, abs=0.01)
    assert n_frames(61) == 80 // 4 - 2


def frames(*classes: int, surely: float = 1.0) -> np.ndarray:
    rest = (1 - surely) / (N_CLASSES - 1)
    found = np.full((len(classes), N_CLASSES), rest)
    found[np.arange(len(classes)), classes] = surely
    return found


@pytest.mark.parametrize(
    ("classes", "labels"),
    [
        ((BLANK, 3, 3, BLANK, 3, 7, MINUS, BLANK), [3, 3, 7, MINUS]),
        ((BLANK, BLANK, BLANK), []),
        ((5, 5), [5]),
    ],
)
def test_blanks_and_repeated_classes_make_signs(
    classes: tuple[int, ...], labels: list[int]
) -> None:
    assert [sign.label for sign in find_signs(frames(*classes))] == labels


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


def test_another_sign_needs_to_be_much_likelier_than_a_digit() -> None:
    frames = np.zeros((3, N_CLASSES), np.float32)
    frames[[0, 2], BLANK] = 1
    frames[1, [7, OTHER]] = 0.05, 0.95
    (seven,) = find_signs(frames)
    assert seven.label == 7
    assert seven.probabilities[[7, OTHER]] == pytest.approx(np.array([0.05, 0.019]) / 0.069)
    frames[1, [7, OTHER]] = 0.01, 0.99
    assert [sign.label for sign in find_signs(frames)] == [OTHER]


@pytest.mark.parametrize(
    ("frame", "label", "missed"),
    [(2, 1, 0), (2, 2, 0), (2, 7, 0.3), (0, 1, 0), (0, 2, 0.3), (5, 2, 0), (5, 1, 0.3)],
)
def test_missed_is_a_class_of_no_sign_on_either_side(frame: int, label: int, missed: float) -> None:
    found = frames(BLANK, 1, BLANK, BLANK, 2, BLANK)
    signs = find_signs(found)
    found[frame, [label, BLANK]] = 0.3, 0.7
    assert most_missed(found, signs) == pytest.approx(missed)


def test_all_classes_together_are_missed() -> None:
    found = frames(BLANK, 1, BLANK, BLANK, 2, BLANK)
    signs = find_signs(found)
    found[2, [7, POINT, OTHER, BLANK]] = 0.1, 0.1, 0.6, 0.2
    assert most_missed(found, signs) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("frame", "label", "missed"),
    [(5, POINT, 0), (5, COMMA, 0), (5, MINUS, 0.3), (5, 7, 0.3), (2, POINT, 0.3), (0, COMMA, 0.3)],
)
def test_a_point_or_a_comma_is_missed_before_the_last_digit_alone(
    frame: int, label: int, missed: float
) -> None:
    found = frames(BLANK, 1, BLANK, BLANK, 2, BLANK)
    signs = find_signs(found)
    found[frame, [label, BLANK]] = 0.3, 0.7
    assert most_missed(found, signs) == pytest.approx(missed)
