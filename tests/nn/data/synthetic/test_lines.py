import cv2
import numpy as np
import pytest

from nn.data.digits import Digits, Stroke
from nn.data.pendigits import PenDigit
from nn.data.synthetic import lines, paper
from nn.data.synthetic.cuts import Cut, find_cuts, ink_between_cuts
from nn.data.synthetic.joining import contact_distance, join
from nn.data.synthetic.lines import Line, LineWriter, to_pen_digits, with_upstroke
from nn.data.synthetic.paper import photograph
from nn.data.unipen import Character
from nn.reading.mnist_format import outline
from nn.reading.numbers.components import Component
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
    *("GRAINY", "UNEVEN", "SHADED", "SHADOWED", "BLURRED", "COMPRESSED"),
)


@pytest.mark.parametrize("name", ["RULED", "BOXED", "REMAINS", "BESIDE", "SHADOWED"])
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


PEN_WIDTH = 0.1


def bar(x: float, top: float = 0.0, bottom: float = 1.0) -> list[np.ndarray]:
    return [np.array([[x, top], [x, bottom]])]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_distance_is_measured_in_the_rows_that_both_have() -> None:
    roof_and_stem = [np.array([[0.0, 0.0], [0.8, 0.0], [0.8, 0.1]]), *bar(0.2)]
    low = bar(0, top=0.5)

    assert contact_distance(roof_and_stem, low) == pytest.approx(0.2)  # under the roof
    assert contact_distance(roof_and_stem, bar(0)) == pytest.approx(0.8)


@pytest.mark.parametrize("seed", range(20))
def test_lines_that_touch_overlap_by_at_most_the_pens_width(seed: int) -> None:
    moved, line = join(bar(0), bar(0), PEN_WIDTH, False, rng(seed))

    assert line is None
    assert 0 <= moved[0][0, 0] < PEN_WIDTH


@pytest.mark.parametrize("seed", range(20))
def test_a_ligature_goes_from_the_last_end_to_the_next_start_across_a_gap(seed: int) -> None:
    moved, line = join(bar(0), bar(0), PEN_WIDTH, True, rng(seed))

    assert line is not None
    assert line[0].tolist() == [0, 1]
    assert line[-1].tolist() == moved[0][0].tolist()
    assert moved[0][0, 0] > PEN_WIDTH  # the lines themselves do not touch


ROOF = [*bar(0), np.array([[0.0, 0.0], [1.0, 0.0]])]  # ends at its right
HOOK = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.3, 1.0]])]  # ends at its left
STEM = bar(0)


@pytest.mark.parametrize(
    ("left", "right", "is_joined"),
    [
        (ROOF, STEM, True),
        (ROOF, [np.array([[0.0, 1.0], [0.5, 1.0]])], False),  # under the roof: it would go back
        (STEM, [np.array([[0.6, 0.0], [0.0, 1.0], [1.0, 1.0]])], True),
        (STEM, [np.array([[0.8, 0.0], [0.0, 1.0], [1.0, 1.0]])], False),  # starts at its right
        (STEM, [np.array([[1.5, 0.0], [0.0, 1.0], [9.0, 1.0]])], False),  # too far
        (HOOK, STEM, False),
    ],
)
def test_digits_have_a_ligature_where_the_pen_can_go_on_and_touch_elsewhere(
    left: list[np.ndarray], right: list[np.ndarray], is_joined: bool
) -> None:
    moved, line = join(left, right, PEN_WIDTH, True, rng())

    assert (line is not None) == is_joined
    assert (contact_distance(left, moved) < -PEN_WIDTH) == is_joined


def two_uprights(bridge_px=6):
    """Two strokes 10 px wide, 60 px apart, joined by a level line at half their height."""
    ink = np.zeros((100, 80), np.float32)
    ink[:, :10] = ink[:, 70:] = 1
    ink[50 : 50 + bridge_px] = 1
    return Component(5, 7, ink)


def crossed_px(component: Component, cut: Cut) -> float:
    """How much ink a cut crosses."""
    columns = cut.astype(int).clip(0, component.width - 1)
    return float(component.ink[np.arange(component.height), columns].sum())


def test_a_cut_crosses_the_thin_line_between_two_strokes_once() -> None:
    component = two_uprights()
    cuts = find_cuts(component, 100, 6)
    middle = min(cuts, key=lambda cut: abs(cut.mean() - 40))
    assert crossed_px(component, middle) == pytest.approx(6, abs=1)
    assert ((middle > 10) & (middle < 70)).all()


def test_a_cut_leans_with_slanting_strokes() -> None:
    ink = np.zeros((100, 120), np.float32)
    cv2.line(ink, (45, 2), (10, 97), 1.0, 6)
    cv2.line(ink, (110, 2), (75, 97), 1.0, 6)
    cv2.line(ink, (28, 50), (92, 50), 1.0, 6)
    component = Component(0, 0, ink)
    cuts = [cut for cut in find_cuts(component, 100, 6) if crossed_px(component, cut) < 9]
    assert any(cut[0] > 48 and cut[-1] < 72 for cut in cuts)


def test_two_strokes_that_run_into_each_other_are_cut_straight_between_them() -> None:
    ink = np.zeros((100, 95), np.float32)
    cv2.ellipse(ink, (24, 50), (20, 46), 0, 0, 360, 1.0, 6)
    cv2.ellipse(ink, (69, 50), (20, 46), 0, 0, 360, 1.0, 6)
    component = Component(0, 0, ink[:, 1:-2])
    cuts = [cut for cut in find_cuts(component, 100, 6) if crossed_px(component, cut) > 12]
    assert any(np.abs(cut - 45.5).max() < 3 for cut in cuts)


def test_the_pieces_between_cuts_hold_all_ink_once_and_lie_where_it_was() -> None:
    component = two_uprights()
    cut = find_cuts(component, 100, 6)[0]
    pieces = [ink_between_cuts(component, None, cut), ink_between_cuts(component, cut, None)]
    assert sum(piece.ink.sum() for piece in pieces) == component.ink.sum()
    assert (pieces[0].x, pieces[0].y) == (5, 7)
    assert pieces[1].right == component.right
    assert pieces[1].bottom == component.bottom


def test_ink_between_two_cuts_is_cropped_to_its_outline() -> None:
    ink = np.zeros((4, 8), np.float32)
    ink[1:3] = 1
    left, right = (np.full(4, column) for column in (2.0, 5.0))
    piece = ink_between_cuts(Component(10, 20, ink), left, right)
    assert piece is not None
    assert (piece.x, piece.y, piece.width, piece.height) == (12, 21, 3, 2)
    assert piece.ink.min() == 1


def test_a_line_is_as_high_as_asked_and_stands_on_its_baseline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SCANNED", "WORDS", "DRAWINGS", "MIXED", "MARKED", "NEGATIVE", "CLOSED"):
        monkeypatch.setattr(lines, name, 0)
    monkeypatch.setattr(lines, "LENGTHS", (0.5, 0.5))  # a long line that slopes is higher
    rng = np.random.default_rng(1)
    for _ in range(20):
        line = writer().write(rng, 60)
        _, top, _, height = outline(line.ink)
        assert 45 < height < 110
        assert top + height == pytest.approx(line.baseline_px, abs=45)
