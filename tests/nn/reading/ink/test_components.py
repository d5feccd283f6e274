import numpy as np

from nn.reading.ink.components import measure_components
from nn.reading.ink.selection import find_border_blobs, render_ink, select_digit, select_ink

SIDE_PX = 100
NOTHING_RULED = np.zeros((SIDE_PX, SIDE_PX), bool)


def sheet(*boxes: tuple[int, int, int, int], level: float = 0.5) -> np.ndarray:
    """Contrast of rectangles (left, top, right, bottom) on paper."""
    contrast = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for left, top, right, bottom in boxes:
        contrast[top:bottom, left:right] = level
    return contrast


def test_components_are_measured() -> None:
    contrast = sheet((20, 30, 28, 80)) + sheet((60, 10, 70, 20), level=0.25)
    components = measure_components(contrast > 0.1, contrast)
    assert components.boxes.tolist() == [[60, 10, 70, 20], [20, 30, 28, 80]]
    assert components.areas.tolist() == [100, 400]
    assert np.allclose(components.levels, [0.25, 0.5])
    assert abs(components.line_widths_px[1] - 8) < 2
    assert components.pixels(np.array([False, True])).sum() == 400
    assert not components.are_at_edge.any()


def test_a_stroke_that_the_edge_cuts_is_in_the_rim_only_if_it_stays_there() -> None:
    contrast = sheet((0, 40, 10, 46), (0, 60, 60, 80))
    components = measure_components(contrast > 0.1, contrast)
    assert components.are_at_edge.tolist() == [True, True]
    assert select_ink(components, NOTHING_RULED, NOTHING_RULED).is_ink.tolist() == [False, True]


def test_what_is_thick_and_touches_the_edge_is_a_blob() -> None:
    contrast = sheet((40, 30, 48, 70), (70, 0, 100, 100))
    is_dark = contrast > 0.1
    lines = measure_components(sheet((40, 30, 48, 70)) > 0, contrast)
    is_blob = find_border_blobs(is_dark, lines)
    assert is_blob[:, 75:].all()
    assert not is_blob[:, :60].any()


def test_the_digit_is_the_part_in_the_middle_with_the_strokes_by_it() -> None:
    contrast = sheet((40, 30, 60, 70), (62, 30, 72, 34), (5, 5, 25, 15))
    components = measure_components(contrast > 0.1, contrast)
    is_ink = select_ink(components, NOTHING_RULED, NOTHING_RULED).is_ink
    is_digit = select_digit(components, is_ink)
    assert is_ink.all()
    assert components.pixels(is_digit)[30:34, 62:72].all()
    assert not components.pixels(is_digit)[:20].any()


def test_pale_lines_become_full_ink() -> None:
    contrast = sheet((20, 30, 28, 80), level=0.2)
    components = measure_components(contrast > 0.1, contrast)
    ink = render_ink(components, np.array([True]), contrast)
    assert ink[50, 24] == 1
    assert ink[contrast == 0].max() == 0
