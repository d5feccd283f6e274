import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from nn.data.digits import NO_DIGIT, Digits
from nn.data.pendigits import PenDigit
from nn.data.synthetic import touching
from nn.data.synthetic.mixture import Handwriting, Mixture, draw_texture, draw_unvaried
from nn.data.synthetic.touching import cut_into_pieces, draw_pieces, draw_touching, kind_of_piece
from nn.data.unipen import Character

SEVEN = PenDigit(7, 1, [np.array([[0.0, 0.0], [50.0, 0.0], [20.0, 100.0]])])
ONE = PenDigit(1, 2, [np.array([[0.0, 0.0], [0.0, 100.0]])])
NO_PICTURES = Digits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))
SMALL = Mixture(pen_copies=3, n_template_digits=40, n_pieces=20, n_non_digits=5, n_textures=4)
NONE = Mixture(n_template_digits=0, n_pieces=0, n_non_digits=0, n_textures=0)


def by(*pen: PenDigit) -> Handwriting:
    return Handwriting(pen, [], NO_PICTURES)


def characters(label: str, writer: str, n: int) -> list[Character]:
    """Return n of UNIPEN's characters by a writer, each another one."""
    widths = [ord(writer) + number / 10 for number in range(n)]
    hooks = [np.array([[0.0, 0.0], [width, 5.0], [20.0, 150.0]]) for width in widths]
    return [Character(label, "apa", writer, [hook]) for hook in hooks]


def drawn(
    mixture: Mixture, handwriting: Handwriting, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    parts = list(mixture.draw(handwriting, np.random.default_rng(seed)))
    images = np.concatenate([part.images for part in parts])
    return images, np.concatenate([part.labels for part in parts])


def test_every_kind_is_drawn_as_often_as_asked_for() -> None:
    images, labels = drawn(SMALL, by(SEVEN, ONE))

    assert len(images) == len(labels) == 6 + 40 + 5 + 20 + 4
    assert labels[:6].tolist() == [7, 7, 7, 1, 1, 1]
    assert labels[6:46].max() <= 9
    assert len(set(labels[6:46])) > 5
    assert (labels[46:51] == NO_DIGIT).all()
    assert set(labels[51:71].tolist()) <= {1, 7, NO_DIGIT}  # pieces of sevens and ones that touch
    assert (labels[71:] == NO_DIGIT).all()
    assert images.max(axis=(1, 2)).min() == 255  # ink in each


def test_unipens_digits_are_drawn_several_times_and_no_writer_has_too_many_of_them() -> None:
    recorded = [
        *characters("7", "a", 5), *characters("7", "b", 2),
        *characters("K", "a", 3), *characters("K", "b", 3), *characters("O", "b", 3),
    ]  # fmt: skip
    mixture = dataclasses.replace(NONE, unipen_copies=2, most_of_writer=4, per_label=8)

    _, labels = drawn(mixture, Handwriting([], recorded, NO_PICTURES))

    assert labels.tolist() == [7] * 2 * (4 + 2) + [NO_DIGIT] * 8


def test_the_same_seed_draws_the_same_pictures_and_another_one_others() -> None:
    one, same, other = (drawn(SMALL, by(SEVEN, ONE), seed)[0] for seed in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_an_unvaried_digit_is_drawn_once_upright_and_in_the_middle() -> None:
    digits = draw_unvaried([(ONE.strokes, 1), (SEVEN.strokes, 7)])

    assert digits.labels.tolist() == [1, 7]
    ink = digits.images[0] > 127
    assert 2 <= ink.any(axis=0).sum() <= 4  # as wide as the pen
    assert ink.any(axis=1).sum() >= 18
    assert len(draw_unvaried([])) == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_texture_has_ink_and_paper(seed: int) -> None:
    picture = np.asarray(draw_texture(np.random.default_rng(seed)))

    assert picture.shape == (64, 64)
    assert picture.max() - picture.min() > 100


def test_a_share_of_handwriting_and_mixture_gives_a_share_of_the_pictures() -> None:
    recorded = [*characters("7", "a", 40), *characters("K", "b", 40)]
    foreign = Digits(np.zeros((10, 28, 28), np.uint8), np.full(10, NO_DIGIT, np.uint8))
    all_of_it = Handwriting([SEVEN, ONE] * 20, recorded, foreign)
    mixture = dataclasses.replace(SMALL, unipen_copies=2, most_of_writer=20, per_label=20)

    some = all_of_it.sample(0.5, np.random.default_rng(1))
    _, labels = drawn(mixture.scaled(0.5), some)

    assert (len(some.pen_digits), len(some.characters), len(some.foreign)) == (20, 40, 5)
    n_digits = sum(each.label == "7" for each in some.characters)
    n_unipen = 2 * min(n_digits, 10) + min(40 - n_digits, 10)
    assert len(labels) == 3 * 20 + n_unipen + 20 + 3 + 5 + 10 + 2


ANGLE = np.linspace(0, 2 * np.pi, 40)
ZERO = PenDigit(0, 1, [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])])
STEM = PenDigit(1, 1, [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])])


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


@pytest.mark.parametrize(("ligature", "kind"), [(0.2, 0), (0.3, None)])
def test_a_digit_may_have_a_little_of_a_ligature(ligature: float, kind: int | None) -> None:
    assert kind_of_piece(np.array([1.0, 0.0]), np.ones(2), 1.0, ligature) == kind


def test_touching_zeros_give_each_zero_and_pieces_of_no_digit() -> None:
    labels = labels_of_pieces([ZERO, ZERO])

    assert {label for each in labels for label in each} == {0, NO_DIGIT}
    assert max(each.count(0) for each in labels) == 2
    assert max(each.count(NO_DIGIT) for each in labels) == touching.MOST_REJECTED


def test_pieces_are_pictures_of_the_digits_and_of_none() -> None:
    pieces = draw_pieces([ZERO, STEM, SEVEN], np.random.default_rng(0), 200)

    assert pieces.images.shape == (200, 28, 28)
    assert set(pieces.labels.tolist()) == {0, 1, 7, NO_DIGIT}
    assert pieces.images.max(axis=(1, 2)).min() == 255
    assert 0.3 < (pieces.labels == NO_DIGIT).mean() < 0.7
