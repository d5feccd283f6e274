from collections.abc import Sequence

import numpy as np
import pytest

from nn.data.digits import NO_DIGIT
from nn.data.pendigits import PenDigit
from nn.data.synthetic import touching
from nn.data.synthetic.touching import cut_into_pieces, draw_pieces, draw_touching, kind_of_piece

ANGLE = np.linspace(0, 2 * np.pi, 40)
ZERO = PenDigit(0, 1, [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])])
ONE = PenDigit(1, 1, [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])])
SEVEN = PenDigit(7, 1, [np.array([[0.0, 0.0], [50.0, 0.0], [20.0, 100.0]])])


def labels_of_pieces(digits: Sequence[PenDigit], n_drawings: int = 40) -> list[list[int]]:
    rng = np.random.default_rng(0)
    return [
        [label for _, label in cut_into_pieces(draw_touching(digits, rng), rng)]
        for _ in range(n_drawings)
    ]


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (1.0, 0.0, 0),
        (0.9, 0.0, 0),
        (0.0, 1.0, 1),
        (1.0, 0.1, 0),
        (1.0, 1.0, 2),  # both
        (1.0, 0.5, 2),  # one and a half
        (0.5, 0.5, 2),  # two halves
        (0.8, 0.0, None),  # perhaps still the digit
        (1.0, 0.2, None),  # perhaps still the digit
        (0.5, 0.0, None),  # half a digit is often another digit
        (0.5, 0.3, None),
    ],
)
def test_a_piece_is_what_its_ink_is_of(first: float, second: float, kind: int | None) -> None:
    own = np.array([first, second])

    assert kind_of_piece(own, np.ones(2), own.sum(), 0) == kind


def test_half_of_a_thin_1_beside_a_0_is_not_enough_for_no_digit() -> None:
    assert kind_of_piece(np.array([2.0, 0.5]), np.array([2.0, 1.0]), 2.5, 0) is None


@pytest.mark.parametrize(("ligature", "kind"), [(0.2, 0), (0.3, None)])
def test_a_digit_may_have_a_little_of_a_ligature(ligature: float, kind: int | None) -> None:
    assert kind_of_piece(np.array([1.0, 0.0]), np.ones(2), 1.0, ligature) == kind


def test_touching_zeros_give_each_zero_and_pieces_of_no_digit() -> None:
    labels = labels_of_pieces([ZERO, ZERO])

    assert {label for each in labels for label in each} == {0, NO_DIGIT}
    assert max(each.count(0) for each in labels) == 2
    assert max(each.count(NO_DIGIT) for each in labels) == touching.MOST_REJECTED


def test_ones_side_by_side_are_left_out_where_they_may_be_another_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    n_rejected = sum(each.count(NO_DIGIT) for each in labels_of_pieces([ONE, ONE]))
    monkeypatch.setattr(touching, "NARROWEST", 0)
    n_with_narrow = sum(each.count(NO_DIGIT) for each in labels_of_pieces([ONE, ONE]))

    assert n_rejected < n_with_narrow


def test_a_layer_holds_each_digit_and_all_ink_is_theirs_or_a_ligatures() -> None:
    drawing = draw_touching([ZERO, SEVEN, ONE], np.random.default_rng(1))

    assert drawing.labels == [0, 7, 1]
    assert len(drawing.layers) == 3
    assert drawing.layers.max(axis=(1, 2)).min() == pytest.approx(1)
    assert (drawing.ink >= drawing.layers.max(axis=0)).all()


def test_pieces_are_pictures_of_the_digits_and_of_none() -> None:
    pieces = draw_pieces([ZERO, ONE, SEVEN], np.random.default_rng(0), 200)

    assert pieces.images.shape == (200, 28, 28)
    assert set(pieces.labels.tolist()) == {0, 1, 7, NO_DIGIT}
    assert pieces.images.max(axis=(1, 2)).min() == 255
    assert 0.3 < (pieces.labels == NO_DIGIT).mean() < 0.7


def test_the_same_seed_gives_the_same_pieces_and_another_one_others() -> None:
    one, same, other = (
        draw_pieces([ZERO, SEVEN], np.random.default_rng(seed), 30).sha256() for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


def test_no_piece_is_drawn_where_none_is_asked_for() -> None:
    assert draw_pieces([ZERO], np.random.default_rng(0), 0).images.shape == (0, 28, 28)
