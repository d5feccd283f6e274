import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from nn.reading.ink.extract import find_ink, to_mnist
from nn.reading.ink.grey import Reduction
from nn.reading.mnist_format import NoInk

SIDE_PX = 200
PAPER, PENCIL, PRINT = 200.0, 0.65, 0.15  # paper's grey level; how much of it ink leaves


def written(*boxes: tuple[int, int, int, int], width: int = 12) -> np.ndarray:
    """Sevens in boxes on a sheet, 0 for paper and 1 for ink, as a camera softens them."""
    sheet = Image.new("L", (SIDE_PX, SIDE_PX), 0)
    pen = ImageDraw.Draw(sheet)
    for left, top, right, bottom in boxes or [(60, 40, 140, 160)]:
        corners = [(left, top), (right, top), ((left + right) // 2, bottom)]
        pen.line(corners, 255, width, joint="curve")
    return cv2.GaussianBlur(np.asarray(sheet, np.float32) / 255, (0, 0), 1.5)


def seen(ink: np.ndarray, light: np.ndarray | float = 1.0, left: float = PENCIL) -> Image.Image:
    """A photograph, grainy, of ink that reflects a part of the light."""
    levels = PAPER * light * (1 - (1 - left) * ink)
    levels = levels + np.random.default_rng(1).normal(0, 2, ink.shape)
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def slope(darkest: float) -> np.ndarray:
    """Light that falls off from one corner to the other."""
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX] / (2 * SIDE_PX)
    return 1 - (1 - darkest) * (down + across)


def shadow(darkness: float = 0.5) -> np.ndarray:
    """Light with the hard edge of a shadow diagonally across the digit."""
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX]
    light = np.where(down + 2 * across > 1.6 * SIDE_PX, darkness, 1.0).astype(np.float32)
    return cv2.GaussianBlur(light, (0, 0), 1.0)


def grid() -> np.ndarray:
    """Light that the black borders of a cell reflect: two lines, a broad and a slim one."""
    left = np.ones((SIDE_PX, SIDE_PX))
    left[:, 4:14] = left[186:190] = PRINT
    return left


def difference(picture: Image.Image, plain: Image.Image) -> float:
    """The mean difference, 0..255, of what the network sees, the better placed by a pixel."""
    one, other = to_mnist(picture).astype(float), to_mnist(plain).astype(float)
    shifts = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return min(float(np.abs(np.roll(one, shift, (0, 1)) - other).mean()) for shift in shifts)


PLAIN = seen(written())
FRAME = np.ones((SIDE_PX, SIDE_PX))
FRAME[:30] = FRAME[:, :25] = 0.1  # a dark table
TWISTED = cv2.getRotationMatrix2D((SIDE_PX / 2, SIDE_PX / 2), 4, 1)

SPOILT = {
    "light from one side": seen(written(), slope(0.4)),
    "a hard shadow": seen(written(), slope(0.8) * shadow()),
    "a faint pencil": seen(written(), slope(0.5), left=0.82),
    "the borders of a cell": seen(written(), slope(0.6) * grid()),
    "tilted borders": seen(
        written(),
        slope(0.6) * cv2.warpAffine(grid(), TWISTED, (SIDE_PX, SIDE_PX), borderValue=1),
    ),
    "a dark table": seen(written(), slope(0.7) * FRAME),
    "light ink on a dark sheet": Image.fromarray(
        255 - np.asarray(seen(written(), slope(0.6), left=0.3)) // 2
    ).point(lambda level: level - 80),
}


@pytest.mark.parametrize("picture", SPOILT.values(), ids=SPOILT)
def test_a_photographed_digit_comes_out_as_the_plain_one(picture) -> None:
    assert difference(picture, PLAIN) < 10


@pytest.mark.parametrize("spacing_px", [25, 40])
@pytest.mark.parametrize("left", [0.7, 0.5], ids=["pale", "dark"])
def test_squares_on_paper_are_not_ink(spacing_px, left) -> None:
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
    assert find_ink(seen(ink, slope(0.6))).ink[165:].max() == 0


def test_all_writing_is_ink_and_the_middle_one_is_the_digit() -> None:
    boxes = [(15, 70, 45, 130), (85, 70, 115, 130), (150, 70, 180, 130)]
    sheet = find_ink(seen(written(*boxes, width=8), slope(0.5)))
    n_apart = cv2.connectedComponents((sheet.ink > 0.5).astype(np.uint8))[0] - 1
    columns = np.nonzero(sheet.digit.max(axis=0))[0]
    assert n_apart == 3
    assert columns.min() > 70
    assert columns.max() < 130
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
def test_a_photograph_of_an_empty_sheet_has_no_ink(light) -> None:
    with pytest.raises(NoInk, match="No ink was found"):
        to_mnist(seen(np.zeros((SIDE_PX, SIDE_PX)), light))


def test_stages_show_how_the_photograph_became_ink() -> None:
    stages = find_ink(seen(written(), slope(0.5))).stages
    assert list(stages) == ["grey", "paper", "contrast", "ink"]
    assert all(stage.shape == (SIDE_PX, SIDE_PX) for stage in stages.values())
    assert abs(int(stages["paper"][100, 100]) - PAPER * 0.75) < 10  # where the digit is
    assert list(find_ink(Image.fromarray(255 - (255 * written()).astype(np.uint8))).stages) == [
        "grey",
        "ink",
    ]


def test_ink_is_placed_by_the_picture_as_seen_upright() -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by 90 degrees
    Image.new("L", (3000, 2000), 200).save(file, "JPEG", exif=exif)
    picture = Image.open(file)
    ImageDraw.Draw(picture).line((300, 300, 300, 1500), 20, 60)
    sheet = find_ink(picture)
    assert sheet.reduction == Reduction((2000, 3000), 3, (-1, 0))
    assert sheet.ink.shape == (1000, 667)
    rows, columns = np.nonzero(sheet.ink > 0.5)
    assert abs(rows.mean() * 3 - 300) < 6  # upright, the line is level and near the top
    assert np.ptp(columns) > 380


def test_the_paper_of_light_ink_is_shown_dark() -> None:
    picture = SPOILT["light ink on a dark sheet"]
    stages = find_ink(picture).stages
    assert abs(int(stages["paper"][180, 180]) - int(np.asarray(picture)[180, 180])) < 15
