"""The maps of a picture: where they lie, whatever its size."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn import reader
from nn.reading.doubts import Doubt, ReasonNotRead
from nn.reading.lines.find import find_lines
from nn.reading.mnist import Ink, NoInk, Pixels
from nn.reading.page.find import Page, find_ink, unread_ink
from nn.reading.page.segment import (
    MULTIPLE_PX,
    OTHER,
    PEN,
    Segmentation,
    left_out_of_segmentation,
    segmenter,
    to_ink_inputs,
)
from tests.segmenting import segment


def by_darkness(inputs: Ink) -> Ink:
    """Stand in for the network: what is darker than the median is pen, what is lighter is other."""
    assert not any(side % MULTIPLE_PX for side in inputs.shape[1:3])
    n, rows, columns, _ = inputs.shape
    halves = inputs.reshape(n, rows // 2, 2, columns // 2, 2).mean(axis=(2, 4))
    classes = np.zeros((n, rows // 2, columns // 2, 3), np.float32)
    classes[..., PEN], classes[..., OTHER] = halves < -0.5, halves > 0.5
    return classes


@pytest.mark.parametrize("size", [(28, 28), (40, 96), (131, 257), (300, 210)])
def test_maps_lie_where_the_picture_has_what_they_show(size: tuple[int, int]) -> None:
    grey = np.full(size, 128, np.uint8)
    pen, other = np.zeros((2, *size), np.bool_)
    pen[4:20, 6:12], other[-10:, :] = True, True
    grey[pen], grey[other] = 20, 240
    maps = segmenter(by_darkness)(grey)
    for found, expected in ((maps.pen, pen), (maps.other, other)):
        assert found.shape == size
        is_same = (found >= 0.5) == expected
        assert is_same.mean() > 0.98
        assert found[expected].mean() > 0.85


def test_the_classes_of_light_pen_are_those_of_dark_pen_on_the_negative() -> None:
    grey = np.full((64, 64), 100, np.uint8)
    grey[20:40, 30:34] = 250
    assert segmenter(by_darkness)(grey).pen.max() == 0
    assert segmenter(by_darkness)(255 - grey).pen[30, 31] == 1


@pytest.mark.parametrize("shape", [(256, 256), (512, 1024), (1008, 272)])
def test_each_place_of_a_large_picture_is_compared_with_what_is_near(
    shape: tuple[int, int],
) -> None:
    rng = np.random.default_rng(0)
    piece = rng.normal(180, 5, (16, 16)).clip(0, 255).astype(np.uint8)
    piece[4:6] = 60
    repeated = np.tile(piece, (shape[0] // 16, shape[1] // 16))
    lit = repeated.copy()
    lit[:, shape[1] // 2 :] //= 2
    same, inputs = (to_ink_inputs(each[np.newaxis])[0, :, :, 0] for each in (repeated, lit))
    assert inputs.dtype == np.float32 and np.isfinite(inputs).all()
    if max(shape) == 256:  # one median for all
        assert abs(np.median(inputs[:, 200:]) - np.median(inputs[:, :50])) > 1
        return
    for part in (np.s_[:, : max(0, shape[1] // 2 - 264)], np.s_[:, shape[1] // 2 + 264 :]):
        if inputs[part].size:
            assert np.abs(inputs[part] - same[part]).max() < 0.3
    assert abs(np.median(same)) < 0.1 and abs(np.sqrt(np.mean(same**2)) - 1) < 0.1


def cell(*strokes: list[tuple[int, int]], width: int = 60) -> Image.Image:
    """Return a photographed cell (40, W) with its left and lower border, and what is written."""
    rng = np.random.default_rng(0)
    grey = np.full((160, 4 * width), 205.0)
    grey[:, :10], grey[-14:] = 70, 70
    for stroke in strokes:
        cv2.polylines(grey, [4 * np.array(stroke)], False, 60, 10)
    small = cv2.resize(grey, (width, 40), interpolation=cv2.INTER_AREA)
    small += rng.normal(0, 3, small.shape)
    return Image.fromarray(np.rint(small).clip(0, 255).astype(np.uint8))


def test_the_borders_of_a_cell_are_no_ink() -> None:
    seven = cell([(20, 6), (38, 6), (27, 30)])
    page, by_threshold = find_ink(seven, segment()), find_ink(seven)
    assert by_threshold.ink[:, :2].min() > 0.5 and by_threshold.ink[-2:].min() > 0.5
    assert page.ink[:, :4].max() == 0 == page.ink[-4:].max()
    x, y, width, height = page.digit_box
    assert 17 <= x <= 20 and 3 <= y <= 6 and 18 <= width <= 24 and 23 <= height <= 30
    assert unread_ink(page, is_of_one_digit=True) == []
    assert list(page.stages(is_number=True)) == ["grey", "pen", "other", "ink"]


def test_an_empty_cell_has_no_ink() -> None:
    with pytest.raises(NoInk):
        find_ink(cell(), segment())
    assert find_ink(cell()).ink.any()


def cut_out(*strokes: tuple[int, int, int, int], pen: int = 40, paper: int = 200) -> Page:
    """Return a cut-out (80, 100) with strokes: left, top, right, bottom."""
    grey = paper + np.add.outer(np.arange(80) % 5, np.arange(100) % 7)
    for left, top, right, bottom in strokes:
        grey[top:bottom, left:right] = pen
    return find_ink(Image.fromarray(grey.astype(np.uint8)), segmenter(by_darkness))


DIGIT = (40, 20, 52, 60)


def test_specks_are_no_ink() -> None:
    page = cut_out(DIGIT, (20, 20, 21, 21))
    assert page.ink[40, 46] == 1 and page.ink[:, :30].max() == 0


def test_writing_that_an_edge_cuts_is_left_out_and_a_long_stroke_to_the_edge_is_read() -> None:
    def reasons(*strokes: tuple[int, int, int, int]) -> list[ReasonNotRead]:
        return [each.why for each in unread_ink(cut_out(DIGIT, *strokes))]

    assert reasons((88, 20, 100, 60)) == [ReasonNotRead.CUT_BY_EDGE]
    assert reasons((92, 20, 100, 32)) == [ReasonNotRead.CUT_BY_EDGE]
    assert reasons((40, 40, 100, 46)) == []
    assert reasons((96, 20, 100, 24)) == []  # as a rest of a border


def test_other_writing_is_beside_the_one_digit_and_a_slip_of_the_pen_is_not() -> None:
    page = cut_out(DIGIT, (80, 20, 90, 60), (12, 20, 20, 30))
    (beside,) = unread_ink(page, is_of_one_digit=True)
    assert beside.why is ReasonNotRead.BESIDE_THE_DIGIT and beside.box[0] >= 78
    assert page.has_more_than_digit and unread_ink(page) == []


def test_light_pen_is_turned_dark_also_where_there_is_a_border_beside_it() -> None:
    seven = cell([(20, 6), (38, 6), (27, 30)])
    negative = Image.fromarray(255 - np.asarray(seven))
    assert (find_ink(negative, segment()).dark_on_light == np.asarray(seven)).all()
    assert (find_ink(seven, segment()).dark_on_light == np.asarray(seven)).all()


def test_the_ink_of_a_low_cut_out_is_the_pen_that_was_found() -> None:
    sevens = cell([(20, 6), (38, 6), (27, 30)], [(60, 6), (78, 6), (67, 30)], width=125)
    (line,) = find_lines(find_ink(sevens, segment()))
    assert line.is_whole
    assert line.ink[6, 25] > 0.9 < line.ink[6, 65] and line.ink[:, :4].max() == 0


def test_a_number_of_which_the_edge_cuts_a_digit_is_doubtful() -> None:
    sevens = [[(x, 6), (x + 18, 6), (x + 7, 30)] for x in (14, 48, 82)]
    whole, read = cell(*sevens, width=118), reader.load().read
    assert (read(whole).text, read(whole).certain) == ("777", True)
    reading = read(whole.crop((0, 0, 96, 40)))
    assert reading.is_number and reading.doubt is Doubt.INK_LEFT_OUT and not reading.certain
    assert ReasonNotRead.CUT_BY_EDGE in [each.why for each in reading.left_out]


def framed(*strokes: tuple[int, int, int, int], border: tuple[int, int, int, int]) -> Page:
    """Return a cut-out (80, 100) with strokes, and a rule that is lighter than the paper."""
    grey = 150 + np.add.outer(np.arange(80) % 5, np.arange(100) % 7)
    for (left, top, right, bottom), level in [*((each, 40) for each in strokes), (border, 250)]:
        grey[top:bottom, left:right] = level
    return find_ink(Image.fromarray(grey.astype(np.uint8)), segmenter(by_darkness))


BESIDE = (88, 20, 100, 60)
BORDERS: dict[str, tuple[tuple[int, int, int, int], bool]] = {
    "from edge to edge": ((80, 0, 84, 80), True),
    "along most of the height": ((80, 0, 84, 70), True),
    "that ends in the cell": ((80, 0, 84, 50), False),
    "in the middle": ((55, 0, 59, 80), False),
    "above": ((0, 4, 100, 8), False),
}


@pytest.mark.parametrize(("border", "is_beyond"), BORDERS.values(), ids=BORDERS)
def test_cut_writing_beyond_a_border_belongs_to_a_neighbouring_cell(
    border: tuple[int, int, int, int], is_beyond: bool
) -> None:
    page = framed(DIGIT, BESIDE, border=border)
    assert page.ink[40, 46] == 1
    assert page.ink[40, 93] == (0 if is_beyond else 1)


def test_writing_across_a_border_is_of_the_cell_and_writing_beyond_alone_is_read() -> None:
    border = (80, 0, 84, 80)
    across = framed(DIGIT, (70, 38, 96, 44), border=border)
    assert across.ink[41, 74] == 1
    alone = framed(BESIDE, border=border)
    assert alone.ink[40, 93] == 1


def test_whole_writing_beyond_a_border_is_kept_as_centimes_are() -> None:
    page = framed(DIGIT, (86, 20, 94, 60), border=(78, 0, 82, 80))
    assert page.ink[40, 46] == 1 == page.ink[40, 90]


def test_a_page_is_given_to_the_network_at_the_size_of_its_writing() -> None:
    sizes = []

    def look(inputs: Ink) -> Ink:
        sizes.append(inputs.shape[1:3])
        return by_darkness(inputs)

    grey = np.full((600, 800), 200, np.uint8)
    grey[250:350, 380:400] = 40
    segmenter(look)(grey)
    grey[50:550, 350:430] = 40
    segmenter(look)(grey)
    assert sizes == [(192, 256), (608, 800), (192, 256)]
    segmenter(look)(np.full((1500, 1500), 200, np.uint8))
    assert sizes[-1] == (1008, 1008)  # a million pixels


def segmented(
    *strokes: tuple[tuple[int, int, int, int], float, float], side_px: int = 300
) -> Segmentation:
    """Return maps with strokes: their box, and the probability of pen, and of anything else."""
    grey = np.full((side_px, side_px), 200, np.uint8)
    pen, other = np.zeros((2, side_px, side_px), np.float32)
    for (left, top, right, bottom), of_pen, of_other in strokes:
        place = np.s_[top:bottom, left:right]
        grey[place], pen[place], other[place] = 60, of_pen, of_other
    return Segmentation(grey, pen, other, 1.0)


INKED = ((100, 100, 120, 200), 0.95, 0.02)
MARKS: dict[str, tuple[tuple[tuple[int, int, int, int], float, float], bool]] = {
    "as high as the digit": (((160, 100, 166, 200), 0.4, 0.5), True),
    "low": (((160, 100, 166, 150), 0.4, 0.5), False),
    "surely none": (((160, 100, 166, 200), 0.1, 0.85), False),
    "at an edge": (((160, 0, 166, 200), 0.4, 0.5), False),
    "pale": (((160, 100, 166, 200), 0.35, 0.1), False),
}


@pytest.mark.parametrize(("mark", "is_left_out"), MARKS.values(), ids=MARKS)
def test_a_mark_that_may_be_pen_or_not_is_left_out(
    mark: tuple[tuple[int, int, int, int], float, float], is_left_out: bool
) -> None:
    left_out = left_out_of_segmentation(segmented(INKED, mark), is_of_one_digit=False)
    assert [each.why for each in left_out] == [ReasonNotRead.TAKEN_FOR_LINE] * is_left_out
    assert [each.box for each in left_out] == [(160, 100, 6, 100)] * is_left_out


def test_the_line_that_crosses_a_digit_is_taken_with_it() -> None:
    line = ((60, 146, 180, 152), 0.2, 0.7)
    assert segmented(INKED, line).crossed_digit.shape == (100, 120)
    beside = ((60, 210, 180, 216), 0.2, 0.7)
    assert segmented(INKED, beside).crossed_digit.shape == (100, 20)
    rule = ((0, 146, 300, 152), 0.2, 0.7)
    assert segmented(INKED, rule).crossed_digit.shape == (100, 20)


@pytest.mark.parametrize(("side_px", "is_cut"), [(256, False), (257, True)])
def test_in_a_photograph_any_stroke_at_an_edge_is_cut(side_px: int, is_cut: bool) -> None:
    stroke = ((200, 60, 210, side_px), 0.95, 0.02)
    left_out = left_out_of_segmentation(
        segmented(INKED, stroke, side_px=side_px), is_of_one_digit=False
    )
    assert [each.why for each in left_out] == [ReasonNotRead.CUT_BY_EDGE] * is_cut


def test_a_rule_of_a_larger_page_is_no_border() -> None:
    rule, beyond = ((250, 0, 254, 300), 0.02, 0.95), ((270, 100, 280, 200), 0.95, 0.02)
    assert len(segmented(INKED, rule, beyond).components.areas) == 2


@pytest.mark.parametrize(
    ("side_px", "place", "level", "is_read"),
    [
        (256, (230, 230, 240, 250), 0.7, True),  # a cut-out
        (400, (330, 330, 340, 350), 0.7, False),
        (400, (330, 330, 340, 350), 0.85, True),
        (400, (200, 120, 210, 140), 0.7, True),  # a digit's height beside the digit
    ],
)
def test_what_is_nowhere_surely_pen_is_grain_in_a_photograph_but_for_marks_near_a_digit(
    side_px: int, place: tuple[int, int, int, int], level: float, is_read: bool
) -> None:
    found = segmented(INKED, (place, level, 0.02), side_px=side_px).components
    assert len(found.areas) == 1 + is_read


def test_a_piece_of_a_rule_that_may_be_pen_is_as_low_as_no_digit_of_a_page() -> None:
    piece = ((150, 120, 220, 126), 0.4, 0.5)
    for side_px, is_left_out in ((256, True), (400, False)):
        found = segmented(INKED, piece, side_px=side_px)
        assert bool(left_out_of_segmentation(found, is_of_one_digit=False)) == is_left_out


def test_a_strip_too_thin_for_the_network_gets_one_threshold() -> None:
    def refuse(grey: Pixels) -> Segmentation:
        raise AssertionError

    grey = np.random.default_rng(0).integers(190, 210, (7, 300)).astype(np.uint8)
    grey[:, 100:140] = 40
    assert find_ink(Image.fromarray(grey), refuse).is_even
