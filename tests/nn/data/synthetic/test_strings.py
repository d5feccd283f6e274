import numpy as np
import pytest

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.data.synthetic import strings
from nn.data.synthetic.strings import StringWriter, degrade, write_scanned, write_with_pen
from nn.data.unipen import Character
from nn.reading.ink.components import label_components

ANGLE = np.linspace(0, 2 * np.pi, 40)
RING = [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])]
LINE = [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])]
SEVEN = [np.array([[0.0, 0.0], [50.0, 0.0], [20.0, 100.0]])]
PEN = [PenDigit(0, 1, RING), PenDigit(1, 2, LINE)] * 5
SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[5:23, 8:20] = 255
SCANNED = Digits(SQUARE[np.newaxis], np.array([7], np.uint8))


def writer() -> StringWriter:
    return StringWriter(PEN, SCANNED)


def test_the_same_rng_draws_the_same_strings() -> None:
    first, second = (list(writer().draw(np.random.default_rng(3), 20)) for _ in range(2))
    assert len(first) == 20
    for (strip, labels), (other, same) in zip(first, second, strict=True):
        assert np.array_equal(strip, other)
        assert labels == same


def test_strips_are_40_rows_high_and_as_wide_as_their_digits_need() -> None:
    drawn = list(writer().draw(np.random.default_rng(0), 60))
    assert {strip.shape[0] for strip, _ in drawn} == {40}
    assert {len(labels) for _, labels in drawn} == {1, 2, 3, 4, 5}
    assert {label for _, labels in drawn for label in labels} == {0, 1, 7}
    zeros = [strip.shape[1] / len(labels) for strip, labels in drawn if set(labels) == {0}]
    assert all(12 < width_px < 40 for width_px in zeros)


def components(ink: np.ndarray) -> int:
    return len(label_components(ink >= 0.2)[1])


@pytest.mark.parametrize(
    ("way", "least", "most"), [((0, 1, 0), 0, 5), ((0, 0, 1), 25, 40)], ids=["touching", "close"]
)
def test_digits_touch_or_are_close(
    monkeypatch: pytest.MonkeyPatch, way: tuple[int, int, int], least: int, most: int
) -> None:
    monkeypatch.setattr(strings, "FOLLOWING", {True: way, False: way})
    monkeypatch.setattr(strings, "CLOSE_GAP", (0.1, 0.3))
    rng = np.random.default_rng(1)
    n_apart = sum(components(write_with_pen([RING, RING], rng)) == 2 for _ in range(40))
    assert least <= n_apart <= most


def test_a_ligature_joins_digits_with_a_gap_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "FOLLOWING", {True: (1, 0, 0), False: (1, 0, 0)})
    monkeypatch.setattr(strings, "LIGATURE_GAP", (0.3, 0.4))
    rng = np.random.default_rng(1)
    drawn = [write_with_pen([RING, SEVEN], rng) for _ in range(20)]
    n_joined = sum(components(ink) == 1 for ink in drawn)
    assert n_joined > 10  # where the pen can go on
    assert min(ink.shape[1] for ink in drawn) > 1.2 * strings.HEIGHT_PX


def test_scanned_digits_touch_or_are_close_too() -> None:
    rng = np.random.default_rng(0)
    counts = [components(write_scanned(np.stack([SQUARE, SQUARE]), rng)) for _ in range(40)]
    assert {1, 2} == set(counts)


def test_some_pictures_are_poor_and_none_has_ink_where_there_is_paper_far_away() -> None:
    rng = np.random.default_rng(0)
    ink = np.zeros((40, 40), np.float32)
    ink[10:15, 10:15] = 1
    changed = [degrade(ink, rng) for _ in range(40)]
    n_same = sum(np.array_equal(each, ink) for each in changed)
    assert 10 < n_same < 35
    assert all(each.dtype == np.float32 and each.min() >= 0 and each.max() <= 1 for each in changed)
    assert all(each[30:].max() < 0.01 for each in changed)


def test_the_writers_of_unipen_have_other_numbers_than_those_of_pendigits() -> None:
    by_two = [Character("1", "aga", "x", LINE), Character("0", "apa", "x", RING)]
    digits = strings.to_pen_digits([*by_two, by_two[0]])
    assert [digit.label for digit in digits] == [1, 0, 1]
    assert [digit.writer for digit in digits] == [-1, -2, -1]


def test_ink_that_is_smaller_than_two_pixels_is_no_string(monkeypatch: pytest.MonkeyPatch) -> None:
    blank = np.zeros((40, 40), np.float32)
    dot = blank.copy()
    dot[9, 9] = 1
    bar = blank.copy()
    bar[5:30, 10:14] = 1
    inks = iter([blank, dot, bar])
    monkeypatch.setattr(strings, "write_with_pen", lambda digits, rng: next(inks))
    monkeypatch.setattr(strings, "write_scanned", lambda images, rng: next(inks))
    monkeypatch.setattr(strings, "degrade", lambda ink, rng: ink)
    ((strip, _),) = writer().draw(np.random.default_rng(0), 1)
    assert strip.shape[1] > 2


def test_slanted_digits_are_not_nested_deeply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "FOLLOWING", {True: (0, 1, 0), False: (0, 1, 0)})
    monkeypatch.setattr(strings, "vary_strokes", lambda strokes, rng: list(strokes))
    monkeypatch.setattr(strings, "SIZE_SPREAD", 0)
    slash = [np.array([[60.0, 0.0], [0.0, 100.0]])]
    rng = np.random.default_rng(2)
    widths = [write_with_pen([slash, slash], rng).shape[1] for _ in range(20)]
    assert min(widths) >= (0.6 + 0.7 * 0.6) * strings.HEIGHT_PX
