import cv2
import numpy as np
import pytest

from nn.data.digits import Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic import lines, paper
from nn.data.synthetic.lines import Line, LineWriter, to_pen_digits, with_upstroke
from nn.data.synthetic.paper import photograph
from nn.data.unipen import Character
from nn.reading.mnist_format import outline
from nn.reading.numbers.strip import COMMA, MINUS, OTHER, POINT, to_strip

ANGLE = np.linspace(0, 2 * np.pi, 40)
RING: list[Stroke] = [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])]
LINE: list[Stroke] = [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])]
CROSS: list[Stroke] = [np.array([[0.0, 0.0], [9.0, 9.0]]), np.array([[0.0, 9.0], [9.0, 0.0]])]
PEN = [PenDigit(0, 1, RING), PenDigit(1, 1, LINE)] * 10
OTHERS = [Character("x", "apa", "1", CROSS)] * 3
SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[5:23, 8:20] = 255
SCANNED = Digits(SQUARE[np.newaxis], np.array([7], np.uint8))


def writer() -> LineWriter:
    return LineWriter(PEN, OTHERS, SCANNED)


def written(n: int, seed: int = 0) -> list[Line]:
    rng = np.random.default_rng(seed)
    return [writer().write(rng) for _ in range(n)]


def test_the_same_rng_writes_the_same_lines() -> None:
    for first, second in zip(written(20, 3), written(20, 3), strict=True):
        assert np.array_equal(first.ink, second.ink)
        assert first.labels == second.labels


def test_lines_hold_digits_marks_and_other_signs() -> None:
    labels = [line.labels for line in written(300)]
    found = {label for each in labels for label in each}
    assert found == {*range(10), POINT, COMMA, MINUS, OTHER}  # some digits are from templates
    assert {len([label for label in each if label < POINT]) for each in labels} >= set(range(10))
    assert all(each[0] not in (POINT, COMMA) for each in labels if each)


def test_a_line_is_as_high_as_asked_and_stands_on_its_baseline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SCANNED", "WORDS", "DRAWINGS", "MIXED", "MARKED", "NEGATIVE", "CLOSED"):
        monkeypatch.setattr(lines, name, 0)
    rng = np.random.default_rng(1)
    for _ in range(20):
        line = writer().write(rng, 60)
        _, top, _, height = outline(line.ink)
        assert 45 < height < 110
        assert top + height == pytest.approx(line.baseline_px, abs=45)


def test_some_numbers_begin_with_ones_and_some_end_in_zeros(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SCANNED", "WORDS", "DRAWINGS", "MIXED", "MARKED", "NEGATIVE", "CLOSED"):
        monkeypatch.setattr(lines, name, 0)
    monkeypatch.setattr(lines, "ONES", 1)
    monkeypatch.setattr(lines, "ZEROS", 0)
    assert all(line.labels[0] == 1 for line in written(20))
    monkeypatch.setattr(lines, "ZEROS", 1)
    assert all(line.labels[-1] == 0 for line in written(20))


def test_digits_of_tight_lines_touch_and_those_of_scanned_lines_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("WORDS", "DRAWINGS", "MIXED", "MARKED", "NEGATIVE", "CLOSED", "JOINED"):
        monkeypatch.setattr(lines, name, 0)
    for scanned in (0, 1):
        monkeypatch.setattr(lines, "SCANNED", scanned)
        n_touching = []
        for touching in (0, 1):
            monkeypatch.setattr(lines, "TOUCHING", touching)
            ones = [(len(each.labels), each.ink > 0.3) for each in written(150)]
            found = [n - cv2.connectedComponents(ink.astype(np.uint8))[0] + 1 for n, ink in ones]
            n_touching.append(sum(max(0, each) for each in found))
        assert n_touching[1] > 1.3 * n_touching[0]


def test_scanned_digits_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "SCANNED", 1)
    for line in written(30):
        assert set(line.labels) == {7}
        assert outline(line.ink)[2] > 0.4 * len(line.labels) * line.height_px


def test_a_long_upstroke_starts_left_of_and_below_the_top_of_a_1() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        upstroke, stem = with_upstroke(LINE, rng)
        assert stem is LINE[0]
        assert upstroke[0, 0] < 0
        assert 20 < upstroke[0, 1] <= 101
        assert upstroke[-1] == pytest.approx([0, 0])


def test_crossed_out_digits_are_other_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SCANNED", 0), ("WORDS", 0), ("DRAWINGS", 0), ("MIXED", 1)):
        monkeypatch.setattr(lines, name, value)
    monkeypatch.setattr(lines, "CROSSED_OUT", 1)
    found = written(30)
    assert all(OTHER in line.labels for line in found)


def test_unipens_writers_get_numbers_that_pendigits_do_not_have() -> None:
    characters = [Character("3", "apa", "1", LINE), Character("4", "aga", "1", LINE)]
    assert [(each.label, each.writer) for each in to_pen_digits(characters)] == [(3, -2), (4, -1)]


def test_photographs_are_dark_on_light_and_can_be_strips() -> None:
    rng = np.random.default_rng(0)
    for line in written(60):
        grey = photograph(line, writer(), rng)
        assert grey.dtype == np.uint8
        assert min(grey.shape) >= 8
        assert len(to_strip(grey)) == 48


DISTURBANCES = (
    *("PATTERNED", "RULED", "BOXED", "REMAINS", "BESIDE"),
    *("GRAINY", "UNEVEN", "SHADED", "BLURRED", "COMPRESSED"),
)


def test_on_plain_paper_the_darkest_pixels_are_the_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DISTURBANCES:
        monkeypatch.setattr(paper, name, 0)
    monkeypatch.setattr(paper, "MAX_NOISE", 0)
    monkeypatch.setattr(paper, "MARGINS", (0.3, 0.4))
    rng = np.random.default_rng(0)
    for line in written(20):
        grey = photograph(line, writer(), rng).astype(int)
        edge = np.concatenate([grey[0], grey[-1]])
        assert np.ptp(edge) < 40
        assert grey.min() < edge.min() - 5


@pytest.mark.parametrize("name", ["RULED", "BOXED", "REMAINS", "BESIDE"])
def test_each_disturbance_adds_ink(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in DISTURBANCES:
        monkeypatch.setattr(paper, each, 0)
    monkeypatch.setattr(paper, "MAX_NOISE", 0)
    monkeypatch.setattr(paper, "MARGINS", (0.5, 0.5))
    monkeypatch.setattr(paper, "CAPTURED_PX", (40, 40))
    pieces = []
    for share in (0, 1):
        monkeypatch.setattr(paper, name, share)
        rng = np.random.default_rng(5)
        greys = [photograph(line, writer(), rng).astype(float) for line in written(40)]
        darkness = [(each.max() - each).sum() / np.ptp(each) for each in greys]
        pieces.append(sum(darkness))
    assert pieces[1] > 1.02 * pieces[0]
