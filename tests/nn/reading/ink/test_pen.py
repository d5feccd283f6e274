import cv2
import numpy as np
import pytest

from nn.reading.ink import pen
from nn.reading.ink.pen import contrast_at, window_of_pen

HEIGHT_PX, WIDTH_PX = 300, 400
WIDEST_PX = 75
NOTHING_RULED = np.zeros((HEIGHT_PX, WIDTH_PX), bool)


def page(width_px: int = 6, light: np.ndarray | float = 1.0) -> np.ndarray:
    """Grey levels of three sevens written with a pen of a width, as a camera softens them."""
    ink = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for left in (90, 170, 250):
        corners = np.array([(left, 100), (left + 50, 100), (left + 25, 180)])
        cv2.polylines(ink, [corners], False, 1.0, width_px)
    levels = 200 * light * (1 - 0.5 * cv2.GaussianBlur(ink, (0, 0), 1))
    return np.asarray(levels, np.float32)


def shadow(width_px: float, edge_px: float = 6, darkness: float = 0.5) -> np.ndarray:
    """Light with an upright band of shadow across the last seven."""
    distance = np.abs(np.arange(WIDTH_PX, dtype=np.float32) - 275)
    covered = np.clip((width_px / 2 - distance) / edge_px + 0.5, 0, 1)
    return np.tile(1 - darkness * covered, (HEIGHT_PX, 1))


def window(grey: np.ndarray, is_ruled: np.ndarray = NOTHING_RULED) -> float:
    return window_of_pen(grey, is_ruled, WIDEST_PX)


def test_paper_fills_what_is_narrower_than_the_window_and_contrast_is_the_light_that_lacks() -> (
    None
):
    grey = np.full((40, 40), 200, np.float32)
    grey[10:30, 18:22] = 50
    paper, contrast = contrast_at(grey, 9)
    assert (paper == 200).all()
    assert contrast[20, 20] == pytest.approx(0.75)
    assert contrast[20, 10] == 0
    assert contrast_at(grey, 3)[1].max() == 0  # the line is wider than this window


@pytest.mark.parametrize("width_px", [4, 8, 16, 30])
def test_the_window_is_a_little_wider_than_the_pen(width_px: int) -> None:
    assert width_px < window(page(width_px)) < 2 * width_px + 8


@pytest.mark.parametrize("width_px", [30, 60, 120])
def test_a_shadow_does_not_widen_the_window(width_px: int) -> None:
    assert window(page(light=shadow(width_px))) == window(page())


def test_a_shadow_hardly_wider_than_the_pen_does_not_widen_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grey = page(light=shadow(18, edge_px=16, darkness=0.6))
    assert window(grey) <= 15
    monkeypatch.setattr(pen, "MAX_SLOPE_AT_MINIMUM", 0)
    assert window(grey) > 15


def test_a_slim_line_beside_a_broad_pen_does_not_narrow_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grey = page(24)
    grey[40:260, 380:383] = 100
    assert window(grey) > 24
    monkeypatch.setattr(pen, "MIN_INNER_SHARE", 0)
    assert window(grey) < 24


def test_the_window_of_a_blank_sheet_is_the_widest() -> None:
    assert window(np.full((HEIGHT_PX, WIDTH_PX), 200, np.float32)) == WIDEST_PX


def test_ruled_lines_are_not_looked_at() -> None:
    grey, is_ruled = page(16), NOTHING_RULED.copy()
    for top in range(10, HEIGHT_PX, 20):
        grey[top : top + 2] *= 0.5
        is_ruled[top - 1 : top + 3] = True
    assert window(grey, is_ruled) > 16
    assert window(grey) < 16


def test_grain_does_not_narrow_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    grain = np.random.default_rng(1).normal(0, 6, (HEIGHT_PX, WIDTH_PX)).astype(np.float32)
    grey = page(16) + cv2.GaussianBlur(grain, (0, 0), 0.7)
    assert window(grey) > 16
    monkeypatch.setattr(pen, "MIN_CONTRAST", 0)
    assert window(grey) < 16
