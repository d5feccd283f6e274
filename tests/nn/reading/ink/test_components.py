import numpy as np

from nn.reading.ink.components import label_components, measure_components, written_part
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


def test_a_part_from_even_pixels_has_its_components_in_the_same_order() -> None:
    rng = np.random.default_rng(1)
    mask = np.zeros((SIDE_PX, SIDE_PX), np.bool_)
    mask[33:71, 21:83] = rng.random((38, 62)) < 0.2
    rows, columns = written_part(mask)
    labels, _, _ = label_components(mask)
    of_part, _, _ = label_components(mask[rows, columns])
    assert np.array_equal(of_part, labels[rows, columns])
    assert np.count_nonzero(of_part) == np.count_nonzero(labels)


def test_the_written_part_of_an_empty_mask_is_one_pixel() -> None:
    rows, columns = written_part(np.zeros((SIDE_PX, SIDE_PX), np.bool_))
    assert (rows, columns) == (slice(0, 1), slice(0, 1))
