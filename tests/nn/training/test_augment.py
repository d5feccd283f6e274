import numpy as np
import pytest

from nn.training.augment import Augmentation, Distortion, PenWidth, PoorScan


def digits(n: int = 60) -> np.ndarray:
    """A ring each, in the middle of its picture."""
    axis = np.arange(28) - 13.5
    distance = np.hypot(axis[:, None], axis)
    ring = np.clip(2 - np.abs(distance - 7), 0, 1).astype(np.float32)
    return np.tile(ring, (n, 1, 1))


def test_distorted_digits_are_different_ones_of_the_same_kind_and_the_same_by_the_same_seed() -> (
    None
):
    inputs = digits()
    before = inputs.copy()
    distorted = Distortion()(inputs, np.random.default_rng(4))
    assert distorted.shape == inputs.shape
    assert distorted.dtype == np.float32
    assert distorted.min() >= 0
    assert distorted.max() <= 1 + 1e-6
    assert len(np.unique(distorted.reshape(60, -1).round(3), axis=0)) == len(inputs)
    assert abs(distorted.mean() / inputs.mean() - 1) < 0.1
    assert np.array_equal(Distortion()(inputs, np.random.default_rng(4)), distorted)
    assert np.array_equal(inputs, before)


def test_what_is_distorted_in_a_larger_size_stays_in_range() -> None:
    square = np.zeros((20, 28, 28), np.float32)
    square[:, 8:20, 8:20] = 1
    distorted = Distortion(enlargement=4)(square, np.random.default_rng(0))
    assert distorted.min() >= 0  # cubics overshoot
    assert distorted.max() <= 1 + 1e-6


def test_a_third_of_a_batch_is_left_unchanged() -> None:
    inputs = digits(60).reshape(60, 784)
    changed = Augmentation(Distortion())(inputs, np.random.default_rng(0))
    is_same = (changed == inputs).all(axis=1)
    assert changed.shape == inputs.shape
    assert is_same[:20].all()
    assert not is_same[20:].any()


def test_a_pen_half_a_pixel_wider_or_narrower_on_either_side() -> None:
    class Amounts(np.random.Generator):
        def normal(self, mean: object, spread: object, shape: object) -> np.ndarray:  # type: ignore[override]
            return np.reshape([0.5, -0.5, 0, 9, -9], shape)

    square = np.zeros((5, 9, 9), np.float32)
    square[:, 3:6, 3:6] = 1

    changed = PenWidth()(square, Amounts(np.random.PCG64()))

    assert changed[0, 4].tolist() == [0, 0, 0.5, 1, 1, 1, 0.5, 0, 0]
    assert changed[1, 4].tolist() == [0, 0, 0, 0.5, 1, 0.5, 0, 0, 0]
    assert np.array_equal(changed[2], square[2])
    assert changed[3, 4] == pytest.approx([0, 0, 0.8, 1, 1, 1, 0.8, 0, 0])  # never more
    assert changed[4, 4] == pytest.approx([0, 0, 0, 0.2, 1, 0.2, 0, 0, 0])


def test_a_line_of_a_single_pixel_is_never_thinned_to_nothing() -> None:
    line = np.zeros((200, 9, 9), np.float32)
    line[:, :, 4] = 1

    changed = PenWidth(spread=1)(line, np.random.default_rng(0))

    assert changed.max(axis=(1, 2)) == pytest.approx(np.ones(200))


def test_a_scan_changes_only_some_pictures_and_stays_in_range() -> None:
    inputs = digits(600)

    scanned = PoorScan(share=0.1)(inputs, np.random.default_rng(0))

    is_same = (scanned == inputs).all(axis=(1, 2))
    assert is_same.mean() == pytest.approx(0.9**3, abs=0.05)
    assert scanned.min() >= 0
    assert scanned.max() <= 1
    assert (PoorScan(share=0)(inputs, np.random.default_rng(0)) == inputs).all()


def test_of_the_coarse_scans_half_have_no_grey() -> None:
    scan = PoorScan(share=1, blur_px=0.3, coarsest_px=27, noise=0)
    slope = np.tile(np.linspace(0, 1, 28, dtype=np.float32), (400, 28, 1))

    scanned = scan(slope, np.random.default_rng(0))

    # Black and white, enlarged from 27 pixels, has one edge; a slope has grey everywhere.
    is_black_and_white = ((scanned > 0.2) & (scanned < 0.8)).mean(axis=(1, 2)) < 0.1
    assert is_black_and_white.mean() == pytest.approx(0.5, abs=0.1)
