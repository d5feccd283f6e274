"""Photographs: which of their pixels are ink, and what is said of writing that is not in it."""

import cv2
import numpy as np
import pytest
from PIL import Image

from nn.reading.doubts import ReasonNotRead
from nn.reading.mnist import Ink, Mask, NoInk, Pixels
from nn.reading.page.components import measure_components
from nn.reading.page.find import Page, find_ink, to_mnist, unread_ink
from nn.reading.page.photo import (
    Photograph,
    find_border_blobs,
    left_out_of_photograph,
    segment_ink,
)

SIDE_PX = 200
PAPER, PENCIL, PRINT = 200.0, 0.65, 0.15  # paper's grey level; how much of it ink leaves


def written(*boxes: tuple[int, int, int, int], width: int = 12) -> Ink:
    """Return sevens in boxes on a sheet, 0 for paper and 1 for ink, as a camera softens them."""
    ink = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for left, top, right, bottom in boxes or [(60, 40, 140, 160)]:
        corners = np.array([(left, top), (right, top), ((left + right) // 2, bottom)])
        cv2.polylines(ink, [corners], False, 1.0, width)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.5), np.float32)


def levels(ink: Ink, light: Ink | float = 1, left: float = PENCIL, noise: float = 2) -> Pixels:
    """Return a grainy photograph of ink that reflects a part of the light."""
    grey = PAPER * light * (1 - (1 - left) * ink)
    grey = grey + np.random.default_rng(1).normal(0, noise, ink.shape)
    return grey.clip(0, 255).astype(np.uint8)


def seen(ink: Ink, light: Ink | float = 1, left: float = PENCIL) -> Image.Image:
    return Image.fromarray(levels(ink, light, left))


def slope(darkest: float) -> Ink:
    """Return light that falls off from one corner to the other."""
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX] / (2 * SIDE_PX)
    return np.asarray(1 - (1 - darkest) * (down + across), np.float32)


def shadow() -> Ink:
    """Return light with the hard edge of a shadow diagonally across the digit."""
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX]
    light = np.where(down + 2 * across > 1.6 * SIDE_PX, 0.5, 1.0).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), 1.0), np.float32)


def grid() -> Ink:
    """Return light that the black borders of a cell reflect: two lines, a broad and a slim one."""
    left = np.ones((SIDE_PX, SIDE_PX), np.float32)
    left[:, 4:14] = left[186:190] = PRINT
    return left


def difference(picture: Image.Image, plain: Image.Image) -> float:
    """Return the mean difference, 0..255, of the network's inputs, the better placed by a pixel."""
    one, other = to_mnist(picture).astype(float), to_mnist(plain).astype(float)
    shifts = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return min(float(np.abs(np.roll(one, shift, (0, 1)) - other).mean()) for shift in shifts)


PLAIN = seen(written())
FRAME = np.ones((SIDE_PX, SIDE_PX), np.float32)
FRAME[:30] = FRAME[:, :25] = 0.1  # a dark table
TWISTED = cv2.getRotationMatrix2D((SIDE_PX / 2, SIDE_PX / 2), 4, 1)
TILTED = np.asarray(cv2.warpAffine(grid(), TWISTED, (SIDE_PX, SIDE_PX), borderValue=1), np.float32)
LIGHT_INK = Image.fromarray(255 - levels(written(), slope(0.6), 0.3) // 2).point(
    lambda level: level - 80
)
SPOILT = {
    "light from one side": seen(written(), slope(0.4)),
    "a hard shadow": seen(written(), slope(0.8) * shadow()),
    "a faint pencil": seen(written(), slope(0.5), left=0.82),
    "the borders of a cell": seen(written(), slope(0.6) * grid()),
    "tilted borders": seen(written(), slope(0.6) * TILTED),
    "a dark table": seen(written(), slope(0.7) * FRAME),
    "light ink on a dark sheet": LIGHT_INK,
}


@pytest.mark.parametrize("picture", SPOILT.values(), ids=SPOILT)
def test_a_photographed_digit_comes_out_as_the_plain_one(picture: Image.Image) -> None:
    assert difference(picture, PLAIN) < 10


@pytest.mark.parametrize("spacing_px", [25, 40])
@pytest.mark.parametrize("left", [0.7, 0.5], ids=["pale", "dark"])
def test_squares_on_paper_are_not_ink(spacing_px: int, left: float) -> None:
    light = slope(0.7)
    light[::spacing_px] *= left
    light[:, ::spacing_px] *= left
    assert difference(seen(written(), light, left=0.35), PLAIN) < 14


def test_what_is_left_of_a_neighbouring_digit_is_not_read() -> None:
    ink = written((60, 50, 140, 150), (70, -60, 130, 20))
    assert difference(seen(ink, slope(0.6)), seen(written((60, 50, 140, 150)))) < 8


def test_smudges_and_specks_are_not_ink() -> None:
    ink = written()
    ink[170:180, 20:60] = 0.25  # what a rubber left
    ink[20:22, 180:182] = 1
    assert difference(seen(ink, slope(0.6)), PLAIN) < 8
    assert find_ink(seen(ink, slope(0.6))).ink[172:].max() == 0


def test_all_writing_is_ink_and_the_middle_one_is_the_digit() -> None:
    boxes = [(15, 70, 45, 130), (85, 70, 115, 130), (150, 70, 180, 130)]
    sheet = find_ink(seen(written(*boxes, width=8), slope(0.5)))
    left, _, width_px, _ = sheet.digit_box
    assert n_pieces(sheet.ink > 0.5) == 3
    assert left > 70
    assert left + width_px <= 130
    assert sheet.has_more_than_digit


def test_a_small_stroke_far_from_the_digit_is_other_writing() -> None:
    ink = written((60, 50, 130, 150))
    ink[80:120, 180:188] = 1
    assert find_ink(seen(ink, slope(0.6))).has_more_than_digit


def test_paper_is_exactly_nothing_and_ink_is_1_in_the_middle_of_the_line() -> None:
    sheet = find_ink(seen(written(), slope(0.5), left=0.8))
    assert (sheet.ink == 0).mean() > 0.8
    assert sheet.ink[100, 112] == 0
    assert sheet.ink.max() == 1
    assert not sheet.has_more_than_digit


@pytest.mark.parametrize("light", [slope(0.4), slope(0.8) * shadow(), slope(0.6) * grid()])
def test_a_photograph_of_an_empty_sheet_has_no_ink(light: Ink) -> None:
    with pytest.raises(NoInk, match="No ink was found"):
        to_mnist(seen(np.zeros((SIDE_PX, SIDE_PX), np.float32), light))


def test_stages_show_how_the_photograph_became_ink() -> None:
    stages = find_ink(seen(written(), slope(0.5))).stages(is_number=True)
    assert list(stages) == ["grey", "paper", "contrast", "ink"]
    assert all(stage.shape == (SIDE_PX, SIDE_PX) for stage in stages.values())
    assert abs(int(stages["paper"][100, 100]) - PAPER * 0.75) < 10  # where the digit is
    light_ink = find_ink(LIGHT_INK).stages(is_number=True)
    assert abs(int(light_ink["paper"][180, 180]) - int(np.asarray(LIGHT_INK)[180, 180])) < 15
    drawing = Image.fromarray(255 - (255 * written()).astype(np.uint8))
    assert list(find_ink(drawing).stages(is_number=True)) == ["grey", "ink"]


def is_photograph(grey: Pixels) -> bool:
    return isinstance(find_ink(Image.fromarray(grey)).source, Photograph)


def with_lines(level: float, *rows: slice, width: int = 12) -> Ink:
    ink = written(width=width)
    for each in rows:
        ink[each] = np.maximum(ink[each], level)
    return ink


def bordered() -> Pixels:
    """Return a seven in a printed border, 5 px from the edge."""
    ink = written()
    cv2.rectangle(ink, (5, 5), (194, 194), 1.0, 3)
    return levels(ink, left=0.1)


EVENING = np.linspace(0.6, 1.2, SIDE_PX, dtype=np.float32)  # light that grows to the right
FORMS = {
    "uneven light": (levels(written(), np.linspace(1, 1.08, SIDE_PX, dtype=np.float32), 0.1), True),
    "ruled paper": (np.uint8(255 * (1 - with_lines(1, slice(100, 103)))), True),
    "a border in the frame": (bordered(), True),
    "a drawing cut to its digit at one edge": (
        np.pad(np.zeros((90, 40), np.uint8), ((0, 20), (5, 65)), constant_values=255),
        False,
    ),
    "a broad stroke that fills the picture": (
        np.uint8(255 * (np.arange(120)[:, None] // 40 != np.ones(120, int))),
        False,
    ),
    "a small picture": (levels(written(), EVENING)[40:119, 60:139], False),
}


@pytest.mark.parametrize(("grey", "is_photo"), FORMS.values(), ids=FORMS)
def test_one_threshold_is_enough_for_what_is_no_photograph(grey: Pixels, is_photo: bool) -> None:
    assert is_photograph(grey) == is_photo


def n_pieces(is_ink: Mask) -> int:
    return cv2.connectedComponents(is_ink.view(np.uint8))[0] - 1


def inked(grey: Pixels) -> Mask:
    found = segment_ink(grey)
    return found.writing.components.pixels(found.writing.is_ink)


RULES = [slice(top, top + 5) for top in range(8, SIDE_PX, 25)]


def test_a_stroke_that_a_ruled_line_cuts_is_one() -> None:
    ink = 0.6 * written()
    ink[99:102] = np.maximum(ink[99:102], 0.5)
    is_ink = inked(levels(ink))
    assert n_pieces(is_ink) == 1
    assert not is_ink[101, 30]


@pytest.mark.parametrize("noise", [0, 2, 20], ids=["smooth", "usual", "coarse"])
def test_shading_and_grain_are_not_dark(noise: float) -> None:
    found = segment_ink(levels(written(), left=0.6, noise=noise))
    assert 2000 < (found.contrast > found.threshold).sum() < (5000 if noise == 0 else 3500)


def test_a_broad_pen_is_read_on_dark_ruled_lines() -> None:
    assert inked(levels(with_lines(0.5, *RULES, width=34), left=0.4))[46, 100]


def test_grain_does_not_hide_a_pale_digit() -> None:
    assert find_ink(Image.fromarray(levels(written(), left=0.85, noise=50))).ink.any()


WIDTH_PX, HEIGHT_PX = 400, 300


def seven(left: int, top: int, level: float = 1, width_px: int = 6) -> Ink:
    """Return the ink of a seven, 50 pixels wide and 80 high, on a larger sheet."""
    ink = blank()
    corners = np.array([(left, top), (left + 50, top), (left + 25, top + 80)])
    cv2.polylines(ink, [corners], False, level, width_px)
    return ink


def blank(level: float = 0) -> Ink:
    return np.full((HEIGHT_PX, WIDTH_PX), level, np.float32)


def stroke(start: tuple[int, int], end: tuple[int, int], light: Ink, level: float, px: int) -> Ink:
    cv2.line(light, start, end, level, px)
    return light


def rules(level: float = 0.5, spacing_px: int = 30) -> Ink:
    ruled = blank()
    ruled[20::spacing_px] = ruled[21::spacing_px] = level
    return ruled


TWO = np.maximum(seven(80, 110), seven(200, 110))


def page(*inks: Ink, light: Ink | float = 1, soft_px: float = 1) -> Image.Image:
    """Return a grainy photograph of two sevens and more ink, darker to the right."""
    ink = cv2.GaussianBlur(np.max([TWO, *inks], axis=0), (0, 0), 1)
    lit = cv2.GaussianBlur(blank() + light, (0, 0), soft_px)
    grey = np.linspace(210, 160, WIDTH_PX) * lit * (1 - 0.6 * ink)
    grey = grey + np.random.default_rng(1).normal(0, 1.5, grey.shape)
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


def reasons(sheet: Page) -> list[ReasonNotRead]:
    return [each.why for each in unread_ink(sheet)]


def level_line(row: int) -> Ink:
    return stroke((60, row), (270, row), blank(), 1, 6)


LEFT_OUT: dict[str, tuple[tuple[Ink, ...], list[ReasonNotRead]]] = {
    "nothing else": ((), []),
    "a digit that is much paler": ((seven(300, 110, level=0.4),), [ReasonNotRead.FAINT]),
    "a digit in a pale colour": ((seven(300, 110, level=0.2),), [ReasonNotRead.FAINT]),
    "ruled lines": ((rules(0.4, 40),), []),
    "an underline": ((level_line(210),), []),
    "a fraction's bar below a cut digit": (
        (level_line(98), seven(120, 1)),
        [ReasonNotRead.TAKEN_FOR_LINE, ReasonNotRead.CUT_BY_EDGE],
    ),
}


@pytest.mark.parametrize(("inks", "expected"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_writing_that_is_not_in_the_ink_is_left_out_with_the_reason(
    inks: tuple[Ink, ...], expected: list[ReasonNotRead]
) -> None:
    sheet = find_ink(page(*inks))
    assert reasons(sheet) == expected
    of_one = unread_ink(sheet, is_of_one_digit=True)
    assert ReasonNotRead.BESIDE_THE_DIGIT in [each.why for each in of_one]


BESIDE, CUT = ReasonNotRead.BESIDE_THE_DIGIT, ReasonNotRead.CUT_BY_EDGE
Bars = list[tuple[int, int, int, int]]  # x, y, width, height
BESIDE_ONE: dict[str, tuple[Bars, list[ReasonNotRead], set[ReasonNotRead]]] = {
    "a stroke that the edge cuts": ([(150, 0, 8, 60)], [CUT], {BESIDE, CUT}),
    "another digit": ([(180, 20, 8, 50), (150, 20, 30, 8)], [], {BESIDE}),
    "a dot": ([(180, 20, 8, 10)], [], set()),
}


@pytest.mark.parametrize(("bars", "of_all", "of_one"), BESIDE_ONE.values(), ids=BESIDE_ONE)
def test_other_writing_is_left_out_only_in_a_picture_of_one_digit(
    bars: Bars, of_all: list[ReasonNotRead], of_one: set[ReasonNotRead]
) -> None:
    grey = np.full((240, 240), 200, np.uint8)
    for x, y, width, height in [(100, 90, 8, 60), (60, 90, 40, 8), *bars]:
        grey[y : y + height, x : x + width] = 20
    photo = segment_ink(grey)
    of_photo = left_out_of_photograph(photo, is_of_one_digit=False)
    assert [each.why for each in of_photo] == of_all
    of_digit = left_out_of_photograph(photo, is_of_one_digit=True)
    assert {each.why for each in of_digit} == of_one


def test_a_digit_that_the_edge_cuts_is_left_out() -> None:
    sheet = find_ink(page(seven(-12, 20)))
    assert reasons(sheet) == [ReasonNotRead.CUT_BY_EDGE]
    x, y, width, height = unread_ink(sheet)[0].box
    assert (x, y) == (0, pytest.approx(17, abs=4))
    assert (width, height) == (pytest.approx(41, abs=4), pytest.approx(86, abs=6))


def test_a_1_from_edge_to_edge_of_a_tight_picture_is_left_out() -> None:
    whole = page(stroke((40, 100), (40, 200), blank(), 1, 6))
    assert reasons(find_ink(whole.crop((20, 90, 290, 210)))) == []
    left_out = unread_ink(find_ink(whole.crop((20, 109, 290, 192))))
    assert [each.why for each in left_out if each.box[2] < 12] == [ReasonNotRead.TAKEN_FOR_LINE]


def table() -> Ink:
    """Return the light of a sheet on a table, with the sheet's own shadow."""
    light = blank(1)
    light[:, 340:] = light[260:] = 0.2
    light[:, 338:346] = light[258:266] = 0.1
    return light


def narrow_sheet() -> Ink:
    """Return the light of a sheet whose upper and lower edges are not in the picture."""
    light = blank(0.25)
    light[:, 50:350] = 1
    return light


def narrow_shadow(width_px: int, darkness: float, soft_px: int = 3, tilt: float = 0.8) -> Ink:
    """Return light with a winding shadow that touches the second seven."""
    y, x = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    distance = np.abs(x - tilt * y - (80 if tilt == 0.8 else 110) - 20 * np.sin(y / 40))
    light = 1 - darkness * np.clip((width_px / 2 - distance) / soft_px + 0.5, 0, 1)
    return np.asarray(light, np.float32)


def half(darkness: float, columns: slice) -> Ink:
    light = blank(1)
    light[:, columns] = darkness
    return light


def edge_shadow() -> Ink:
    light = half(0.3, slice(340, None))
    light[100:140, 338:346] = 0.18
    return light


RULES_ON_SHEET = rules() * (narrow_sheet() == 1)
LIGHTS = {
    "a table": page(light=table(), soft_px=1.5),
    "the narrow shadow of a sheet": page(light=edge_shadow(), soft_px=1.5),
    "lines that end at the sheet's edge": page(RULES_ON_SHEET, light=narrow_sheet()),
    "rules in the shadow of half a sheet": page(rules(), light=half(0.5, slice(180)), soft_px=2),
    "a pale streak": page(light=stroke((150, 40), (250, 70), blank(1), 0.82, 8)),
    "a shadow as wide as a digit": page(light=half(0.6, slice(215, 260))),
    "a shadow of 26 px": page(light=narrow_shadow(26, 0.45, 8, 0.5)),
    "a shadow of 40 px": page(light=narrow_shadow(40, 0.45, 8, 0.5)),
    "a shadow of 60 px": page(light=narrow_shadow(60, 0.45, 8, 0.5)),
}


@pytest.mark.parametrize("picture", LIGHTS.values(), ids=LIGHTS)
def test_light_shadows_and_lines_are_no_ink(picture: Image.Image) -> None:
    plain, shaded = (find_ink(each).ink > 0.5 for each in (page(), picture))
    assert (shaded != plain).sum() < 0.12 * plain.sum()
    assert not shaded[:100].any()
    assert not shaded[200:].any()


def test_a_piece_of_a_shadow_beside_the_writing_is_no_ink() -> None:
    ink = find_ink(page(light=narrow_shadow(18, 0.3))).ink
    assert ink[200:].max() == ink[:100].max() == 0


def test_a_shadow_at_the_writing_as_broad_as_the_pen_is_left_out() -> None:
    assert ReasonNotRead.NO_PAPER in reasons(
        find_ink(page(light=narrow_shadow(8, 0.5), soft_px=0.1))
    )


def test_a_shadow_that_crosses_an_evenly_lit_picture_makes_it_a_photograph() -> None:
    grey = 200 * narrow_shadow(8, 0.4) * (1 - 0.6 * cv2.GaussianBlur(TWO, (0, 0), 1))
    grey = grey + np.random.default_rng(1).normal(0, 1.5, grey.shape)
    assert is_photograph(grey.clip(0, 255).astype(np.uint8))


def test_a_window_far_wider_than_the_ink_is_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = find_ink(page()).ink > 0.5
    monkeypatch.setattr("nn.reading.page.photo.window_of_pen", lambda *picture: 75)
    shaded = find_ink(page(light=half(0.6, slice(215, 260)))).ink > 0.5
    assert (shaded != plain).sum() < 0.12 * plain.sum()


@pytest.mark.parametrize(("width_px", "is_blob"), [(7, False), (9, True)])
def test_dark_at_the_edge_is_a_blob_where_it_is_broader_than_a_line(
    width_px: int, is_blob: bool
) -> None:
    contrast = np.zeros((200, 200), np.float32)
    contrast[:, :width_px] = 1
    for x in (60, 90, 120, 150):
        contrast[50:150, x : x + 6] = 1
    blobs = find_border_blobs(contrast > 0, measure_components(contrast > 0, contrast))
    assert blobs[:, :width_px].any() == is_blob
    assert not blobs[:, 50:].any()
