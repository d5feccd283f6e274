import numpy as np
import pytest

from nn.reading.ink import ruled_lines
from nn.reading.ink.ruled_lines import find_ruled_lines

SIDE_PX = 120


def sheet() -> np.ndarray:
    return np.zeros((SIDE_PX, SIDE_PX), np.float32)


def test_a_line_from_edge_to_edge_is_a_ruled_line() -> None:
    contrast = sheet()
    contrast[100:103] = 0.5
    is_ruled = find_ruled_lines(contrast, 0.1)
    assert is_ruled[100:103].all()
    assert not is_ruled[:97].any()


@pytest.mark.parametrize("is_upright", [False, True])
def test_a_ruled_line_may_be_off_level(is_upright) -> None:
    contrast = sheet()
    for x in range(SIDE_PX):
        contrast[80 + x // 6 : 83 + x // 6, x] = 0.5  # by 9 degrees
    contrast = contrast.T.copy() if is_upright else contrast
    assert find_ruled_lines(contrast, 0.1)[contrast > 0].mean() > 0.9


def test_a_stroke_that_ends_on_the_sheet_is_not_a_ruled_line() -> None:
    contrast = sheet()
    contrast[10:, 50:60] = 0.5
    assert not find_ruled_lines(contrast, 0.1).any()


def test_a_line_that_gets_paler_is_not_a_ruled_line() -> None:
    contrast = sheet()
    contrast[20:24] = np.linspace(0.11, 0.9, SIDE_PX)
    assert not find_ruled_lines(contrast, 0.1).any()


def test_a_stroke_across_a_pale_ruled_line_stays() -> None:
    contrast = sheet()
    contrast[100:103] = 0.2
    contrast[60:115, 40:48] = 0.8
    is_ruled = find_ruled_lines(contrast, 0.1)
    assert not is_ruled[:, 42:46].any()
    assert is_ruled[101, :36].all()


def test_an_empty_sheet_has_no_ruled_lines() -> None:
    assert not find_ruled_lines(sheet(), 0.1).any()


def lit_strip(width_px: int) -> np.ndarray:
    """Paper that is light in a strip and dark beside it."""
    paper = np.full((SIDE_PX, SIDE_PX), 60, np.uint8)
    paper[:, 20 : 20 + width_px] = 200
    return paper


@pytest.mark.parametrize(("width_px", "is_ruled"), [(80, True), (30, False)])
def test_a_line_from_edge_to_edge_of_the_sheet_is_ruled_and_one_of_a_narrow_strip_is_not(
    width_px: int, is_ruled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    contrast = sheet()
    contrast[100:103, 20 : 20 + width_px] = 0.5
    paper = lit_strip(width_px)
    assert find_ruled_lines(contrast, 0.1, paper)[101, 40] == is_ruled
    assert not find_ruled_lines(contrast, 0.1)[101, 40]  # evenly lit, it ends on the sheet
    monkeypatch.setattr(ruled_lines, "MIN_SHEET_LENGTH", 0.3)
    assert find_ruled_lines(contrast, 0.1, paper)[101, 40]
