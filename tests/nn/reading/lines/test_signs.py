"""Numbers in a picture: their digits, marks and gaps, and what is left out or refused."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.core.network import Network
from nn.models import line_network
from nn.models.weights import load
from nn.reading.doubts import DoubtfulSign, SignDoubt
from nn.reading.limits import MAX_DIGITS, TooManyDigits
from nn.reading.lines.signs import (
    ReadLines,
    read_lines,
    with_points_in_doubt,
    with_repeats_in_doubt,
)
from nn.reading.lines.strip import (
    BLANK,
    COMMA,
    MINUS,
    N_CLASSES,
    OTHER,
    POINT,
    n_frames,
    strip_reader,
)
from nn.reading.mnist import to_inputs
from nn.reading.page.find import Page, find_ink
from nn.reading.page.segment import Segmentation
from nn.reading.reading import Digit, Line, Mark, Reading
from tests.segmenting import segment

PEN_PX = 9
# Strokes by points, x and y in pixels, of digits 100 px high.
STROKES = {
    "0": [[(30, 0), (8, 18), (0, 50), (8, 84), (30, 100), (52, 84), (60, 50), (52, 18), (30, 0)]],
    "1": [[(10, 0), (8, 100)]],
    "4": [[(14, 0), (0, 60), (62, 60)], [(46, 30), (42, 100)]],
    "5": [[(12, 0), (6, 44), (34, 40), (52, 60), (44, 90), (20, 100), (0, 92)], [(12, 0), (52, 0)]],
    "7": [[(0, 0), (56, 0), (20, 100)]],
}


Strip = np.ndarray[Any, Any]


@cache
def network() -> Network:
    return load(Path("models/convnet.npz")).network


def classify(inputs: Strip) -> Strip:
    return network().activations(inputs)


@cache
def read_strip() -> Callable[[Strip], Strip]:
    return strip_reader(line_network.load().network.activations)


def refuse(images: Strip) -> Strip:
    raise AssertionError("no network may be asked")


def ink_of(*digits: tuple[str, int, int], shape: tuple[int, int] = (300, 700)) -> Strip:
    """Return ink, 0 for paper to 255, of digits: name, x and y of its box."""
    ink = np.zeros(shape, np.uint8)
    for name, x, y in digits:
        for stroke in STROKES[name]:
            points = np.add(stroke, (x, y)).astype(np.int32)
            cv2.polylines(ink, [points], False, 255, PEN_PX, cv2.LINE_AA)
    return ink


def page_of(ink: Strip) -> Page:
    return find_ink(Image.fromarray((250 - ink * 0.9).astype(np.uint8)))


def page(*digits: tuple[str, int, int], shape: tuple[int, int] = (300, 700)) -> Page:
    return page_of(ink_of(*digits, shape=shape))


def read(found: Page) -> ReadLines:
    return read_lines(found, classify, read_strip())


def numbers_in(found: Page) -> list[str]:
    return [line.number for line in read(found).lines]


def frames_of(*classes: int, surely: float = 0.999) -> Callable[[Strip], Strip]:
    """Return a network of lines that finds signs of these classes evenly apart in every strip."""

    def read_frames(strip: Strip) -> Strip:
        frames = np.full((n_frames(strip.shape[1]), N_CLASSES), 0.0)
        frames[:, BLANK] = 1
        for number, label in enumerate(classes):
            at = round((number + 0.5) * strip.shape[1] / len(classes) / 4)
            frames[at] = (1 - surely) / (N_CLASSES - 1)
            frames[at, label] = surely
        return frames

    return read_frames


def test_digits_are_read_from_left_to_right_with_their_boxes() -> None:
    (line,) = read(page(("7", 220, 60), ("4", 50, 70), ("0", 130, 65))).lines
    assert line.number == "407"
    left = PEN_PX // 2
    for found, (x, y) in zip(line.digits, [(50, 70), (130, 65), (220, 60)], strict=True):
        assert found.box[:2] == pytest.approx((x - left, y - left), abs=3)
        assert found.box[3] == pytest.approx(100 + PEN_PX, abs=4)
        assert found.image.shape == (28, 28)
        assert found.image.max() == 255
        assert not found.is_cut


def with_speck_and_line() -> Strip:
    ink = ink_of(("7", 50, 60), ("0", 150, 60))
    ink[150:154, 400:404] = ink[200:204, 20:600] = 255
    return ink


def slanting() -> Strip:
    four = [("4", 40 + 90 * n, 20 + 14 * n) for n in range(5)]
    return ink_of(*four, *(("7", x, y + 120) for _, x, y in four))


READ = {
    "a speck and a line": (with_speck_and_line(), ["70"]),
    "one digit": (ink_of(("5", 50, 60)), ["5"]),
    "lines that slant": (slanting(), ["44444", "77777"]),
}


@pytest.mark.parametrize(("ink", "expected"), READ.values(), ids=READ)
def test_numbers_are_read(ink: Strip, expected: list[str]) -> None:
    assert numbers_in(page_of(ink)) == expected


def test_the_boxes_of_a_slanting_line_are_where_its_digits_are() -> None:
    assert read(page_of(slanting())).digits[4].box[:2] == pytest.approx((400 - 5, 76 - 5), abs=6)


@pytest.mark.parametrize("overlap_px", [0, 4])
@pytest.mark.parametrize("number", ["50", "5040"])
def test_digits_that_touch_are_read_and_their_ink_is_divided(number: str, overlap_px: int) -> None:
    widths_px = {"5": 52, "0": 60, "4": 62}
    digits, x = [], 50
    for digit in number:
        digits.append((digit, x, 60))
        x += widths_px[digit] + PEN_PX - overlap_px
    touching = page(*digits)
    assert cv2.connectedComponents((touching.ink > 0.2).astype(np.uint8))[0] == 2
    (line,) = read(touching).lines
    assert line.number == number
    assert all(digit.is_cut for digit in line.digits)


def test_noise_is_refused_before_anything_is_read_and_dust_is_in_no_line() -> None:
    ink = np.zeros((400, 400), np.uint8)
    ink[::4, ::4] = 255
    with pytest.raises(TooManyDigits, match="10000 separate pieces"):
        read_lines(page_of(ink), refuse, refuse)
    dust = np.zeros((200, 300), np.uint8)
    for x in range(20, 280, 20):
        dust[100:103, x : x + 3] = 255
    assert read_lines(page_of(dust), refuse, refuse).lines == []


def test_more_digits_than_the_bound_are_refused_before_they_are_classified() -> None:
    one = page(("7", 50, 60), ("4", 150, 60), ("0", 250, 60))
    with pytest.raises(TooManyDigits, match=f"more than {MAX_DIGITS} digits"):
        read_lines(one, refuse, lambda strip: np.eye(N_CLASSES)[[1, BLANK] * (MAX_DIGITS + 1)])


def test_lines_longer_together_than_the_bound_are_refused_before_all_are_read() -> None:
    ink, n_read = np.zeros((990, 990), np.uint8), list[int]()
    for y in range(20, 980, 60):
        for x in range(20, 980, 60):
            ink[y : y + 12, x : x + 3] = 255

    def count(strip: Strip) -> Strip:
        n_read.append(strip.shape[1])
        return frames_of(BLANK)(strip)

    with pytest.raises(TooManyDigits, match="more lines, or longer ones"):
        read_lines(page_of(ink), classify, count)
    assert 0 < sum(n_read) <= 10_000


def test_other_signs_and_ink_of_which_no_sign_is_read_are_left_out() -> None:
    three = page(("7", 50, 60), ("4", 150, 60), ("0", 250, 60))
    reading = read_lines(three, classify, frames_of(7, OTHER, 0))
    assert [line.number for line in reading.lines] == ["70"]
    (sign,) = reading.left_out
    assert sign[0] == pytest.approx(145, abs=4)
    reading = read_lines(three, classify, frames_of(BLANK, 4, BLANK))
    assert [line.number for line in reading.lines] == ["4"]
    assert [round(box[0], -1) for box in reading.left_out] == [40, 240]


def marked(*boxes: tuple[int, int, int, int]) -> Page:
    """Return a page of a 7 and a 0, and boxes (x, y, width, height) of ink between them."""
    ink = ink_of(("7", 50, 60), ("0", 170, 60))
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 255
    return page_of(ink)


@pytest.mark.parametrize(
    ("boxes", "label", "text", "may_be_other"),
    [
        ([(135, 150, 10, 10)], POINT, "7.0", False),
        ([(135, 145, 10, 34)], POINT, "7.0", False),
        ([(135, 145, 10, 34)], COMMA, "7,0", False),
        ([(125, 110, 34, 9)], MINUS, "7-0", False),
        ([], COMMA, "7,0", True),  # as a shadow's edge
    ],
    ids=["point", "long", "comma", "minus", "without ink"],
)
def test_a_mark_is_what_the_network_reads_and_doubtful_without_ink(
    boxes: list[tuple[int, int, int, int]], label: int, text: str, may_be_other: bool
) -> None:
    (line,) = read_lines(marked(*boxes), classify, frames_of(7, label, 0)).lines
    assert line.text == text
    assert [mark.may_be_other for mark in line.marks] == [may_be_other]


def test_of_a_colon_one_point_is_left_over() -> None:
    colon = marked((135, 100, 10, 10), (135, 150, 10, 10))
    reading = read_lines(colon, classify, frames_of(7, POINT, 0))
    assert [line.text for line in reading.lines] == ["7.0"]
    assert len(reading.small) == 1


def test_a_dash_of_which_no_sign_is_read_is_left_over() -> None:
    reading = read_lines(marked((125, 110, 30, 9)), classify, frames_of(7, 0))
    assert [line.text for line in reading.lines] == ["70"]
    assert len(reading.small) == 1
    uncovered = [line.uncovered for line in reading.lines]
    assert uncovered == [pytest.approx(9 / 109, abs=0.01)]


def test_a_speck_smaller_than_the_pen_s_line_is_left_over_in_a_drawing_alone() -> None:
    for side_px, n_left_over in ((5, 0), (11, 1)):
        drawing = marked((135, 80, side_px, side_px))  # the line is 10 pixels wide
        grey = drawing.grey - np.random.default_rng(1).integers(0, 3, drawing.grey.shape)
        source = Segmentation(grey.astype(np.uint8), drawing.ink, np.zeros_like(drawing.ink), 1.0)
        photograph = replace(drawing, source=source)
        assert len(read_lines(drawing, classify, frames_of(7, 0)).small) == 1
        assert len(read_lines(photograph, classify, frames_of(7, 0)).small) == n_left_over


@pytest.mark.parametrize(
    ("text", "is_doubtful"),
    [
        ("7.0", False),
        ("7.0.0", True),
        ("7.000.000", False),
        ("7.000.000,5", False),
        ("7.000.000.5", True),
        ("7.000,000", False),
        ("70.00.00", True),
        ("70.0.", False),
    ],
)
def test_two_points_are_doubtful_unless_they_group_thousands(text: str, is_doubtful: bool) -> None:
    labels = {".": POINT, ",": COMMA}
    marks, n_digits = list[Mark](), 0
    for character in text:
        if character in labels:
            marks.append(Mark((0, 0, 1, 1), character, n_digits))  # type: ignore[arg-type]
        n_digits += character.isdigit()
    digit = Digit([1.0] + [0.0] * 9, np.zeros((28, 28), np.uint8), (0, 0, 9, 9))
    line = with_points_in_doubt(Line([digit] * n_digits, marks))
    assert [mark.may_be_other for mark in line.marks] == [is_doubtful] * len(marks)


def test_ink_in_no_sign_is_measured_by_the_height_of_the_digits() -> None:
    def uncovered(*boxes: tuple[int, int, int, int]) -> float:
        (line,) = read_lines(marked(*boxes), classify, frames_of(7, 0)).lines
        return line.uncovered

    assert uncovered() == 0
    high = uncovered((125, 60, 8, 50))
    assert uncovered((125, 150, 8, 8), (140, 60, 8, 50)) == pytest.approx(high, abs=0.02)
    assert high == pytest.approx(50 / 109, abs=0.02)


def doubtful_signs(read: ReadLines) -> list[DoubtfulSign]:
    return Reading(read.lines, None, [], 1, 1, is_number=True).doubtful_signs


def test_an_improbable_mark_is_doubtful_and_a_line_may_have_more_signs() -> None:
    point = marked((135, 150, 10, 10))
    reading = read_lines(point, classify, frames_of(7, POINT, 0, surely=0.8))
    (line,) = reading.lines
    assert [mark.may_be_other for mark in line.marks] == [True]
    assert not line.may_have_more

    def perhaps_a_point(strip: Strip) -> Strip:
        frames = frames_of(7, POINT, 0)(strip)
        at = int(frames[:, POINT].argmax())
        frames[at] = 0
        frames[at, [COMMA, POINT, BLANK]] = 0.25, 0.3, 0.45
        return frames

    reading = read_lines(point, classify, perhaps_a_point)
    assert [(line.text, line.may_have_more) for line in reading.lines] == [("70", True)]
    assert doubtful_signs(reading) == [DoubtfulSign(SignDoubt.MISSING_SIGN, 0)]
    assert len(reading.small) == 1


@pytest.mark.parametrize(
    ("classes", "other", "may_be_other"),
    [
        ((7, POINT, 0), BLANK, [True]),
        ((7, 0, POINT), BLANK, [False]),
        ((7, 0, POINT), COMMA, [False]),
        ((7, 0, COMMA), POINT, [False]),
        ((7, 0, POINT), OTHER, [True]),  # a colon, an exclamation mark
        ((7, 0, POINT), 1, [True]),
        ((7, 0, MINUS), BLANK, [True]),
        ((7, 0, POINT, MINUS), BLANK, [False, False]),
        ((MINUS, 7, 0), BLANK, [True]),
    ],
)
def test_marks_after_the_last_digit_are_no_doubt_if_nothing_there_is_the_same_number(
    classes: tuple[int, ...], other: int, may_be_other: list[bool]
) -> None:
    frames_of_signs = frames_of(*classes)

    def unsure(strip: Strip) -> Strip:
        frames = frames_of_signs(strip)
        for frame in frames:
            if (label := int(frame.argmax())) in (POINT, COMMA, MINUS):
                frame[:] = 0
                frame[[label, other]] = (0.1, 0.9) if other == OTHER else (0.7, 0.3)
        return frames

    ink = ink_of(("7", 50, 60), ("0", 170, 60))
    ink[150:190, 290:300] = 255  # a comma
    (line,) = read_lines(page_of(ink), classify, unsure).lines
    assert [mark.may_be_other for mark in line.marks] == may_be_other


def test_a_1_that_reaches_beyond_the_others_may_be_a_slash() -> None:
    for y, height, may_be in ((45, 130, True), (60, 100, False), (45, 110, False)):
        digits = read_lines(marked((135, y, 8, height)), classify, frames_of(7, 1, 0)).digits
        assert [digit.is_slash for digit in digits] == [False, may_be, False]


@pytest.mark.parametrize(("lean_px", "may_be"), [(0, False), (20, False), (40, True)])
def test_a_straight_1_that_leans_may_be_a_slash(lean_px: int, may_be: bool) -> None:
    ink = ink_of(("7", 40, 60), ("0", 190, 60))
    cv2.line(ink, (150 + lean_px // 2, 68), (150 - lean_px // 2, 152), 255, 8)
    digits = read_lines(page_of(ink), classify, frames_of(7, 1, 0)).digits
    assert [digit.is_slash for digit in digits] == [False, may_be, False]


@pytest.mark.parametrize(("lean_px", "may_be_other"), [(-56, True), (-20, False), (56, False)])
def test_a_first_1_that_leans_far_to_the_left_may_be_a_backslash(
    lean_px: int, may_be_other: bool
) -> None:
    ink = ink_of(("0", 150, 60), ("5", 250, 60))
    cv2.line(ink, (90 + lean_px // 2, 64), (90 - lean_px // 2, 156), 255, 8)
    (line,) = read_lines(page_of(ink), classify, frames_of(1, 0, 5)).lines
    assert [digit.may_be_other for digit in line.digits] == [may_be_other, False, False]


@pytest.mark.parametrize(("end", "n_struck"), [(0, 0), (240, 2), (340, 3)])
def test_digits_that_a_line_strikes_out_may_be_none(end: int, n_struck: int) -> None:
    ink = ink_of(("7", 50, 60), ("0", 150, 60), ("5", 250, 60))
    if end:
        cv2.line(ink, (30, 110), (end, 106), 255, 8)
    (line,) = read_lines(page_of(ink), classify, frames_of(7, 0, 5)).lines
    assert [digit.may_be_other for digit in line.digits] == [n < n_struck for n in range(3)]


def test_a_bar_before_a_number_may_be_another_sign() -> None:
    bar = ink_of(("7", 150, 60), ("5", 250, 60))
    bar[40:190, 100:108] = 255
    (line,) = read_lines(page_of(bar), classify, frames_of(1, 7, 5)).lines
    assert [digit.may_be_other for digit in line.digits] == [True, False, False]


def test_two_leaning_ones_are_not_measured_by_each_other() -> None:
    ink = ink_of(("0", 190, 60))
    for x in (50, 120):
        cv2.line(ink, (x + 20, 68), (x - 20, 152), 255, 8)
    digits = read_lines(page_of(ink), classify, frames_of(1, 1, 0)).digits
    assert [digit.is_slash for digit in digits] == [True, True, False]


def test_a_comma_below_the_digits_is_of_their_line_and_ink_of_another_line_is_not() -> None:
    comma = marked((135, 150, 10, 62))
    (line,) = read_lines(comma, classify, frames_of(7, COMMA, 0)).lines
    assert line.text == "7,0"
    two = page(("7", 50, 20), ("0", 170, 20), ("4", 50, 140), ("7", 170, 140))
    reading = read_lines(two, classify, frames_of(7, 0))
    assert len(reading.lines) == 2
    assert (reading.left_out, reading.small) == ([], [])


def test_the_networks_agree_as_far_as_the_network_of_lines_is_sure_of_the_same_digit() -> None:
    seven = page(("7", 50, 60), ("7", 150, 60))
    for surely in (0.999, 0.8):
        digits = read_lines(seven, classify, frames_of(7, 7, surely=surely)).digits
        assert [digit.agreement for digit in digits] == pytest.approx([surely] * 2, abs=0.02)
    classified = classify(to_inputs(np.stack([digit.image for digit in digits])))
    np.testing.assert_allclose(classified, [digit.activations for digit in digits], atol=1e-6)
    assert [digit.by_digits for digit in digits] == pytest.approx(classified[:, 7], abs=1e-6)


def test_where_they_differ_it_is_what_both_together_find_likeliest_and_they_disagree() -> None:
    def unsure(images: Strip) -> Strip:
        activations = np.full((len(images), 10), 0.01)
        activations[:, 1], activations[:, 7] = 0.6, 0.32
        return activations

    (digit, _) = read_lines(page(("7", 50, 60), ("7", 150, 60)), unsure, frames_of(7, 7)).digits
    assert digit.digit == 7
    assert sum(digit.activations) == pytest.approx(1, abs=1e-5)
    assert (digit.is_agreed, digit.agreement) == (False, 0)
    assert digit.by_digits == pytest.approx(0.32)
    assert digit.by_lines == pytest.approx(0.999, abs=0.01)


@pytest.mark.parametrize(("second_x", "read"), [(150, 1), (115, 7)], ids=["apart", "touching"])
def test_of_digits_that_are_cut_the_network_of_lines_counts_more(second_x: int, read: int) -> None:
    def one(images: Strip) -> Strip:
        activations = np.full((len(images), 10), 0.01)
        activations[:, 1], activations[:, 7] = 0.92, 0.005
        return activations

    two = page(("0", 50, 60), ("0", second_x, 60))
    digits = read_lines(two, one, frames_of(7, 7, surely=0.9)).digits
    assert [digit.is_cut for digit in digits] == [read == 7] * 2
    assert [digit.digit for digit in digits] == [read] * 2


def test_a_digit_that_is_much_lower_than_others_may_be_an_index() -> None:
    ink = ink_of(("7", 50, 60), ("4", 150, 60))
    small = cv2.resize(ink[55:170, 45:120], None, fx=0.35, fy=0.35)
    ink[130 : 130 + small.shape[0], 262 : 262 + small.shape[1]] = small
    digits = read_lines(page_of(ink), classify, frames_of(7, 4, 7)).digits
    assert [digit.may_be_other for digit in digits] == [False, False, True]


def test_a_small_zero_on_the_line_is_of_an_amount() -> None:
    for y, may_be in ((130, False), (95, True)):
        ink = ink_of(("7", 50, 60), ("4", 150, 60))
        small = cv2.resize(ink_of(("0", 50, 60))[55:170, 45:120], None, fx=0.35, fy=0.35)
        ink[y : y + small.shape[0], 262 : 262 + small.shape[1]] = small
        digits = read_lines(page_of(ink), classify, frames_of(7, 4, 0)).digits
        assert [digit.may_be_other for digit in digits] == [False, False, may_be]


def test_a_digit_that_is_read_in_two_lines_is_in_doubt_in_both() -> None:
    image = np.zeros((28, 28), np.uint8)
    ones = [
        Line([Digit([0, 1, *[0] * 8], image, (x, 10, 40, 100)) for x in places])
        for places in ([0, 100], [110, 300], [600])
    ]
    doubtful = [[one.may_be_other for one in line.digits] for line in with_repeats_in_doubt(ones)]
    assert doubtful == [[False, True], [True, False], [False]]


# What another sign after 74 is drawn as: strokes by points, x and y in pixels.
CLOSINGS = {
    "two lines": ([[(260, 100), (320, 96)], [(260, 125), (322, 120)]], True),
    "one line": ([[(260, 110), (330, 104)]], True),
    "a small z": ([[(260, 100), (320, 96), (258, 128), (320, 124)]], False),
    "a plus": ([[(260, 110), (320, 110)], [(290, 80), (290, 140)]], False),
    "an m": ([[(260, 160), (264, 115), (285, 160), (292, 115), (315, 160)]], False),
    "lines as far apart as a digit is high": (
        [[(260, 60), (420, 60)], [(260, 160), (420, 160)]],
        False,
    ),
    "a colon": ([[(260, 100), (270, 100)], [(260, 125), (270, 125)]], False),
}


@pytest.mark.parametrize(("strokes", "closes"), CLOSINGS.values(), ids=CLOSINGS)
def test_lines_that_close_an_amount_are_no_ink_that_is_left_out(
    strokes: list[list[tuple[int, int]]], closes: bool
) -> None:
    ink = ink_of(("7", 50, 60), ("4", 150, 60))
    for stroke in strokes:
        cv2.polylines(ink, [np.array(stroke, np.int32)], False, 255, PEN_PX, cv2.LINE_AA)
    found = read_lines(page_of(ink), classify, frames_of(7, 4, OTHER))
    assert [line.text for line in found.lines] == ["74"]
    assert bool(found.left_out) != closes
    between = read_lines(page_of(ink), classify, frames_of(OTHER, 7, 4))
    assert between.left_out  # another sign in another place is no closing


def test_a_low_and_wide_picture_is_one_line_as_it_is() -> None:
    seen = []

    def look(strip: Strip) -> Strip:
        seen.append(strip.shape)
        return frames_of(BLANK)(strip)

    rng = np.random.default_rng(0)
    patterned = Image.fromarray(rng.integers(60, 250, (48, 200)).astype(np.uint8))
    reading = read_lines(find_ink(patterned), classify, look)
    assert (reading.lines, reading.left_out) == ([], [])
    assert seen == [(48, 200)]


def test_a_cut_out_with_much_paper_is_read_again_without_it() -> None:
    ink = ink_of(("7", 152, 150), ("0", 270, 150), ("7", 480, 8), shape=(300, 600))
    grey = 255.0 - cv2.resize(ink, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA)
    grey *= np.linspace(0.8, 1, grey.shape[1])  # as of a photograph
    found, widths = find_ink(Image.fromarray(grey.astype(np.uint8)), segment()), []

    def look(strip: Strip) -> Strip:
        widths.append(strip.shape[1])
        return frames_of(BLANK, 7, 0, BLANK, BLANK)(strip)

    reading = read_lines(found, classify, look)
    assert widths == [96, pytest.approx(2 * 96, abs=14)]  # 48 rows for half the height
    for digit, x in zip(reading.digits, (152, 270), strict=True):
        left, top = np.multiply(0.35, (x - PEN_PX // 2, 150 - PEN_PX // 2))
        assert digit.box == pytest.approx((left, top, 0.35 * 68, 0.35 * 109), abs=4)
    (above,) = reading.left_out  # was seen before
    left, top = np.multiply(0.35, (480 - PEN_PX // 2, 8 - PEN_PX // 2))
    assert above == pytest.approx((left, top, 0.35 * 68, 0.35 * 109), abs=4)


@pytest.mark.parametrize("is_lit_evenly", [True, False])
def test_light_ink_on_dark_is_read_as_dark_on_light(is_lit_evenly: bool) -> None:
    grey = page(("7", 50, 60), ("4", 150, 60)).grey.astype(float)
    if not is_lit_evenly:
        grey *= np.linspace(0.5, 1, grey.shape[1])
    for levels in (grey, 255 - grey):
        found = find_ink(Image.fromarray(levels.astype(np.uint8)), segment())
        seen = found.dark_on_light.astype(float)
        assert seen[found.ink > 0.9].mean() < seen[found.ink == 0].mean() - 50
