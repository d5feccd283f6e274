import numpy as np

from nn.augment import Distortion


def digits(n: int = 60) -> np.ndarray:
    """A ring each, in the middle of its picture."""
    axis = np.arange(28) - 13.5
    distance = np.hypot(axis[:, None], axis)
    ring = np.clip(2 - np.abs(distance - 7), 0, 1).astype(np.float32)
    return np.tile(ring.ravel(), (n, 1))


def test_nothing_distorted_is_nothing_changed():
    inputs = digits()
    still = Distortion(0, 0, 0, 0, 0, crisp=0)
    assert np.allclose(still(inputs, np.random.default_rng(0)), inputs, atol=1e-4)


def test_distorted_digits_are_different_ones_of_the_same_kind():
    inputs = digits()
    distorted = Distortion(crisp=0)(inputs, np.random.default_rng(0))
    assert distorted.shape == inputs.shape
    assert distorted.dtype == np.float32
    assert distorted.min() >= 0
    assert distorted.max() <= 1 + 1e-6
    assert len(np.unique(distorted.round(3), axis=0)) == len(inputs)
    assert abs(distorted.mean() / inputs.mean() - 1) < 0.1


def test_a_third_of_a_batch_is_left_crisp():
    inputs = digits(60)
    distorted = Distortion()(inputs, np.random.default_rng(0))
    is_same = (distorted == inputs).all(axis=1)
    assert is_same[:20].all()
    assert not is_same[20:].any()


def test_the_same_chances_give_the_same_pictures_and_the_inputs_are_left_alone():
    inputs = digits()
    before = inputs.copy()
    first = Distortion()(inputs, np.random.default_rng(4))
    assert np.array_equal(Distortion()(inputs, np.random.default_rng(4)), first)
    assert np.array_equal(inputs, before)


def test_a_shift_moves_the_picture_by_as_much_as_it_says():
    shift = Distortion(0, 0, 0, shift_px=1.5, bend_px=0, crisp=0)
    moved = shift(digits(3000), np.random.default_rng(1)).reshape(-1, 28, 28)
    rows = (moved.sum(axis=2) * np.arange(28)).sum(axis=1) / moved.sum(axis=(1, 2))
    assert abs(rows.std() - 1.5) < 0.1
    assert abs(rows.mean() - 13.5) < 0.1


def test_bends_have_the_spread_that_they_say():
    bent = Distortion(0, 0, 0, 0, bend_px=0.7, crisp=0)
    sources = bent._sources(2000, np.random.default_rng(2))
    grid = np.stack(np.meshgrid(np.arange(28), np.arange(28), indexing="ij"))
    assert abs((sources - grid[:, None]).std() - 0.7) < 0.03
