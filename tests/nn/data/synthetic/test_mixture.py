import numpy as np
import pytest

from nn.data.digits import NO_DIGIT
from nn.data.pendigits import PenDigit
from nn.data.synthetic.mixture import Mixture, draw_texture, draw_unvaried

SEVEN = PenDigit(7, 1, [np.array([[0.0, 0.0], [50.0, 0.0], [20.0, 100.0]])])
ONE = PenDigit(1, 2, [np.array([[0.0, 0.0], [0.0, 100.0]])])
SMALL = Mixture(pen_copies=3, n_template_digits=40, n_non_digits=5, n_textures=4)


def drawn(mixture: Mixture, pen: list[PenDigit], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    parts = list(mixture.draw(pen, np.random.default_rng(seed)))
    images = np.concatenate([part.images for part in parts])
    return images, np.concatenate([part.labels for part in parts])


def test_every_kind_is_drawn_as_often_as_asked_for() -> None:
    images, labels = drawn(SMALL, [SEVEN, ONE])

    assert len(images) == len(labels) == SMALL.n_pictures(2) == 6 + 40 + 5 + 4
    assert labels[:6].tolist() == [7, 7, 7, 1, 1, 1]
    assert labels[6:46].max() <= 9
    assert len(set(labels[6:46])) > 5
    assert (labels[46:] == NO_DIGIT).all()
    assert images.max(axis=(1, 2)).min() == 255  # ink in each


def test_no_two_pictures_are_the_same() -> None:
    images, _ = drawn(SMALL, [SEVEN, ONE])

    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_the_same_seed_draws_the_same_pictures_and_another_one_others() -> None:
    one, same, other = (drawn(SMALL, [SEVEN, ONE], seed)[0] for seed in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_pictures_are_yielded_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.data.synthetic.mixture.BATCH_SIZE", 10)
    mixture = Mixture(pen_copies=25, n_template_digits=0, n_non_digits=0, n_textures=0)

    parts = list(mixture.draw([ONE], np.random.default_rng(0)))

    assert [len(part) for part in parts] == [10, 10, 5]


def test_an_unvaried_digit_is_drawn_once_upright_and_in_the_middle() -> None:
    digits = draw_unvaried([ONE, SEVEN])

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
