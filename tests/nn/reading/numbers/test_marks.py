"""What a person may write among digits, drawn as strokes: read, left out, or doubted."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from nn.core.network import Network
from nn.models.weights import load
from nn.reading.left_out import Why
from nn.reading.mnist_format import Ink, Pixels, to_inputs
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import Activations, NumberReading

PEN_PX = 9
TOP, BASELINE = 100, 200  # of digits 100 px high
Points = list[tuple[float, float]]
Strokes = list[Points]

# Strokes by points from the upper left corner of a digit 100 px high.
DIGITS: dict[str, Strokes] = {
    "0": [[(30, 0), (8, 18), (0, 50), (8, 84), (30, 100), (52, 84), (60, 50), (52, 18), (30, 0)]],
    "1": [[(0, 22), (22, 0), (22, 100)]],
    "2": [[(0, 22), (16, 2), (40, 2), (54, 22), (46, 50), (0, 100), (58, 100)]],
    "3": [
        [(4, 8), (28, 0), (50, 16), (44, 40), (22, 48), (50, 58), (54, 80), (30, 100), (0, 92)],
    ],
    "4": [[(14, 0), (0, 60), (62, 60)], [(46, 30), (42, 100)]],
    "5": [[(12, 0), (6, 44), (34, 40), (52, 60), (44, 90), (20, 100), (0, 92)], [(12, 0), (52, 0)]],
    "7": [[(0, 0), (56, 0), (20, 100)]],
}
WIDTHS = {"0": 60, "1": 22, "2": 58, "3": 54, "4": 62, "5": 52, "7": 56}
GAP = 40  # between digits


def ring(x: float, y: float, radius: float, height: float = 0) -> Points:
    """A circle, or an ellipse of another height, by its middle."""
    angles = np.linspace(0, 2 * np.pi, 40)
    rows = y + (height or radius) * np.sin(angles)
    return list(zip((x + radius * np.cos(angles)).tolist(), rows.tolist(), strict=True))


def draw(*strokes: Points, pen_px: int = PEN_PX) -> Ink:
    ink = np.zeros((400, 700), np.uint8)
    for stroke in strokes:
        cv2.polylines(ink, [np.rint(stroke).astype(np.int32)], False, 255, pen_px, cv2.LINE_AA)
    return (ink / 255).astype(np.float32)


def digits(number: str, x: float = 100, y: float = TOP, gap: float = GAP) -> Strokes:
    """The strokes of digits beside each other; a space is a gap of 40 px more."""
    strokes = []
    for digit in number:
        if digit != " ":
            strokes += [[(x + dx, y + dy) for dx, dy in stroke] for stroke in DIGITS[digit]]
        x += gap + WIDTHS.get(digit, 0)
    return strokes


@cache
def network() -> Network:
    return load(Path("models/convnet.npz")).network


def classify(images: Pixels) -> Activations:
    return network().activations(to_inputs(images))


def reading(*strokes: Points) -> NumberReading:
    return read_lines(draw(*strokes), classify)


def texts(result: NumberReading) -> list[str]:
    return [line.text for line in result.lines]


def is_sure(result: NumberReading) -> bool:
    """Whether all that is written was read, apart from the digits' activations."""
    marks = [mark for line in result.lines for mark in line.marks]
    return not (
        result.left_out
        or any(digit.is_cut or digit.may_be_sign for digit in result.digits)
        or not all(mark.is_sure for mark in marks)
    )


# After a 3 at 100 to 154 and before a 7: a sign of 40 px has 20 px on each side.
SPACE = 174

SURE: dict[str, tuple[str, Strokes]] = {
    "a point": ("3.7", [*digits("3 7"), [(190, 198), (193, 200)]]),
    "a point drawn as a short stroke": ("3.7", [*digits("3 7"), [(190, 192), (196, 202)]]),
    "a point of the pen's size": ("3.7", [*digits("3 7"), [(190, 199), (190, 199)]]),
    "a large filled point": ("3.7", [*digits("3 7"), ring(190, 190, 3), ring(190, 190, 8)]),
    "a point below the arm of a 7": ("7.2", [*digits("72"), [(150, 198), (152, 200)]]),
    "a point at the end": ("37.", [*digits("37"), [(275, 198), (277, 200)]]),
    "a point before the digits": (".37", [*digits("37"), [(75, 198), (77, 200)]]),
    "a point at each thousand": (
        "1.000.000",
        [*digits("1 000 000", x=20, gap=30), [(60, 199), (62, 200)], [(362, 199), (364, 200)]],
    ),
    "a comma": ("3,7", [*digits("3 7"), [(192, 190), (192, 205), (182, 222)]]),
    "a long comma": ("3,7", [*digits("3 7"), [(194, 180), (176, 238)]]),
    "a comma that leans back": ("3,7", [*digits("3 7"), [(182, 190), (190, 225)]]),
    "a comma below the end of a 3": ("3,7", [*digits("3 7"), [(166, 205), (152, 235)]]),
    "a minus": ("-37", [*digits("37"), [(40, 152), (80, 150)]]),
    "a short minus": ("-37", [*digits("37"), [(60, 152), (85, 150)]]),
    "a long minus": ("-37", [*digits("37"), [(10, 155), (80, 145)]]),
    "a minus near a 1": ("-12", [*digits("12"), [(40, 152), (84, 150)]]),
    "a minus and a point": ("-.5", [*digits("5"), [(20, 152), (60, 150)], [(80, 199), (81, 200)]]),
    "a minus before a decimal number": (
        "-3.7",
        [*digits("3 7"), [(40, 152), (80, 150)], [(190, 198), (193, 200)]],
    ),
    "an underlined number": ("37", [*digits("37"), [(95, 225), (260, 222)]]),
    "an underlined digit": ("3", [*digits("3"), [(95, 225), (165, 222)]]),
    "a digit underlined closely": ("37", [*digits("37"), [(188, 213), (252, 212)]]),
    "the separate bar of a 5": (
        "35",
        [
            *digits("3"),
            [(206, 116), (200, 148), (230, 142), (248, 162), (240, 190), (196, 192)],
            [(220, 100), (262, 98)],
        ],
    ),
    "the separate bar of a 7": ("37", [*digits("37"), [(194, 153), (213, 151)]]),
    "a 1 with a separate foot": ("31", [*digits("31"), [(190, 212), (240, 212)]]),
    "a ring around the number": ("37", [*digits("37"), ring(175, 150, 140, 100)]),
    "a box around the number": (
        "37",
        [*digits("37"), [(60, 70), (300, 75), (296, 232), (64, 228), (60, 70)]],
    ),
    "a 1 with a long first stroke": (
        "17",
        [[(94, 152), (130, 100), (130, 200)], *digits("7", x=170)],
    ),
    "a 7 with a bar": ("73", [*digits("73"), [(112, 152), (156, 150)]]),
    "a 1 as a stroke": ("31", [*digits("3"), [(200, 98), (198, 202)]]),
    "a slanting 1": ("312", [*digits("3 2"), [(196, 102), (180, 198)]]),
}


@pytest.mark.parametrize(("text", "strokes"), SURE.values(), ids=SURE)
def test_what_belongs_to_a_number_is_read(text: str, strokes: Strokes) -> None:
    result = reading(*strokes)
    assert texts(result) == [text]
    assert is_sure(result)


LEFT_OUT: dict[str, tuple[str, Strokes, Strokes]] = {
    "a plus": ("3 7", [[(174, 150), (214, 150)], [(194, 130), (194, 170)]], []),
    "a small times": ("3 7", [[(180, 140), (208, 168)], [(208, 140), (180, 168)]], []),
    "a raised dot": ("3 7", [[(193, 150), (195, 152)]], []),
    "a raised dot as large as a digit's stroke": (
        "3 7",
        [ring(194, 150, 3), ring(194, 150, 8)],
        [],
    ),
    "a colon": ("3 7", [[(193, 150), (195, 152)]], [[(193, 196), (195, 198)]]),
    "a semicolon": ("3 7", [[(193, 150), (195, 152)]], [[(195, 190), (184, 220)]]),
    "two points": ("3 7", [[(184, 196), (186, 198)]], [[(204, 196), (206, 198)]]),
    "a minus between digits": ("3 7", [[(174, 150), (214, 150)]], []),
    "a minus after the digits": ("37", [[(274, 150), (314, 150)]], []),
    "two dashes before the digits": ("37", [[(10, 150), (35, 150)]], [[(55, 150), (80, 150)]]),
    "an equals sign": ("3 7", [[(174, 140), (214, 140)]], [[(174, 162), (214, 162)]]),
    "an equals sign at the end": ("37", [[(274, 140), (314, 140)]], [[(274, 162), (314, 162)]]),
    "a division sign": ("3 7", [[(174, 150), (214, 150)]], [[(194, 130), (195, 131)]]),
    "a plus or minus": ("37", [[(40, 140), (80, 140)], [(60, 120), (60, 160)]], []),
    "a low dash": ("3 7", [[(174, 198), (214, 198)]], []),
    "a wave before the digits": (
        "37",
        [[(30, 155), (40, 140), (50, 145), (60, 158), (70, 160), (80, 148)]],
        [],
    ),
    "a slash": ("3 7", [[(212, 92), (178, 212)]], []),
    "an apostrophe": ("3 7", [[(194, 96), (188, 122)]], []),
    "a degree sign": ("37", [ring(278, 110, 10)], []),
    "a ditto mark": ("37", [[(276, 100), (272, 124)]], [[(292, 100), (288, 124)]]),
    "a fraction bar below a digit": ("3", [[(90, 225), (165, 225)]], digits("2", y=250)),
    "a dot above a digit": ("37", [[(126, 72), (127, 73)]], []),
    "two dots above a digit": ("30", [[(210, 70), (211, 71)]], [[(240, 70), (241, 71)]]),
    "a dot below a 1, as in an exclamation mark": ("31", [[(216, 226), (217, 227)]], []),
    "a dot in an open 3": ("37", [[(112, 124), (113, 125)]], []),
}


@pytest.mark.parametrize(("number", "sign", "more"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_no_mark_is_left_out(number: str, sign: Strokes, more: Strokes) -> None:
    result = reading(*digits(number), *sign, *more)
    assert {each.why for each in result.left_out} == {Why.NOT_A_DIGIT}
    x, y = np.concatenate(sign).mean(axis=0)
    boxes = [each.box for each in result.left_out]
    assert any(
        left <= x <= left + width and top <= y <= top + height for left, top, width, height in boxes
    )
    assert "".join(line.number for line in result.lines).startswith(number.replace(" ", ""))


DOUBTED: dict[str, Strokes] = {
    "a large plus": [*digits("3  7"), [(174, 150), (254, 150)], [(214, 110), (214, 190)]],
    "an asterisk": [
        *digits("3 7"),
        [(180, 140), (208, 168)],
        [(208, 140), (180, 168)],
        [(194, 134), (194, 174)],
    ],
    "a digit that touches a box around the number": [
        *digits("3175"),
        [(60, 70), (462, 70), (462, 230), (60, 230), (60, 70)],
        [(400, 100), (462, 100)],
    ],
    "a digit that touches a ring around the number": [
        *digits("375"),
        ring(240, 150, 190, 110),
        [(330, 198), (420, 198)],
    ],
    "a crossed-out digit": [*digits("375"), [(185, 105), (260, 195)], [(260, 105), (185, 195)]],
    "a digit struck through": [*digits("325"), [(175, 150), (275, 148)]],
    "a number struck through": [*digits("375"), [(80, 152), (350, 148)]],
    "a ring around a digit": [*digits("3 7  2"), ring(263, 150, 62, 75)],
    "a box around a digit": [
        *digits("3 7  2"),
        [(215, 80), (320, 80), (320, 220), (215, 220), (215, 80)],
    ],
    "a power": [*digits("10"), *[[(x / 2 + 115, y / 2 + 20) for x, y in digits("2")[0]]]],
    "an index": [*digits("10"), *[[(x / 2 + 200, y / 2 + 120) for x, y in digits("2")[0]]]],
    "brackets": [
        [(70, 80), (55, 150), (70, 220)],
        *digits("3"),
        [(180, 80), (195, 150), (180, 220)],
    ],
    "upright lines": [[(70, 80), (70, 220)], *digits("3"), [(180, 80), (180, 220)]],
    "a percent sign": [
        *digits("37"),
        ring(285, 118, 14),
        ring(335, 182, 14),
        [(340, 100), (280, 200)],
    ],
    "a mixed number": [
        *digits("3"),
        *[[(x / 2 + 140, y / 2 + 45) for x, y in stroke] for stroke in digits("1")],
        [(180, 162), (230, 162)],
        *[[(x / 2 + 140, y / 2 + 128) for x, y in stroke] for stroke in digits("2")],
    ],
    "a euro sign": [
        *digits("37"),
        [(350, 110), (320, 104), (296, 124), (290, 150), (296, 178), (320, 198), (350, 190)],
        [(278, 140), (330, 140)],
        [(278, 160), (330, 160)],
    ],
    "a tick": [*digits("37"), [(280, 160), (300, 195), (350, 90)]],
    "a hash": [
        [(30, 110), (20, 190)],
        [(60, 110), (50, 190)],
        [(5, 135), (75, 135)],
        [(5, 165), (75, 165)],
        *digits("37"),
    ],
    "a minus that touches a 3": [*digits("37"), [(70, 148), (122, 148)]],
    "a minus that touches a 1": [*digits("17"), [(70, 150), (122, 148)]],
    "a letter k": [*digits("37"), [(290, 100), (290, 200)], [(330, 130), (292, 160), (335, 200)]],
}


@pytest.mark.parametrize("strokes", DOUBTED.values(), ids=DOUBTED)
def test_what_may_be_no_digit_makes_the_number_doubtful(strokes: Strokes) -> None:
    result = reading(*strokes)
    confidences = [digit.activations.max() for digit in result.digits]
    assert not is_sure(result) or min(confidences) < 0.98
