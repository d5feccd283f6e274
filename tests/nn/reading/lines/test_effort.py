"""How many columns of lines are read: fewer in large photographs, in batches, of allowed texts."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from nn.decoding.picture_files import PictureSize
from nn.reading.allowed import Restriction
from nn.reading.digit_reader import DigitReader
from nn.reading.inked_picture import InkedPicture
from nn.reading.lines.effort import max_columns
from nn.reading.lines.strip import BLANK, N_CLASSES, n_frames
from nn.reading.lines.types import Activations, TooManyDigits
from nn.reading.page.find import Sheet, find_ink


def sheet_of(width_px: int, height_px: int, *, is_photograph: bool = True) -> Sheet:
    """Return a picture of a bar, in light that fades if it is a photograph."""
    grey = np.full((height_px, width_px), 255.0)
    if is_photograph:
        grey -= np.linspace(0, 60, width_px)
    rows, columns = (slice(side * 9 // 20, side * 11 // 20) for side in (height_px, width_px // 5))
    grey[rows, columns] = 0
    return find_ink(Image.fromarray(grey.astype(np.uint8)))


@pytest.mark.parametrize(
    ("size_px", "is_photograph", "n_most", "n_restricted"),
    [
        ((1000, 750), True, 10_000, 10_000),
        ((1499, 1124), True, 9_461, 6_426),
        ((1499, 1499), True, 4_277, 2_905),
        ((1499, 1499), False, 10_000, 10_000),
        ((6000, 6000), True, 4_111, 2_792),
        ((6000, 6000), False, 10_000, 8_075),
    ],
)
def test_the_larger_a_photograph_the_fewer_columns_are_read(
    size_px: tuple[int, int], is_photograph: bool, n_most: int, n_restricted: int
) -> None:
    sheet = sheet_of(*size_px, is_photograph=is_photograph)
    assert max_columns(sheet, is_restricted=False) == n_most
    assert max_columns(sheet, is_restricted=True) == n_restricted


def test_of_a_file_whose_decoding_takes_all_of_the_time_half_a_sudokus_columns_are_read() -> None:
    sheet = sheet_of(1000, 1000)
    large = replace(sheet, reduction=replace(sheet.reduction, size_px=(8000, 8000)))
    assert max_columns(large, is_restricted=True) == 2_000


def test_a_part_of_the_time_is_for_a_part_of_the_columns() -> None:
    sheet = sheet_of(400, 300)
    assert max_columns(sheet, is_restricted=False, max_lines_s=0.15) == 4_166
    assert max_columns(sheet, is_restricted=True, max_lines_s=0.15) == 2_830


@pytest.mark.parametrize(
    ("restriction", "max_lines_s", "n_least", "n_most"),
    [
        (None, 0.9, 9_000, 10_000),
        (None, 0.15, 3_000, 4_166),
        (Restriction(pattern="[0-9.,-]*"), 0.15, 1_500, 2_830),
    ],
)
def test_the_network_of_lines_gets_no_more_columns_than_there_is_time_for(
    restriction: Restriction | None, max_lines_s: float, n_least: int, n_most: int
) -> None:
    n_columns = 0

    def read_strip(strip: np.ndarray) -> Activations:
        nonlocal n_columns
        n_columns += strip.shape[1]
        frames = np.zeros((n_frames(strip.shape[1]), N_CLASSES))
        frames[:, BLANK] = 1
        return frames

    bars = np.full((700, 1000), 255, np.uint8)
    for y in range(20, 680, 60):
        for x in range(20, 980, 40):
            bars[y : y + 24, x : x + 4] = 0
    picture = InkedPicture(PictureSize(1000, 700), find_ink(Image.fromarray(bars)))
    reader = DigitReader(lambda inputs: np.zeros((len(inputs), 10)), read_strip)
    found = reader.with_limits(max_lines_s=max_lines_s).prepare(picture).read_lines(restriction)
    assert isinstance(found, TooManyDigits)
    assert n_least < n_columns <= n_most
