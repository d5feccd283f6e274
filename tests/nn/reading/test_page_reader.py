"""Pages read: as one digit or as numbers, what is left out, and how many columns are read."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize
from nn.reading import page_reader as module
from nn.reading.allowed import Restriction
from nn.reading.doubts import Doubt, Match, ReasonNotRead
from nn.reading.limits import TooManyDigits, max_columns
from nn.reading.lines.signs import ReadLines
from nn.reading.lines.strip import BLANK, N_CLASSES, n_frames
from nn.reading.page.find import Page, find_ink, find_page
from nn.reading.page.segment import Segmentation
from nn.reading.page_reader import PageReader
from nn.reading.reading import Activations, Box, Digit, LeftOut, Line, Mark
from tests.judging import DIFFERS, judges
from tests.segmenting import segment

LETTER_BOX: Box = (5, 60, 20, 30)
LETTER = LeftOut(LETTER_BOX, ReasonNotRead.NOT_A_DIGIT)
SEVEN = np.eye(10)[7]
SURE_MARK = {"other_mark": -9.0}


def bar(box: tuple[int, int, int, int], *others: tuple[int, int, int, int]) -> Page:
    """Return a picture of 100 x 120 pixels with bars: left, top, right and bottom."""
    image = Image.new("L", (100, 120), "white")
    for each in (box, *others):
        image.paste(0, each)
    return find_page(Picture(image, PictureSize(100, 120)))


NARROW, BROAD = bar((45, 20, 55, 100)), bar((15, 20, 95, 100))  # which may be two digits


def reader(activation: float = 1.0) -> PageReader:
    """Return a reader of a network that gives class 7 this activation, and 1 the rest."""
    row = np.array([[0, 1 - activation, 0, 0, 0, 0, 0, activation, 0, 0]])
    return PageReader(lambda inputs: np.repeat(row, len(inputs), 0), read_nothing, judges())


def read_nothing(strip: np.ndarray) -> np.ndarray:
    """A network of lines that finds no sign."""
    return np.eye(N_CLASSES)[[BLANK] * n_frames(strip.shape[1])]


def detected(activation: float = 1.0, **others: Any) -> Digit:
    activations = np.where(np.arange(10) == 7, activation, 0.0).tolist()
    return Digit(activations, np.zeros((28, 28), np.uint8), (0, 0, 9, 9), **others)


def find(monkeypatch: pytest.MonkeyPatch, *lines: Line, **others: Any) -> None:
    """Let these lines be found in any picture."""
    monkeypatch.setattr(module, "read_lines", lambda *_: ReadLines(lines, **others))


def test_each_digit_of_a_number_has_its_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = [detected(), detected(0.1, **DIFFERS), detected(**DIFFERS)]
    digits += [detected(is_cut=True), detected(**DIFFERS, is_cut=True)]
    find(monkeypatch, Line(digits))
    reading = reader().read(bar((45, 20, 55, 100), (75, 20, 85, 100)))
    doubts = [None, Doubt.NOT_A_DIGIT, Doubt.UNCLEAR, None, Doubt.TOUCHING]
    assert [digit.doubt for digit in reading.digits] == doubts
    assert (reading.certain, reading.doubt) == (False, Doubt.TOUCHING)


def test_of_the_cut_out_of_a_line_only_what_the_networks_leave_out_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "unread_ink", lambda *_, **__: [LETTER])
    find(monkeypatch, Line([detected(), detected()]))
    for height, left_out in ((60, []), (160, [LETTER])):
        image = Image.new("L", (200, height), "white")
        image.paste(0, (45, 10, 55, 50))
        image.paste(0, (75, 10, 85, 50))
        assert (
            reader().read(find_page(Picture(image, PictureSize(200, height)))).left_out == left_out
        )


def test_improbable_digits_in_one_piece_are_a_number_in_the_cut_out_of_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find(monkeypatch, Line([detected(0.1, **DIFFERS)] * 2))
    for height, is_number in ((60, True), (160, False)):
        image = Image.new("L", (200, height), "white")
        image.paste(0, (45, 10, 125, 50))
        reading = reader().read(find_page(Picture(image, PictureSize(200, height))))
        assert (reading.is_number, reading.certain) == (is_number, False)


def test_a_number_is_not_certain_while_ink_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("L", (100, 120), "white")
    image.paste(0, (15, 20, 95, 100))
    page = find_page(Picture(image, PictureSize(200, 240, reduction=2)))  # decoded at half its size
    find(monkeypatch, Line([detected(), detected()]), left_out=[LETTER_BOX, (10, 2, 20, 30)])
    reading = reader().read(page)
    assert (reading.number, reading.certain, reading.doubt) == ("77", False, Doubt.INK_LEFT_OUT)
    assert all(digit.certain for digit in reading.digits)
    assert reading.left_out == [  # top to bottom, in pixels of the file
        LeftOut((20, 4, 40, 60), ReasonNotRead.NOT_A_DIGIT),
        LeftOut((10, 120, 40, 60), ReasonNotRead.NOT_A_DIGIT),
    ]


def cut_out(*bars: tuple[int, int, int, int]) -> Page:
    """Return the cut-out (120, 100) of a photograph with bars: left, top, right and bottom."""
    drawing = Image.new("L", (100, 120), "white")
    for each in bars:
        drawing.paste(0, each)
    light = np.linspace(1, 0.7, 100) + np.random.default_rng(1).normal(0, 0.01, (120, 100))
    grey = (np.asarray(drawing) * 0.7 + 60) * light * 0.9
    photograph = Image.fromarray(grey.astype(np.uint8))
    return find_page(Picture(photograph, PictureSize(100, 120)), segment())


def test_a_digit_alone_that_a_line_strikes_out_is_doubtful_whatever_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find(monkeypatch, Line([detected()], match=Match("7", 1.0, 0.0, ())))
    page = cut_out((45, 30, 55, 90))
    assert isinstance(page.source, Segmentation)
    other = page.source.other.copy()
    other[58:64, 5:95] = 0.9  # what the network of ink takes for a rule
    struck = replace(page, source=replace(page.source, other=other))
    for one_digit, allowed in ((True, None), (False, None), (False, Restriction(length=1))):
        assert reader().read(page, one_digit=one_digit, allowed=allowed).certain
        assert not reader().read(struck, one_digit=one_digit, allowed=allowed).certain


def test_a_digit_alone_with_an_upright_piece_beside_it_is_doubtful(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find(monkeypatch, Line([detected()]))
    assert reader().read(bar((45, 20, 55, 100)), one_digit=True).certain
    two = reader().read(bar((45, 20, 55, 100), (20, 20, 28, 60)), one_digit=True)
    assert (two.text, two.certain, two.doubt) == ("7", False, Doubt.UNCLEAR)


def test_ink_lower_than_a_digit_is_left_out_of_a_drawing_and_of_a_photograph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = ReadLines([Line([detected(), detected()])], small=[LETTER_BOX])
    monkeypatch.setattr(module, "read_lines", lambda *_: lines)
    monkeypatch.setattr(module, "unread_ink", lambda *_, **__: [])
    drawing = bar((35, 20, 45, 100), (65, 20, 75, 100))
    light = np.linspace(1, 0.7, 100) + np.random.default_rng(1).normal(0, 0.01, (120, 100))
    photograph = Image.fromarray((drawing.grey * light * 0.9).astype(np.uint8))
    page = find_page(Picture(photograph, PictureSize(100, 120)), segment())
    for each in (drawing, page):
        reading = reader().read(each)
        assert reading.is_number and [ink.box for ink in reading.left_out] == [LETTER_BOX]


def test_the_text_has_the_marks_of_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    point = Mark((10, 8, 1, 1), ".", 1, SURE_MARK)
    find(monkeypatch, Line([detected(), detected()], [point]), Line([detected()] * 2))
    reading = reader().read(bar((15, 20, 25, 100), (75, 20, 85, 100)))
    assert (reading.text, reading.number, [line.text for line in reading.lines]) == (
        "7.7\n77",
        "77\n77",
        ["7.7", "77"],
    )
    assert [digit.line for digit in reading.digits] == [0, 0, 1, 1]
    assert reading.certain


@pytest.mark.parametrize(
    ("second", "is_refused"),
    [(detected(), True), (detected(**DIFFERS), False), (detected(is_cut=True), False)],
)
def test_several_digits_are_refused_only_when_each_is_certain(
    second: Digit, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, Line([detected(), second]))
    for page in (NARROW, BROAD):
        if is_refused:
            with pytest.raises(PictureError, match="holds 2 digits") as caught:
                reader().read(page, one_digit=True, activations=np.full(10, 0.1))
            assert caught.value.fault is PictureFault.SEVERAL_DIGITS
        else:
            reading = reader().read(page, one_digit=True, activations=np.full(10, 0.1))
            assert reading.doubt is Doubt.NOT_A_DIGIT


@pytest.mark.parametrize(
    ("digits", "doubt"),
    [
        ([detected()], None),
        ([detected(**DIFFERS)], Doubt.UNCLEAR),
        ([replace(detected(), activations=np.eye(10)[1].tolist())], Doubt.UNCLEAR),
        ([detected(), detected(0.5)], Doubt.UNCLEAR),
        ([], Doubt.NOT_A_DIGIT),
    ],
    ids=["the same", "by one network", "another", "two", "none"],
)
def test_a_digit_that_may_be_two_is_certain_if_the_network_of_lines_reads_it_so(
    digits: list[Digit], doubt: Doubt | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, *([Line(digits)] if digits else []))
    assert reader().read(BROAD, one_digit=True, refuse_several=False).doubt is doubt


@pytest.mark.parametrize(
    ("digits", "doubt"),
    [
        ([replace(detected(), activations=np.eye(10)[1].tolist())], None),
        ([detected(), detected()], Doubt.UNCLEAR),
        ([], Doubt.NOT_A_DIGIT),
    ],
    ids=["another", "two", "none"],
)
def test_which_digit_the_network_of_lines_reads_does_not_count_in_a_hand_it_has_not_learnt(
    digits: list[Digit], doubt: Doubt | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, *([Line(digits)] if digits else []))
    alone = reader()
    alone = replace(alone, certainty=replace(alone.certainty, is_alone=True))
    assert alone.read(BROAD, one_digit=True, refuse_several=False).doubt is doubt


def test_of_a_plain_digit_the_network_of_lines_is_not_asked() -> None:
    def refuse(strip: np.ndarray) -> np.ndarray:
        raise AssertionError("one narrow piece of ink in even light")

    plain = PageReader(lambda inputs: SEVEN[np.newaxis], refuse, judges())
    assert NARROW.is_plain
    assert plain.read(NARROW, one_digit=True).certain
    assert plain.read(NARROW).certain
    assert plain.read(NARROW, activations=SEVEN).certain


def test_on_scanned_paper_no_digit_is_certain_without_the_network_of_lines() -> None:
    """A narrow 17 in one piece, scanned, looks like a 7 to the network of digits alone."""
    grey = np.asarray(NARROW.grey).copy()
    grey[grey == 255] -= np.random.default_rng(0).integers(0, 5, (grey == 255).sum(), np.uint8)
    image = Image.fromarray(grey)
    scanned = find_page(Picture(image, PictureSize(*image.size)))
    assert scanned.is_even and not scanned.is_plain
    assert not reader().read(scanned, one_digit=True).certain


def test_marks_and_specks_beside_one_digit_are_left_out_in_a_drawing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_pieces = bar((45, 20, 55, 100), (80, 90, 84, 94))
    digit = replace(detected(), box=(45, 20, 10, 80))
    line = Line([digit], [Mark((96, 90, 3, 3), ".", 1)])
    find(monkeypatch, line, small=[(80, 90, 4, 4), (70, 20, 24, 5)])
    reading = reader().read(in_pieces)
    assert (reading.is_number, reading.doubt) == (False, Doubt.INK_LEFT_OUT)
    boxes = [(70, 20, 24, 5), (96, 90, 3, 3), (80, 90, 4, 4)]
    assert [ink.box for ink in reading.left_out] == boxes
    monkeypatch.setattr(module, "MIN_DRAWING_PX", 200)  # as if it were cut out of a scan
    reading = reader().read(in_pieces)
    assert [ink.box for ink in reading.left_out] == boxes[:2]  # without a speck


def test_one_piece_of_ink_is_read_as_a_number_if_it_is_doubtful_and_broad_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find(monkeypatch, Line([detected(), detected()]))
    broad_enough = bar((20, 20, 84, 100))
    assert NARROW.is_plain and broad_enough.is_plain
    assert reader(0.6).read(broad_enough).text == "77"
    assert reader(1.0).read(broad_enough).text == "7"
    assert reader(0.6).read(NARROW).text == "7"


def test_a_photograph_of_much_that_is_no_digit_is_refused() -> None:
    ink = np.zeros((300, 400))
    ink[80:200, 190:202] = ink[60:180, 40:52] = ink[90:210, 350:362] = 1
    light = np.linspace(220, 110, 400) + np.random.default_rng(1).normal(0, 2, ink.shape)
    photo = Image.fromarray((light * (1 - 0.6 * ink)).astype(np.uint8))
    page = find_page(Picture(photo, PictureSize(400, 300)), segment())
    assert page.has_more_than_digit
    with pytest.raises(PictureError, match="Nothing in the picture looks like a digit"):
        reader().read(page)


def test_a_picture_with_too_many_digits_is_read_once_and_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []

    def refuse(*_: object) -> ReadLines:
        calls.append(1)
        raise TooManyDigits("The picture holds 101 digits.")

    monkeypatch.setattr(module, "read_lines", refuse)
    with pytest.raises(PictureError, match=r"101 digits\. Cut out a part of it"):
        reader().read(BROAD)
    assert calls == [1]
    assert reader().read(BROAD, one_digit=True).doubt is Doubt.UNCLEAR


def page_of(width_px: int, height_px: int, *, is_photograph: bool = True) -> Page:
    """Return a picture of a bar, in light that fades if it is a photograph."""
    grey = np.full((height_px, width_px), 255.0)
    if is_photograph:
        grey -= np.linspace(0, 60, width_px)
    rows, columns = (slice(side * 9 // 20, side * 11 // 20) for side in (height_px, width_px // 5))
    grey[rows, columns] = 0
    return find_ink(Image.fromarray(grey.astype(np.uint8)), segment())


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
    page = page_of(*size_px, is_photograph=is_photograph)
    assert max_columns(page, is_restricted=False) == n_most
    assert max_columns(page, is_restricted=True) == n_restricted


def test_of_a_file_whose_decoding_takes_all_of_the_time_half_a_sudokus_columns_are_read() -> None:
    page = page_of(1000, 1000)
    large = replace(page, reduction=replace(page.reduction, size_px=(8000, 8000)))
    assert max_columns(large, is_restricted=True) == 2_000


def test_a_part_of_the_time_is_for_a_part_of_the_columns() -> None:
    page = page_of(400, 300)
    assert max_columns(page, is_restricted=False, max_lines_s=0.15) == 4_166
    assert max_columns(page, is_restricted=True, max_lines_s=0.15) == 2_830


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
    page = find_page(Picture(Image.fromarray(bars), PictureSize(1000, 700)))
    nothing = PageReader(
        lambda inputs: np.zeros((len(inputs), 10)), read_strip, judges(), max_lines_s=max_lines_s
    )
    with pytest.raises(PictureError, match="more lines, or longer ones"):
        nothing.read(page, allowed=restriction)
    assert n_least < n_columns <= n_most
