import numpy as np
import pytest
from scipy import ndimage

from nn.data.pendigits import PenDigit
from tests.pages.signs import SIGNS, write_signed

ONE = PenDigit(1, 7, [np.array([[0.0, 0], [5, 100]])])


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def boxes_of(pattern: str, seed: int) -> list[tuple[slice, slice]]:
    """The boxes of a line's components from left to right."""
    is_ink = write_signed([ONE], pattern, rng(seed))[0] >= 0.1
    labels, _ = ndimage.label(is_ink, np.ones((3, 3)))
    return sorted(ndimage.find_objects(labels), key=lambda box: box[1].start)


def test_the_text_is_what_is_written() -> None:
    assert write_signed([ONE], "-d.d", rng())[1] == "-1.1"
    assert write_signed([ONE], "dd%", rng())[1] == "11%"


def test_the_same_generator_gives_the_same_line() -> None:
    first, same = (write_signed([ONE], "d,dd", rng(3))[0] for _ in range(2))
    assert np.array_equal(first, same)


@pytest.mark.parametrize("seed", range(10))
def test_a_point_stands_at_the_foot_of_the_digits_and_a_comma_reaches_below(seed: int) -> None:
    digit, point, _ = boxes_of("d.d", seed)
    height_px = digit[0].stop - digit[0].start
    assert abs(point[0].stop - digit[0].stop) < 0.3 * height_px
    assert point[0].stop - point[0].start < 0.35 * height_px
    digit, comma, _ = boxes_of("d,d", seed)
    assert comma[0].stop > digit[0].stop - 0.1 * height_px
    assert comma[0].start > digit[0].stop - 0.5 * height_px


@pytest.mark.parametrize("seed", range(10))
def test_a_minus_stands_at_half_the_height_of_the_digits(seed: int) -> None:
    minus, digit = boxes_of("-d", seed)
    middle = (minus[0].start + minus[0].stop) / 2
    assert digit[0].start < middle < digit[0].stop
    assert minus[1].stop - minus[1].start > 1.5 * (minus[0].stop - minus[0].start)


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_touch_no_digits(sign: str) -> None:
    n_strokes = {"=": 2, ":": 2, "%": 3}.get(sign, 1)
    assert len(boxes_of(f"d{sign}d", 5)) in (n_strokes + 2, 3)  # the rings of a % may touch
