import numpy as np
import pytest
from PIL import Image

from nn.reading import one_digit as module
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.left_out import LeftOut, Why
from nn.reading.mnist_format import Ink
from nn.reading.numbers.types import (
    Box,
    DetectedDigit,
    Mark,
    NumberLine,
    NumberReading,
    TooManyDigits,
)
from nn.reading.one_digit import SecondReading, read_pieces

SEVEN = np.arange(10) == 7
POINT = Mark((160, 190, 8, 8), ".", is_sure=True, position=1)


def sheet(*bars: Box, side_px: int = 200) -> Sheet:
    """Return the sheet of a drawing of 200 x 200 pixels, or of this size, that shows these bars."""
    picture = Image.new("L", (200, 200), "white")
    for x, y, width, height in bars:
        picture.paste(0, (int(x), int(y), int(x + width), int(y + height)))
    return find_ink(picture.resize((side_px, side_px)))


def photograph(*bars: Box, shape: tuple[int, int] = (300, 400)) -> Sheet:
    """Return the sheet of a photograph, by default of 400 x 300 pixels, that shows these bars."""
    light = np.linspace(220, 120, shape[1]) + np.random.default_rng(1).normal(0, 2, shape)
    for x, y, width, height in bars:
        light[int(y) : int(y + height), int(x) : int(x + width)] *= 0.4
    return find_ink(Image.fromarray(light.astype(np.uint8)))


def read_as(
    monkeypatch: pytest.MonkeyPatch, *left_out: Box, marks: tuple[Mark, ...] = ()
) -> list[Ink]:
    """Let the ink be read as one digit 100 pixels high and this; return the ink that is read."""
    inks: list[Ink] = []
    digit = DetectedDigit((90, 60, 20, 100), np.zeros((28, 28), np.uint8), SEVEN, False)

    def read(ink: Ink, _: object) -> NumberReading:
        inks.append(ink)
        rest = [LeftOut(box, Why.NOT_A_DIGIT) for box in left_out]
        return NumberReading([NumberLine([digit], list(marks))], rest)

    monkeypatch.setattr(module, "read_lines", read)
    return inks


def second(of: Sheet) -> SecondReading:
    return read_pieces(of, lambda images: np.zeros((len(images), 10)))


def test_a_digit_in_one_piece_is_not_read_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inks = read_as(monkeypatch, marks=(POINT,))
    assert second(sheet((90, 60, 20, 100))) == SecondReading(None, [])
    assert inks == []


def test_a_mark_is_beside_the_digit_however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    inks = read_as(monkeypatch, marks=(POINT,))
    expected = [LeftOut(POINT.box, Why.BESIDE_THE_DIGIT)]
    assert second(sheet((90, 60, 20, 100), (160, 140, 20, 20))) == SecondReading(7, expected)
    assert inks[0].shape == (200, 200)  # boxes are in pixels of the whole drawing


@pytest.mark.parametrize(
    ("side_px", "size_px", "is_beside"), [(200, 9, True), (79, 29, False), (79, 30, True)]
)
def test_in_small_pictures_what_is_under_three_tenths_of_the_digits_height_is_a_slip(
    side_px: int, size_px: int, is_beside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = (150, 60, 5, size_px)
    read_as(monkeypatch, box)
    expected = [LeftOut(box, Why.BESIDE_THE_DIGIT)] if is_beside else []
    pieces = sheet((90, 60, 20, 100), (150, 60, 20, 30), side_px=side_px)
    assert second(pieces) == SecondReading(7, expected)


def test_in_a_drawing_of_too_much_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NumberReading:
        raise TooManyDigits

    monkeypatch.setattr(module, "read_lines", refuse)
    assert second(sheet((90, 60, 20, 100), (150, 60, 20, 30))) == SecondReading(None, [])


def test_in_a_photograph_what_is_near_the_digit_is_read_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bar, dot = (190, 120, 14, 80), (240, 188, 12, 12)
    inks = read_as(monkeypatch, marks=(POINT,))
    pieces = photograph(bar, dot)
    assert pieces.digit is not pieces.ink  # the dot is not of the digit
    ((x, y, *size),) = [each.box for each in second(pieces).beside]
    assert inks[0].shape == pytest.approx((240, 174), abs=6)  # a height around the bar
    assert (x, y) == pytest.approx((110 + POINT.box[0], 40 + POINT.box[1]), abs=3)
    assert tuple(size) == POINT.box[2:]


def test_a_photograph_of_nothing_but_the_digit_is_not_read_a_second_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inks = read_as(monkeypatch, marks=(POINT,))
    assert second(photograph((190, 120, 14, 80))).beside == []
    assert inks == []
