import numpy as np
import pytest

from nn.reading.numbers.strip import MAX_COLUMNS, n_frames, to_strip, to_strip_inputs


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
    assert to_strip(line(10, 2000)).shape == (48, MAX_COLUMNS)


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
