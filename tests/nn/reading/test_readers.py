from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture, PictureSize
from nn.reading import digit_reader as module
from nn.reading.certainty import Doubt, LeftOut, ReasonNotRead
from nn.reading.digit_reader import DigitReader
from nn.reading.inked_picture import InkedPicture, with_ink
from nn.reading.lines.strip import BLANK, N_CLASSES, n_frames
from nn.reading.lines.types import (
    DetectedDigit,
    Mark,
    NumberLine,
    NumberReading,
    TooManyDigits,
)
from nn.reading.number_reader import NumberReader, is_number
from nn.reading.reading import Reading

LETTER = LeftOut((5, 60, 20, 30), ReasonNotRead.NOT_A_DIGIT)


@pytest.fixture
def inked() -> InkedPicture:
    """Return a picture of 200 x 240 pixels that shows a bar, and was decoded at half its size."""
    image = Image.new("L", (100, 120), "white")
    image.paste(0, (45, 20, 55, 100))
    return with_ink(Picture(image, PictureSize(200, 240, reduction=2)))


def reader(activation: float = 1.0) -> DigitReader:
    """Return a reader of a network that gives class 7 this activation, and 1 the rest."""
    row = np.array([[0, 1 - activation, 0, 0, 0, 0, 0, activation, 0, 0]])
    return DigitReader(lambda inputs: np.repeat(row, len(inputs), 0), read_nothing)


def read_nothing(strip: np.ndarray) -> np.ndarray:
    """A network of lines that finds no sign."""
    return np.eye(N_CLASSES)[[BLANK] * n_frames(strip.shape[1])]


def number_reading(inked: InkedPicture, found: NumberReading) -> Reading:
    """Return the reading of a picture in which these numbers were found."""
    return NumberReader(reader()).number_reading(inked, found)


def detected(
    activation: float = 1.0, *, is_cut: bool = False, agreement: float = 1.0
) -> DetectedDigit:
    """Return a 7 with this activation."""
    activations = np.where(np.arange(10) == 7, activation, 0.0)
    image = np.zeros((28, 28), np.uint8)
    return DetectedDigit((0, 0, 9, 9), image, activations, is_cut, agreement)


def test_a_digit_of_a_number_is_certain_where_both_networks_are_sure_of_it(
    inked: InkedPicture,
) -> None:
    sure = [detected(), detected(0.6, agreement=0.96), detected(0.9, agreement=0.9)]
    sure.append(detected(is_cut=True))
    in_doubt = [
        *(detected(0.59), detected(agreement=0.89)),  # one of them is not
        detected(0.7, agreement=0.93),  # both are nearly
        replace(detected(), may_be_other=True),
    ]
    touching = [detected(0.59, is_cut=True), detected(agreement=0.0, is_cut=True)]
    line = NumberLine([*sure, *in_doubt, *touching], [])
    reading = number_reading(inked, NumberReading([line], []))
    doubts = (
        [None] * 4
        + [Doubt.NOT_A_DIGIT, Doubt.UNCLEAR, Doubt.NOT_A_DIGIT, Doubt.UNCLEAR]
        + [Doubt.TOUCHING] * 2
    )
    assert [(digit.certain, digit.doubt) for digit in reading.digits] == [
        (doubt is None, doubt) for doubt in doubts
    ]
    assert (reading.certain, reading.doubt) == (False, Doubt.TOUCHING)


def test_of_the_cut_out_of_a_line_only_what_the_networks_leave_out_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "unread_ink", lambda *_, **__: [LETTER])
    found = NumberReading([NumberLine([detected()], [])], [])
    for height, left_out in ((60, []), (160, [LETTER])):
        image = Image.new("L", (200, height), "white")
        image.paste(0, (45, 10, 55, 50))
        picture = with_ink(Picture(image, PictureSize(200, height)))
        monkeypatch.setattr(module, "is_written", lambda *_: True)
        assert number_reading(picture, found).left_out == left_out


def test_a_number_is_not_certain_while_ink_is_left_out(inked: InkedPicture) -> None:
    line = NumberLine([detected(), detected()], [])
    above = replace(LETTER, box=(10, 2, 20, 30))
    reading = number_reading(inked, NumberReading([line], [LETTER, above]))
    assert (reading.number, reading.certain, reading.doubt) == ("77", False, Doubt.INK_LEFT_OUT)
    assert all(digit.certain for digit in reading.digits)
    assert reading.left_out == [  # top to bottom, in pixels of the file
        LeftOut((20, 4, 40, 60), ReasonNotRead.NOT_A_DIGIT),
        LeftOut((10, 120, 40, 60), ReasonNotRead.NOT_A_DIGIT),
    ]


@pytest.mark.parametrize(("is_sure", "doubt"), [(True, None), (False, Doubt.UNCLEAR)])
def test_the_text_has_the_marks_and_is_certain_if_they_are(
    is_sure: bool, doubt: Doubt | None, inked: InkedPicture
) -> None:
    point = Mark((10, 8, 1, 1), ".", is_sure, 1)
    lines = [NumberLine([detected(), detected()], [point]), NumberLine([detected()], [])]
    reading = number_reading(inked, NumberReading(lines, []))
    assert (reading.text, reading.number, reading.lines) == ("7.7\n7", "77\n7", ["77", "7"])
    assert (reading.certain, reading.doubt) == (doubt is None, doubt)


@pytest.mark.parametrize(
    ("second", "is_refused"),
    [(detected(), True), (detected(0.5), False), (detected(agreement=0.9), False)],
)
def test_several_digits_are_refused_only_when_each_is_certain(
    second: DetectedDigit, is_refused: bool, inked: InkedPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = NumberReading([NumberLine([detected(), second], [])], [])
    monkeypatch.setattr(module, "read_lines", lambda *_: found)
    prepared, activations = reader().prepare(inked), np.full(10, 0.1)
    if is_refused:
        with pytest.raises(PictureError, match="holds 2 digits") as caught:
            reader().read_prepared(prepared, activations)
        assert caught.value.fault is PictureFault.SEVERAL_DIGITS
    else:
        assert reader().read_prepared(prepared, activations).doubt is Doubt.NOT_A_DIGIT


SEVEN = np.eye(10)[7]


@pytest.fixture
def broad() -> InkedPicture:
    """Return a picture of a broad bar, which may be two digits."""
    image = Image.new("L", (100, 120), "white")
    image.paste(0, (15, 20, 95, 100))
    return with_ink(Picture(image, PictureSize(100, 120)))


@pytest.mark.parametrize(
    ("digits", "doubt"),
    [
        ([detected()], None),
        ([detected(agreement=0.51)], None),
        ([detected(agreement=0.49)], Doubt.UNCLEAR),
        ([replace(detected(), activations=np.eye(10)[1])], Doubt.UNCLEAR),
        ([detected(), detected(0.5)], Doubt.UNCLEAR),
        ([], Doubt.NOT_A_DIGIT),
    ],
    ids=["the same", "likely the same", "unsurely the same", "another", "two", "none"],
)
def test_a_digit_that_may_be_two_is_certain_if_the_network_of_lines_reads_it_so(
    digits: list[DetectedDigit],
    doubt: Doubt | None,
    broad: InkedPicture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [NumberLine(digits, [])] if digits else []
    monkeypatch.setattr(module, "read_lines", lambda *_: NumberReading(lines, []))
    assert reader().digit_reading(reader().prepare(broad), SEVEN).doubt is doubt


def test_of_a_plain_digit_the_network_of_lines_is_not_asked(inked: InkedPicture) -> None:
    def refuse(strip: np.ndarray) -> np.ndarray:
        raise AssertionError("one narrow piece of ink in even light")

    plain = DigitReader(lambda inputs: SEVEN[np.newaxis], refuse)
    assert plain.read(inked).certain
    assert NumberReader(plain).read(inked).certain


def test_marks_and_specks_beside_one_digit_are_left_out_in_a_drawing(
    inked: InkedPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Image.new("L", (100, 120), "white")
    image.paste(0, (45, 20, 55, 100))
    image.paste(0, (80, 90, 84, 94))
    in_pieces = with_ink(Picture(image, PictureSize(100, 120)))
    line = NumberLine([detected()], [Mark((96, 90, 3, 3), ".", False, 1)])
    found = NumberReading([line], [], [(80, 90, 4, 4)])
    monkeypatch.setattr(module, "read_lines", lambda *_: found)
    reading = reader().digit_reading(reader().prepare(in_pieces), SEVEN)
    assert reading.doubt is Doubt.INK_LEFT_OUT
    assert [each.box for each in reading.left_out] == [(96, 90, 3, 3), (80, 90, 4, 4)]
    monkeypatch.setattr(module, "MIN_DRAWING_PX", 200)  # as if it were cut out of a scan
    monkeypatch.setattr(module, "MAX_SLIP", 0.5)
    reading = reader().digit_reading(reader().prepare(in_pieces), SEVEN)
    assert [each.box for each in reading.left_out] == [(96, 90, 3, 3)]


def test_what_is_left_out_is_paper_if_the_network_of_lines_sees_nothing_there(
    broad: InkedPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    faint, cut = (
        LeftOut((2, 3, 9, 9), ReasonNotRead.FAINT),
        LeftOut((0, 50, 9, 9), ReasonNotRead.CUT_BY_EDGE),
    )
    monkeypatch.setattr(module, "unread_ink", lambda *_, **__: [faint, cut])
    assert reader().unread(broad) == [cut]
    monkeypatch.setattr(module, "MAX_VERIFIED", 0)
    assert reader().unread(broad) == [faint, cut]


def test_a_long_band_of_shadow_is_left_out_though_no_sign_is_read_in_it(
    broad: InkedPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_px = min(broad.sheet.grey.shape)
    band = LeftOut((0, 0, side_px, 9), ReasonNotRead.NO_PAPER)
    rule, spot = (
        replace(band, why=ReasonNotRead.TAKEN_FOR_LINE),
        replace(band, box=(0, 0, side_px / 2, 9)),
    )
    monkeypatch.setattr(module, "unread_ink", lambda *_, **__: [band, rule, spot])
    assert reader().unread(broad) == [band]
    monkeypatch.setattr(module, "MAX_VERIFIED_SIDE", 1)
    assert reader().unread(broad) == []


def number(*digits: DetectedDigit, mark: str = ".") -> NumberReading:
    return NumberReading([NumberLine(list(digits), [Mark((0, 0, 3, 3), mark, True, 0)])], [])  # type: ignore[arg-type]


def test_two_digits_are_a_number_and_so_is_one_with_a_minus_but_not_with_a_point() -> None:
    assert is_number(number(detected(), detected(agreement=0.0)))
    assert is_number(number(detected(), mark="-"))
    assert not is_number(number(detected()))
    assert not is_number(number(mark="-"))


def test_one_piece_of_ink_is_a_number_if_its_parts_are_likely_and_wide_enough_for_digits() -> None:
    sure, unsure = detected(), detected(agreement=0.0)
    assert is_number(number(sure, sure, unsure), (110, 100))
    assert not is_number(number(sure, unsure), (110, 100))
    assert not is_number(number(sure, sure, sure), (100, 100))


def test_a_picture_with_too_many_digits_is_read_once_and_refused(
    broad: InkedPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def refuse(*_: object) -> NumberReading:
        calls.append(1)
        raise TooManyDigits("The picture holds 101 digits.")

    monkeypatch.setattr(module, "read_lines", refuse)
    with pytest.raises(PictureError, match=r"101 digits\. Cut out a part of it"):
        NumberReader(reader()).read(broad)
    assert calls == [1]
