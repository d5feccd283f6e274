import numpy as np
import pytest

from nn.reading.ink.components import Components, measure_components
from nn.reading.ink.neighbours import are_between, are_in_rows, are_near

Box = tuple[int, int, int, int]
INK: Box = (60, 40, 80, 100)


def of(*boxes: Box) -> tuple[Components, np.ndarray]:
    """Components of rectangles (left, top, right, bottom), and which are ink: all but the first."""
    contrast = np.zeros((200, 200), np.float32)
    for left, top, right, bottom in boxes:
        contrast[top:bottom, left:right] = 0.5
    components = measure_components(contrast > 0, contrast)
    return components, ~(components.boxes == boxes[0]).all(axis=1)


def is_first(mask: np.ndarray, is_ink: np.ndarray) -> bool:
    return bool(mask[~is_ink].item())


@pytest.mark.parametrize(("top", "is_in_row"), [(30, False), (40, True), (90, True), (98, False)])
def test_what_has_its_middle_at_the_height_of_ink_is_in_its_row(top: int, is_in_row: bool) -> None:
    components, is_ink = of((100, top, 110, top + 6), INK)
    assert is_first(are_in_rows(components, is_ink), is_ink) is is_in_row


@pytest.mark.parametrize(
    ("left", "top", "is_near"), [(90, 40, True), (91, 40, False), (60, 110, True), (60, 111, False)]
)
def test_what_is_at_most_so_far_from_ink_across_and_down_is_near(
    left: int, top: int, is_near: bool
) -> None:
    components, is_ink = of((left, top, left + 10, top + 10), INK)
    assert is_first(are_near(components, is_ink, 10), is_ink) is is_near


@pytest.mark.parametrize(
    ("below", "is_between"),
    [
        ((60, 125, 80, 190), True),
        ((60, 126, 80, 190), False),  # too far below
        ((120, 120, 140, 190), False),  # beside the bar
        ((85, 40, 100, 100), False),  # above it too
    ],
)
def test_a_bar_has_ink_closely_above_and_below_it(below: Box, is_between: bool) -> None:
    components, is_ink = of((50, 110, 110, 115), INK, below)
    assert is_first(are_between(components, is_ink, 10), is_ink) is is_between


def test_where_there_is_no_ink_nothing_is_near_it() -> None:
    components, _ = of(INK)
    none = np.zeros(1, bool)
    assert not are_in_rows(components, none).any()
    assert not are_near(components, none, 99).any()
    assert not are_between(components, none, 99).any()
