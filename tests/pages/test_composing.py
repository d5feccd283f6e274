from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from scipy import ndimage

from nn.core.layers import Array
from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from tests.pages import composing, paper
from tests.pages.composing import (
    MIN_INK,
    SPACINGS,
    Spacing,
    are_touching,
    compose,
    contact_column,
    overlay,
)
from tests.pages.handwriting import (
    Glyph,
    Handwriting,
    Page,
    write_with_mnist,
    write_with_pen,
)
from tests.pages.perspective import tilted
from tests.pages.photograph import photograph_page

ONE = [np.array([[0.0, 0], [5, 100]])]
SEVEN = [np.array([[0.0, 0], [60, 0], [20, 100]])]
ANGLES = np.linspace(0, 2 * np.pi, 30)
ZERO = [np.column_stack([30 * np.cos(ANGLES), 50 * np.sin(ANGLES)])]
SHAPES = {0: ZERO, 1: ONE, 7: SEVEN}
PEN_DIGITS = [PenDigit(label, 3, strokes) for label, strokes in SHAPES.items()]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def numbers(seed: int, spacing: Spacing = "clear", lengths: Sequence[int] = (5,)) -> Page:
    generator = rng(seed)
    writing = write_with_pen(PEN_DIGITS, lengths, generator)
    return compose(writing, generator, spacing=spacing)


def ink(*rows: str) -> Array:
    """Return ink drawn as text: a # is full."""
    return np.array([[float(pixel == "#") for pixel in row] for row in rows], np.float32)


def n_components(page: Page) -> int:
    """Return the number of 8-connected components of ink."""
    return int(ndimage.label(page.ink >= MIN_INK, np.ones((3, 3)))[1])


def test_the_contact_column_is_that_of_the_row_with_the_least_distance() -> None:
    left = ink("##..", "###.", "....")
    # In the first row 2 to spare, in the second 3 less 1, in the third nothing is in the way.
    assert contact_column(left, ink(".#", ".#", "#.")) == 2
    assert contact_column(left, ink("#.", "#.", "#.")) == 3
    assert contact_column(left, ink("..", "..", "##")) == 4


def test_slack_keeps_a_distance_from_the_rows_above_and_below() -> None:
    left = ink("##..", "###.", "....")
    assert contact_column(left, ink("..", "..", "##"), slack_px=1) == 3


def test_ink_touches_at_corners_but_not_across_a_pixel() -> None:
    corner, far = ink("#.", ".."), ink("..", "#.")
    assert are_touching(corner, far, 1)
    assert not are_touching(corner, far, 2)
    assert are_touching(corner, corner, 0)


def test_an_overlay_widens_the_picture_and_leaves_its_input_as_it_was() -> None:
    left = ink("##", "..")
    assert overlay(left, ink("##", "#."), 1).tolist() == [[1, 1, 1], [0, 1, 0]]
    assert overlay(left, ink("#", "#"), 0).tolist() == [[1, 1], [1, 0]]
    assert left.tolist() == [[1, 1], [0, 0]]


def test_the_same_generator_gives_the_same_page() -> None:
    first, same, other = numbers(1), numbers(1), numbers(2)
    assert np.array_equal(first.ink, same.ink)
    assert (first.lines, first.boxes) == (same.lines, same.boxes)
    assert first.ink.shape != other.ink.shape or not np.array_equal(first.ink, other.ink)


@pytest.mark.parametrize("spacing", ["clear", "close", "touching"])  # ligatures are in no box
@pytest.mark.parametrize("lengths", [(6,), (3, 2, 4)])
def test_the_boxes_hold_all_the_ink_and_no_more(spacing: Spacing, lengths: tuple[int, ...]) -> None:
    page = numbers(3, spacing, lengths)
    rest = page.ink.copy()
    for x, y, width, height in (box for line in page.boxes for box in line):
        digit = page.ink[y : y + height, x : x + width] >= MIN_INK
        assert digit[0].any() and digit[-1].any() and digit[:, 0].any() and digit[:, -1].any()
        rest[y : y + height, x : x + width] = 0
    assert not rest.any()


def test_there_is_a_box_for_each_digit_from_left_to_right() -> None:
    page = numbers(4, "touching", (5, 3))
    assert [len(line) for line in page.lines] == [len(line) for line in page.boxes] == [5, 3]
    for line in page.boxes:
        lefts = [x for x, *_ in line]
        assert lefts == sorted(lefts)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("seed", range(20))
def test_digits_touch_if_there_are_fewer_components_than_digits(
    seed: int, spacing: Spacing
) -> None:
    page = numbers(seed, spacing)
    assert page.is_touching == (n_components(page) < 5)


def test_digits_touch_with_that_spacing_alone() -> None:
    flags = {
        spacing: [numbers(seed, spacing).is_touching for seed in range(20)] for spacing in SPACINGS
    }
    assert not any(flags["clear"] + flags["close"])
    assert sum(flags["touching"]) > 10
    assert sum(flags["joined"]) > 10


def test_a_ligature_goes_from_the_end_of_a_digit_to_the_start_of_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(composing, "JOINED_SHARE", 1)
    ones = [PenDigit(1, 3, ONE)]  # from the top to the bottom
    writing = write_with_pen(ones, [2], rng())
    with_gap = compose(writing, rng(), spacing="joined")
    n_dark = np.count_nonzero(with_gap.ink >= MIN_INK)

    (left, right), (glyph, _) = with_gap.boxes[0], writing.lines[0]
    assert right[0] > left[0] + left[2]  # there is a gap
    assert n_components(with_gap) == 1
    assert n_dark > 2 * np.count_nonzero(glyph.ink >= MIN_INK)


def test_pictures_without_strokes_are_not_joined() -> None:
    glyph = Glyph(1, np.ones((60, 20), np.float32))
    page = compose(Handwriting([[glyph] * 5], 60, 6), rng(), spacing="joined")
    assert n_components(page) == 5
    assert not page.is_touching


def test_strokes_are_in_pixels_of_the_ink() -> None:
    for glyph in write_with_pen(PEN_DIGITS, [10], rng()).lines[0]:
        x, y = np.concatenate(glyph.strokes).astype(int).T
        assert (glyph.ink[y, x] >= 0.5).all()


def test_a_line_falls_by_its_degrees() -> None:
    glyph = Glyph(1, np.ones((60, 20), np.float32))
    page = compose(Handwriting([[glyph] * 8], 60, 6), rng(), degrees=20)
    middles = np.array([[x + width / 2, y + height / 2] for x, y, width, height in page.boxes[0]])
    slope = np.polyfit(*middles.T, 1)[0]
    assert np.rad2deg(np.arctan(slope)) == pytest.approx(20, abs=4)


def test_a_bent_line_is_lowest_in_its_middle() -> None:
    glyph = Glyph(1, np.ones((60, 20), np.float32))
    page = compose(Handwriting([[glyph] * 7], 60, 6), rng(), bend=0.5)
    tops = [y for _, y, _, _ in page.boxes[0]]
    assert tops[3] - (tops[0] + tops[6]) / 2 == pytest.approx(30, abs=10)


def test_lines_stand_below_each_other_without_touching() -> None:
    page = numbers(6, "close", (4, 4, 4))
    bottoms = [max(y + height for _, y, _, height in line) for line in page.boxes]
    tops = [min(y for _, y, _, _ in line) for line in page.boxes]
    assert tops == sorted(tops) and bottoms == sorted(bottoms)
    assert n_components(page) == 12


def test_a_number_is_of_one_writer_and_one_pen() -> None:
    digits = [PenDigit(1, 1, ONE), PenDigit(7, 2, SEVEN)]
    written = {
        tuple(glyph.label for glyph in write_with_pen(digits, [4], rng(seed)).lines[0])
        for seed in range(10)
    }
    assert written == {(1, 1, 1, 1), (7, 7, 7, 7)}


def test_a_line_is_as_wide_as_the_pen() -> None:
    writing = write_with_pen([PenDigit(1, 1, [np.array([[0.0, 0], [0, 100]])])], [1], rng())
    ((upright,),) = writing.lines
    assert upright.ink.shape[1] == pytest.approx(writing.pen_px, abs=1.5)
    assert upright.ink.shape[0] == pytest.approx(writing.height_px + writing.pen_px, abs=2)
    assert upright.ink.max() == 1


def test_digits_are_turned_to_the_right() -> None:
    upright = [PenDigit(1, 1, [np.array([[0.0, 0], [0, 100]])])]
    (glyph,) = write_with_pen(upright, [1], rng(), degrees=30).lines[0]
    is_ink = glyph.ink >= 0.5
    # The top of a line that is turned to the right is at the right.
    assert np.nonzero(is_ink[2])[0].min() > np.nonzero(is_ink[-3])[0].max()


def test_pictures_keep_their_labels_and_shapes() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 4:24, 12:16] = 255  # 20 high, 4 wide
    images[1, 10:18, 4:24] = 255  # 8 high, 20 wide
    writing = write_with_mnist(Digits(images, np.array([1, 5], np.uint8)), [6, 6], rng())
    glyphs = [glyph for line in writing.lines for glyph in line]
    assert {glyph.label for glyph in glyphs} == {1, 5}
    for glyph in glyphs:
        height, width = (20, 4) if glyph.label == 1 else (8, 20)
        scale = writing.height_px / 20
        assert glyph.ink.shape == pytest.approx((height * scale, width * scale), abs=4)


@pytest.mark.parametrize("seed", range(5))
def test_the_boxes_of_a_photographed_page_hold_its_ink(seed: int) -> None:
    page = numbers(seed, "close", (4, 3))
    effects = [partial(tilted, degrees=6), paper.rough]
    taken = photograph_page(page, rng(seed), pen="black", effects=effects, longer_side_px=700)
    is_dark = np.asarray(taken.picture.convert("L")) < 128
    assert is_dark.any()
    for x, y, width, height in (box for line in taken.boxes for box in line):
        assert is_dark[y : y + height, x : x + width].mean() > 0.05
        is_dark[y - 1 : y + height + 1, x - 1 : x + width + 1] = False
    assert not is_dark.any()
    assert (taken.lines, taken.is_touching) == (page.lines, page.is_touching)
