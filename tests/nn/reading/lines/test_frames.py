"""Lines and frames among numbers, and which strokes are none."""

import numpy as np
import pytest

from nn.reading.lines.frames import are_frames, is_straight_line


@pytest.mark.parametrize(
    ("width", "height", "is_line"),
    [(100, 3, True), (70, 5, False), (5, 100, False), (80, 14, False), (400, 20, False)],
    ids=["an underline", "the bar of a 7", "a long 1", "a short thick bar", "digits that touch"],
)
def test_a_component_is_a_line_beside_digits(width: int, height: int, is_line: bool) -> None:
    assert is_straight_line(np.ones((height, width), np.float32), 60) == is_line


@pytest.mark.parametrize(
    ("heights", "is_table"),
    [((20, 20), True), ((40, 3), False), ((10, 12), False)],
    ids=["a table", "a 0 with specks", "a 0 with two short strokes"],
)
def test_a_component_around_others_is_a_table(heights: tuple[int, ...], is_table: bool) -> None:
    inner = [(10 + 20 * n, 10, 20 + 20 * n, 10 + high) for n, high in enumerate(heights)]
    assert are_frames(np.array([(0, 0, 100, 100), *inner]))[0] == is_table
