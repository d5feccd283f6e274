"""Pieces of forms: the same by the same seed, with a truth that fits the picture."""

from functools import cache

import cv2
import numpy as np
import pytest

from nn.data.digits import Character, Digits
from nn.data.synthetic import forms
from nn.data.synthetic.captured import capture, cover_sheet, light, light_beside_cable, to_binary
from nn.data.synthetic.forms import (
    CUT_OUT_PX,
    SHEET_PX,
    FormPainter,
    straightened,
    truth_of,
)
from nn.data.synthetic.lines import Curves, LineWriter
from nn.data.synthetic.printed import GROUPS, Layer, Printed, print_layers
from nn.reading.mnist import Pixels
from nn.reading.page.segment import EITHER, OTHER, PAPER, PEN

ANGLE = np.linspace(0, 2 * np.pi, 40)
ZERO = Character("0", "", "1", [np.column_stack([30 * np.sin(ANGLE), -50 * np.cos(ANGLE)])])
ONE = Character("1", "", "1", [np.array([[0.0, 0.0], [0.0, 50.0], [0.0, 100.0]])])
CROSS = Character("x", "", "1", [np.array([[0.0, 0.0], [9, 9]]), np.array([[0.0, 9], [9, 0.0]])])
SQUARE = np.zeros((28, 28), np.uint8)
SQUARE[5:23, 8:20] = 255
BOX = (30.0, 40.0, 90.0, 80.0)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def painter() -> FormPainter:
    scanned = Digits(SQUARE[np.newaxis], np.array([7], np.uint8))
    return FormPainter(LineWriter([ZERO, ONE] * 10, [CROSS]), scanned, rng(), n_lines=60)


@cache
def painted(n: int) -> list[tuple[Pixels, Pixels]]:
    chance, paints = rng(1), painter().paint
    return [paints(chance) for _ in range(n)]


def test_the_same_seed_paints_the_same_picture() -> None:
    for one, other in zip(painter().paint(rng(3)), painter().paint(rng(3)), strict=True):
        assert np.array_equal(one, other)
    assert not np.array_equal(painter().paint(rng(3))[0], painter().paint(rng(4))[0])


def test_a_truth_is_half_as_large_as_its_picture_and_has_four_values() -> None:
    for grey, truth in painted(200):
        assert (grey.dtype, grey.shape) == (np.uint8, (128, 128))
        assert (truth.dtype, truth.shape) == (np.uint8, (64, 64))
    truths = np.array([truth for _, truth in painted(200)])
    assert set(np.unique(truths)) == {PAPER, PEN, OTHER, EITHER}


def test_a_sheet_has_writing_of_the_same_size_and_more_paper_around_it() -> None:
    large, chance = painter().of_side(SHEET_PX), rng(1)
    drawn = [large.paint(chance) for _ in range(60)]
    assert {(grey.shape, truth.shape) for grey, truth in drawn} == {((256, 256), (128, 128))}
    assert painter().paint(rng(3))[0].shape == (CUT_OUT_PX, CUT_OUT_PX)

    def usual_height_px(pictures: list[tuple[Pixels, Pixels]]) -> float:
        rows = [np.flatnonzero((truth == PEN).any(axis=1)) for _, truth in pictures]
        return float(np.median([2 * np.ptp(each) for each in rows if len(each)]))

    assert usual_height_px(drawn) < 1.6 * usual_height_px(painted(200))
    pen = [np.mean([truth == PEN for _, truth in each]) for each in (drawn, painted(200))]
    assert pen[0] < 0.6 * pen[1]


def test_most_is_paper_and_pen_is_as_frequent_as_anything_else() -> None:
    truths = np.array([truth for _, truth in painted(200)])
    paper, pen, other, either = ((truths == each).mean() for each in (PAPER, PEN, OTHER, EITHER))
    assert 0.6 < paper < 0.9
    assert 0.04 < pen < 0.2
    assert 0.04 < other < 0.2
    assert either < 0.08
    assert 0.04 < np.mean([not (truth == PEN).any() for truth in truths]) < 0.2


def test_plain_writing_is_darker_than_its_paper_or_brighter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forms, "PLAIN", 1)
    monkeypatch.setattr(forms, "BLANK", 0)
    paints, chance, contrasts = painter().paint, rng(2), []
    for _ in range(60):
        grey, truth = paints(chance)
        assert not (truth == OTHER).any()
        half = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA)
        if (truth == PEN).sum() > 20:
            contrasts.append(float(np.median(half[truth == PEN]) - half[truth == PAPER].mean()))
    assert len(contrasts) > 45
    assert min(abs(each) for each in contrasts) > 4
    assert 0.6 < np.mean([each < 0 for each in contrasts]) < 1


def test_a_blank_picture_has_no_pen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "BLANK", 1)
    paints, chance = painter().paint, rng()
    truths = np.array([paints(chance)[1] for _ in range(30)])
    assert not (truths == PEN).any()
    assert (truths == OTHER).any()


def test_a_line_much_longer_than_the_picture_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "BLANK", 0)
    monkeypatch.setattr(forms, "SCANNED", 0)
    paints, chance, line = painter(), rng(), [np.array([[0.0, 0.0], [30.0, 0.5]])]
    paints.lines = [Curves(line, [line], [0])]
    truths = [paints.paint(chance)[1] for _ in range(60)]
    assert np.mean([(truth == PEN).any() for truth in truths]) > 0.8


def test_a_pen_that_crosses_a_rule_is_pen_where_it_can_be_seen() -> None:
    pen, other = np.zeros((256, 256), np.uint8), np.zeros((128, 128), np.float32)
    pen[:, 100:116] = 255  # columns 25 to 28 of the truth
    other[60:64] = 1  # rows 30 and 31
    visible = cv2.resize(pen, (128, 128)) / np.float32(510)
    truth = truth_of(pen, other, visible)
    assert np.unique(truth[:, 25:29]).tolist() == [PEN]
    assert np.unique(np.delete(truth[30:32], np.s_[25:29], axis=1)).tolist() == [OTHER]
    assert (truth == PAPER).sum() == 62 * 60
    visible[60:64] = 0  # as on a rule that is black
    assert np.unique(truth_of(pen, other, visible)[30:32]).tolist() == [OTHER]
    assert np.unique(truth_of(pen, 0 * other, visible)[30:32, 25:29]).tolist() == [EITHER]


def test_a_pixel_at_an_edge_does_not_count() -> None:
    pen = np.zeros((256, 256), np.uint8)
    pen[:, 99:117] = 255  # a quarter of columns 24 and 29 of the truth
    truth = truth_of(pen, np.zeros((128, 128), np.float32), np.ones((128, 128), np.float32))
    assert truth[0, 23:31].tolist() == [PAPER, EITHER, PEN, PEN, PEN, PEN, EITHER, PAPER]


@pytest.mark.parametrize("draw", [draw for group in GROUPS for _, draw in group])
def test_each_printed_thing_leaves_ink_and_paper(draw: Printed) -> None:
    covers = []
    for seed in range(20):
        layer = Layer(CUT_OUT_PX)
        draw(layer, BOX, rng(seed))
        covers.append((layer.cover > 127).mean())
    assert np.mean([cover > 0 for cover in covers]) > 0.7
    assert np.mean(covers) < 0.5


def test_a_layer_is_drawn_in_pixels_of_the_picture_and_turned_about_its_middle() -> None:
    level, turned = Layer(CUT_OUT_PX), Layer(CUT_OUT_PX, turn=0.1)
    line = np.array([[[0.0, 64.0], [128.0, 64.0]]])
    for layer in (level, turned):
        layer.lines(line, 2)
    rows, columns = np.nonzero(level.cover > 127)
    assert (rows.min(), rows.max()) in {(126, 129), (126, 130), (127, 129)}
    assert (columns.min(), columns.max()) == (0, 255)
    assert abs(float(np.nonzero(turned.cover[:, 10] > 127)[0].mean()) - 116) < 2
    assert turned.cover[128, 128] == 255
    assert all(layer.cover.any() for layer in print_layers(BOX, CUT_OUT_PX, rng(2)))


def test_light_covers_and_scans_stay_between_black_and_white() -> None:
    sheet = np.full((CUT_OUT_PX, CUT_OUT_PX), 0.8, np.float32)
    for seed in range(60):
        chance = rng(seed)
        if (lit := light(CUT_OUT_PX, chance)) is not None:
            assert lit.shape == sheet.shape
            assert 0 <= lit.min() <= lit.max() <= 1.7
        cover, what = cover_sheet(CUT_OUT_PX, 0.8, chance)
        assert 0 <= cover.min() < cover.max() <= 1
        assert abs(float(what.mean()) - 0.8) > 0.08
        assert set(np.unique(to_binary(sheet, 0.5, chance))) <= {0, 1}
        picture = capture(sheet, 4.0, 0.5, chance)
        assert (picture.dtype, picture.shape) == (np.uint8, sheet.shape)
        assert abs(float(picture.mean()) - 204) < 6


def test_the_stem_of_a_straightened_digit_is_upright_and_its_bowl_is_as_round_as_before() -> None:
    along = np.linspace(0, 1, 40)
    wavy = np.column_stack([0.3 * along + 0.01 * np.sin(9 * along), along])
    bowl = 0.2 * np.column_stack([np.sin(ANGLE), -np.cos(ANGLE)])
    for seed in range(20):
        stem, same = straightened([wavy, bowl], rng(seed))
        assert np.abs(stem[:, 0] - stem[0, 0]).max() < 0.08
        assert len(stem) < 5 and np.allclose(stem[[0, -1], 1], [0, 1])
        assert len(same) == len(bowl) and np.allclose(same[:, 1], bowl[:, 1])


def test_without_a_long_stem_nothing_is_turned() -> None:
    bowl = 0.2 * np.column_stack([np.sin(ANGLE), -np.cos(ANGLE)])
    (same,) = straightened([bowl], rng())
    assert np.allclose(same, bowl)


def test_the_shadow_of_a_cable_is_a_soft_band_from_edge_to_edge() -> None:
    n_dark = 0
    for seed in range(30):
        lit = light_beside_cable(CUT_OUT_PX, rng(seed))
        assert lit.shape == (CUT_OUT_PX, CUT_OUT_PX)
        assert lit.min() > 0.39 and lit.max() <= 1
        steps = np.abs(np.diff(lit, axis=0)).max(), np.abs(np.diff(lit, axis=1)).max()
        assert max(steps) < 0.5 * (1 - lit.min()) + 1e-6
        n_dark += lit.min() < 0.95
    assert n_dark > 25
