"""What a sheet says about writing that is not in its ink."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.reading.doubts import Why
from nn.reading.ink import extract, photo, rejected, selection
from nn.reading.ink.extract import Sheet, find_ink

WIDTH_PX, HEIGHT_PX = 400, 300


def seven(left: int, top: int, level: float = 1, width_px: int = 6) -> np.ndarray:
    """Ink of a seven, 50 pixels wide and 80 high."""
    ink = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    corners = np.array([(left, top), (left + 50, top), (left + 25, top + 80)])
    cv2.polylines(ink, [corners], False, level, width_px)
    return ink


def photograph(*inks: np.ndarray, light: np.ndarray | float = 1.0) -> Image.Image:
    """A grainy photograph of ink on a sheet that gets darker to the right."""
    ink = cv2.GaussianBlur(np.max(inks, axis=0), (0, 0), 1)
    levels = np.linspace(210, 160, WIDTH_PX) * light * (1 - 0.6 * ink)
    levels = levels + np.random.default_rng(1).normal(0, 1.5, levels.shape)
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def reasons(sheet: Sheet) -> list[Why]:
    return [each.why for each in sheet.left_out]


def two(**options: int) -> tuple[np.ndarray, np.ndarray]:
    return seven(80, 110, **options), seven(200, 110, **options)


def test_nothing_is_left_out_of_a_plain_page() -> None:
    sheet = find_ink(photograph(*two()))
    assert sheet.left_out == []
    assert [each.why for each in sheet.digit_left_out] == [Why.BESIDE_THE_DIGIT]


def test_a_digit_that_the_edge_cuts_is_left_out() -> None:
    sheet = find_ink(photograph(*two(), seven(-12, 20), light=1))
    assert reasons(sheet) == [Why.CUT_BY_EDGE]
    x, y, width, height = sheet.left_out[0].box
    assert (x, y) == (0, pytest.approx(17, abs=4))
    assert (width, height) == (pytest.approx(41, abs=4), pytest.approx(86, abs=6))


def test_a_digit_that_is_much_paler_is_left_out() -> None:
    assert reasons(find_ink(photograph(*two(), seven(300, 110, level=0.4)))) == [Why.FAINT]


def test_a_page_with_ruled_lines_has_nothing_left_out() -> None:
    ruled = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    ruled[20::40] = ruled[21::40] = 0.4
    assert find_ink(photograph(*two(), ruled)).left_out == []


def test_a_sheet_on_a_table_has_nothing_left_out_and_no_ink_at_its_edges() -> None:
    light = np.ones((HEIGHT_PX, WIDTH_PX), np.float32)
    light[:, 340:] = light[260:] = 0.2
    light[:, 338:346] = light[258:266] = 0.1  # its own shadow
    sheet = find_ink(photograph(*two(), light=cv2.GaussianBlur(light, (0, 0), 1.5)))
    assert sheet.left_out == []
    assert sheet.ink[230:].max() == sheet.ink[:, 300:].max() == 0


def test_the_narrow_shadow_of_a_sheet_is_no_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    light = np.ones((HEIGHT_PX, WIDTH_PX), np.float32)
    light[:, 340:] = 0.3
    light[100:140, 338:346] = 0.18
    picture = photograph(*two(), light=cv2.GaussianBlur(light, (0, 0), 1.5))
    assert find_ink(picture).ink[:, 320:].max() == 0
    monkeypatch.setattr(selection, "MIN_CONTRAST_RATIO_IN_SHADOW", 0)
    monkeypatch.setattr(selection, "MIN_SLENDERNESS", 99)
    assert find_ink(picture).ink[:, 320:].max() > 0


def test_lines_that_end_at_the_edge_of_the_sheet_are_ruled_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ruled, light = np.zeros((2, HEIGHT_PX, WIDTH_PX), np.float32)
    ruled[20:280:30, 50:350] = ruled[21:280:30, 50:350] = 0.5
    light[:] = 0.25
    light[:, 50:350] = 1  # of four edges two are seen: no outline is found
    picture = photograph(*two(), ruled, light=cv2.GaussianBlur(light, (0, 0), 1))
    boxes = cv2.connectedComponents((find_ink(picture).ink > 0.5).view(np.uint8))[0] - 1
    assert boxes == 2
    monkeypatch.setattr("nn.reading.ink.ruled_lines.MIN_SHEET_LIGHT", 0)
    boxes = cv2.connectedComponents((find_ink(picture).ink > 0.5).view(np.uint8))[0] - 1
    assert boxes != 2


def test_rules_in_the_shadow_of_half_a_sheet_are_no_ink() -> None:
    ruled = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    ruled[20::30] = ruled[21::30] = 0.5
    light = np.ones((HEIGHT_PX, WIDTH_PX), np.float32)
    light[:, :180] = 0.5
    picture = photograph(*two(), ruled, light=cv2.GaussianBlur(light, (0, 0), 2))
    assert cv2.connectedComponents((find_ink(picture).ink > 0.5).view(np.uint8))[0] - 1 == 2


def test_a_streak_of_shadow_that_is_paler_than_the_ink_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    light = np.ones((HEIGHT_PX, WIDTH_PX), np.float32)
    cv2.line(light, (150, 40), (250, 70), 0.82, 8)
    picture = photograph(*two(), light=cv2.GaussianBlur(light, (0, 0), 1))
    assert find_ink(picture).ink[30:80].max() == 0
    monkeypatch.setattr(photo, "MIN_CONTRAST_RATIO", 0)
    monkeypatch.setattr(selection, "MIN_CONTRAST_RATIO", 0)
    assert find_ink(picture).ink[30:80].max() > 0


@pytest.mark.parametrize("width_px", [26, 40, 60])
def test_a_winding_shadow_across_the_digits_is_no_ink(width_px: int) -> None:
    y, x = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    distance = np.abs(x - 0.5 * y - 110 - 20 * np.sin(y / 40))
    light = 1 - 0.45 * np.clip((width_px / 2 - distance) / 8 + 0.5, 0, 1)
    shaded = find_ink(photograph(*two(), light=light)).ink > 0.5
    plain = find_ink(photograph(*two())).ink > 0.5
    assert (shaded != plain).sum() < 0.12 * plain.sum()


def narrow_shadow(width_px: int, darkness: float, soft_px: int) -> np.ndarray:
    """Light with a shadow that touches the second seven."""
    y, x = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    distance = np.abs(x - 0.8 * y - 80 - 20 * np.sin(y / 40))
    light = 1 - darkness * np.clip((width_px / 2 - distance) / soft_px + 0.5, 0, 1)
    return np.asarray(light, np.float32)


def test_a_shadow_at_the_writing_is_left_out_if_it_is_as_broad_as_the_pen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture = photograph(*two(), light=narrow_shadow(8, 0.5, 3))
    assert Why.NO_PAPER in reasons(find_ink(picture))
    monkeypatch.setattr(rejected, "MIN_SHADOW_WIDTH", 1.3)
    assert reasons(find_ink(picture)) == []


def test_a_shadow_that_crosses_an_evenly_lit_picture_makes_it_a_photograph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ink = cv2.GaussianBlur(np.max(two(), axis=0), (0, 0), 1)
    levels = 200 * narrow_shadow(8, 0.4, 3) * (1 - 0.6 * ink)
    levels = levels + np.random.default_rng(1).normal(0, 1.5, levels.shape)
    picture = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    assert isinstance(find_ink(picture).source, photo.PhotoSegmentation)
    monkeypatch.setattr(extract, "MAX_EDGE_INK", 1)
    assert not isinstance(find_ink(picture).source, photo.PhotoSegmentation)


def test_a_window_that_is_far_wider_than_the_ink_s_lines_is_narrowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photo, "window_of_pen", lambda *picture: 75)
    light = np.ones((HEIGHT_PX, WIDTH_PX), np.float32)
    light[:, 215:260] = 0.6
    picture = photograph(*two(), light=cv2.GaussianBlur(light, (0, 0), 1))
    plain = find_ink(photograph(*two())).ink > 0.5
    assert ((find_ink(picture).ink > 0.5) != plain).sum() < 0.12 * plain.sum()
    monkeypatch.setattr(photo, "MIN_WIDE_WINDOW", 0)
    assert ((find_ink(picture).ink > 0.5) != plain).sum() > 0.12 * plain.sum()


def test_a_piece_of_a_shadow_is_no_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = photograph(*two(), light=narrow_shadow(18, 0.3, 3))
    ink = find_ink(picture).ink
    assert ink[200:].max() == ink[:100].max() == 0
    monkeypatch.setattr(selection, "MAX_TRAIL_WINDING", 0)
    assert find_ink(picture).ink[200:].max() > 0


def test_a_step_in_the_light_is_near_where_the_light_changes() -> None:
    paper = np.full((100, 200), 200, np.uint8)
    paper[:, 120:] = 60
    is_step = photo.find_light_steps(paper, 8)
    assert is_step[50, 118] and is_step[50, 122]
    assert not is_step[:, :100].any() and not is_step[:, 140:].any()


@pytest.mark.parametrize("level", [0.2, 0.3])
def test_a_digit_in_a_pale_colour_is_left_out(level: float) -> None:
    picture = photograph(*two(), seven(300, 110, level=level))
    assert reasons(find_ink(picture)) == [Why.FAINT]


def test_a_fractions_bar_is_left_out_and_an_underline_is_not() -> None:
    bar = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    cv2.line(bar, (60, 130), (270, 130), 1, 6)
    above = (seven(80, 30), seven(160, 30))
    assert find_ink(photograph(*above, bar)).left_out == []
    picture = photograph(*above, bar, seven(120, 150))
    assert reasons(find_ink(picture)) == [Why.TAKEN_FOR_LINE]


def test_a_1_from_edge_to_edge_of_a_tight_picture_is_left_out() -> None:
    one = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    cv2.line(one, (40, 100), (40, 200), 1, 6)
    whole = photograph(*two(), one)
    assert reasons(find_ink(whole.crop((20, 90, 290, 210)))) == []
    left_out = find_ink(whole.crop((20, 109, 290, 192))).left_out
    ones = [each for each in left_out if each.box[2] < 12]
    assert [each.why for each in ones] == [Why.TAKEN_FOR_LINE]
