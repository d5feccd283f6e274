"""Photographs of class sheets: their boxes, what is in them, and why some are not read."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from benchmarks.pages import perspective
from benchmarks.pages.perspective import Pose
from benchmarks.sheets.filled import TILTED, UPRIGHT, hand, photograph, scan
from benchmarks.sheets.filling import write_sheet
from benchmarks.sheets.photograph import KINDS, SheetPhotograph, photograph_sheet
from benchmarks.sheets.printed import printed
from nn.models import weights
from nn.reading.class_sheet.boxes import FilledPage, read_page
from nn.reading.class_sheet.layout import BORDER_GREY, Corner, marker_place, pages_of
from nn.reading.class_sheet.markers import SheetFault, UnreadableSheet, shows_sheet
from nn.reading.mnist import Pixels, bounding_box, to_inputs


@pytest.fixture(scope="module")
def filled() -> SheetPhotograph:
    return photograph(pupils=14)


@pytest.fixture(scope="module")
def found(filled: SheetPhotograph) -> FilledPage:
    return read_page(filled.picture)


@pytest.fixture(scope="module")
def whole() -> tuple[Image.Image, FilledPage]:
    """Return the scan of a sheet of 15 rows, and what is read of it."""
    picture = scan(pages_of(15)[0])
    return picture, read_page(picture)


def box_error_mm(found: FilledPage, photographed: SheetPhotograph) -> float:
    """Return the greatest distance of a box from its place, relative to the boxes' width."""
    width_px = np.linalg.norm(photographed.corners[:, 1] - photographed.corners[:, 0], axis=1)
    off_px = np.linalg.norm(found.corners - photographed.corners, axis=2).mean(axis=1)
    return float((off_px / width_px * 15.6).max())


def n_wrongly_empty(found: FilledPage, photographed: SheetPhotograph) -> int:
    return sum(
        (ink.ink is None) != (written.glyph is None)
        for ink, written in zip(found.boxes, photographed.boxes, strict=True)
    )


def fault_of(picture: Image.Image) -> UnreadableSheet:
    with pytest.raises(UnreadableSheet) as caught:
        read_page(picture)
    return caught.value


def without(picture: Image.Image, *corners: Corner) -> Image.Image:
    """Return a scan with something on its markers, as a thumb."""
    covered = picture.copy()
    for corner in corners:
        x, y, width, height = (6 * side for side in marker_place(corner))
        ImageDraw.Draw(covered).ellipse((x - 9, y - 9, x + width, y + height + 20), 150)
    return covered


def test_boxes_are_found_and_told_from_empty_ones(
    filled: SheetPhotograph, found: FilledPage
) -> None:
    assert found.page == filled.page
    assert box_error_mm(found, filled) < 0.5
    assert n_wrongly_empty(found, filled) == 0
    assert any(ink.ink is None for ink in found.boxes)


def test_the_digits_are_read_as_the_drawn_ones_are(found: FilledPage) -> None:
    network = weights.load(Path("models/convnet.npz")).network
    images = {i: box.image for i, box in enumerate(found.boxes) if box.image is not None}
    digits = network.activations(to_inputs(np.stack(list(images.values())))).argmax(axis=1)
    labels = [found.page.boxes[i].label for i in images]
    assert (digits == labels).mean() > 0.97


@pytest.mark.parametrize("roll_degrees", [90, 215])
def test_a_sheet_may_be_turned_by_any_angle(roll_degrees: float) -> None:
    turned = photograph(pose=Pose(15, 40, roll_degrees, 1.3, 0.95, (0.5, 0.5)))
    found = read_page(turned.picture)
    assert box_error_mm(found, turned) < 0.5
    assert n_wrongly_empty(found, turned) == 0


def test_a_mirrored_picture_is_read_as_a_sheet(filled: SheetPhotograph, found: FilledPage) -> None:
    mirrored = read_page(ImageOps.mirror(filled.picture))
    flipped = mirrored.corners * [-1, 1] + [filled.picture.width, 0]
    np.testing.assert_allclose(flipped, found.corners, atol=2)
    assert [box.ink is None for box in mirrored.boxes] == [box.ink is None for box in found.boxes]


def test_a_sheet_is_seen_in_any_photograph_of_it_but_not_in_a_part_with_one_corner_square(
    filled: SheetPhotograph,
) -> None:
    grey = np.asarray(filled.picture.convert("L"))
    turned = np.ascontiguousarray(np.rot90(grey))
    nearest = photograph(pupils=14, pose=TILTED).picture.convert("L")
    for seen in (grey, turned, np.asarray(nearest), small(grey, 640), small(grey, 450)):
        assert shows_sheet(seen)
    height, width = grey.shape
    for unseen in (grey[: height // 2, : width // 2], small(grey, 300), np.full_like(grey, 200)):
        assert not shows_sheet(np.ascontiguousarray(unseen))


def test_two_corner_squares_of_one_sheet_are_seen_as_one_and_one_or_of_two_are_not(
    whole: tuple[Image.Image, FilledPage],
) -> None:
    picture, _ = whole
    lower = without(picture, Corner.TOP_LEFT, Corner.TOP_RIGHT)
    assert shows_sheet(np.asarray(lower.convert("L")))
    one = without(lower, Corner.BOTTOM_LEFT)
    assert not shows_sheet(np.asarray(one.convert("L")))


def small(grey: Pixels, longer_px: int) -> Pixels:
    """Return a picture (H, W), reduced by its longer side."""
    picture = Image.fromarray(grey)
    picture.thumbnail((longer_px, longer_px))
    return np.asarray(picture)


def test_curved_paper_is_followed_by_the_borders_of_the_boxes() -> None:
    tilted = Pose(25, 0, 0, 1.1, 0.95, (0.5, 0.5))
    curved = photograph(12, pose=tilted)
    assert box_error_mm(read_page(curved.picture), curved) < 0.7


def test_paper_that_curves_by_9_mm_is_flattened_by_a_polynomial(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(perspective, "CURL_HEIGHTS_MM", (9.0, 9.0))
    rng, tilted = np.random.default_rng(3), Pose(25, 0, 0, 1.1, 0.95, (0.5, 0.5))
    curved = photograph_sheet(pages_of(12)[0], hand(), rng, megapixels=2, pose=tilted)
    found = read_page(curved.picture)
    assert box_error_mm(found, curved) < 0.7
    assert n_wrongly_empty(found, curved) == 0


def test_a_fax_without_borders_is_read_by_its_markers() -> None:
    """One bit a pixel: the printed borders, light grey, are gone."""
    page = pages_of(5)[0]
    sheet = write_sheet(page, printed(page, 4), hand(), np.random.default_rng(1), pen="black")
    grey = sheet.light.mean(axis=2)
    found = read_page(Image.fromarray(np.uint8(grey > BORDER_GREY - 0.05) * 255).convert("1"))
    written = [box.glyph is not None for box in sheet.boxes]
    assert [box.ink is not None for box in found.boxes] == written


def test_pale_pencil_is_found_in_a_shadow() -> None:
    pale = photograph(5, kind=KINDS["pencil, soft shadow"], pose=TILTED)
    assert n_wrongly_empty(read_page(pale.picture), pale) == 0


@pytest.mark.parametrize("corner", list(Corner))
def test_three_corners_are_enough_when_the_boxes_confirm_them(
    corner: Corner, whole: tuple[Image.Image, FilledPage]
) -> None:
    picture, with_all_corners = whole
    found = read_page(without(picture, corner))
    assert found.missing == [corner]
    np.testing.assert_allclose(found.corners, with_all_corners.corners, atol=2)


def empty_with_three_corners() -> Image.Image:
    picture = without(scan(pages_of(3)[0]), Corner.TOP_LEFT)
    ImageDraw.Draw(picture).rectangle((100, 170, 1200, 1600), "white")
    return picture


def side_by_side(*pages: int) -> Image.Image:
    scans = [scan(pages_of(30)[page], 4) for page in pages]
    both = Image.new("L", (2 * scans[0].width, scans[0].height), "white")
    for number, picture in enumerate(scans):
        both.paste(picture, (number * picture.width, 0))
    return both


def with_swapped_markers() -> Image.Image:
    picture = scan(pages_of(3)[0])
    left, right = ((x, 50, x + 130, 180) for x in (50, 1260 - 180))
    crops = picture.crop(left), picture.crop(right)
    picture.paste(crops[0], right)
    picture.paste(crops[1], left)
    return picture


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (empty_with_three_corners, SheetFault.CORNERS_MISSING),
        (lambda: side_by_side(0, 1), SheetFault.SEVERAL_SHEETS),
        (lambda: side_by_side(0, 0), SheetFault.SEVERAL_SHEETS),
        (lambda: scan(pages_of(3)[0], 1), SheetFault.TOO_SMALL),  # markers of 16 pixels a side
        (lambda: Image.new("L", (800, 600), "white"), SheetFault.NO_SHEET),
        (with_swapped_markers, SheetFault.NOT_FLAT),
    ],
    ids=["no boxes", "two pages", "one page twice", "too small", "no sheet", "not flat"],
)
def test_what_is_no_readable_sheet_is_refused_with_the_reason(
    make: Callable[[], Image.Image], fault: SheetFault
) -> None:
    assert fault_of(make()).fault == fault


def test_two_corners_are_not_enough_and_are_named() -> None:
    error = fault_of(without(scan(pages_of(3)[0]), Corner.TOP_LEFT, Corner.BOTTOM_LEFT))
    assert error.fault == SheetFault.CORNERS_MISSING
    assert error.found == [Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT]


@pytest.mark.parametrize("kind", ["everyday pens", "narrow shadow"])
def test_borders_printed_digits_and_specks_are_no_ink(kind: str) -> None:
    found = read_page(photograph(15, empty=1, pose=UPRIGHT, kind=KINDS[kind]).picture)
    assert [box.ink is not None for box in found.boxes] == [False] * 150


def test_a_ring_through_many_boxes_takes_no_digit_away() -> None:
    page = pages_of(8)[0]
    sheet = write_sheet(page, printed(page, 6), hand(), np.random.default_rng(2), empty=0)
    picture = Image.fromarray(np.rint(255 * sheet.light).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((300, 300, 1000, 1000), outline=(190, 160, 120), width=11)
    found = read_page(picture)
    assert all(box.ink is not None for box in found.boxes)
    assert any(box.is_cut for box in found.boxes)


def test_a_pale_digit_beside_a_dark_one_is_left_out_and_not_silently() -> None:
    page = pages_of(3)[0]
    picture = scan(page)
    for box in page.boxes[13:15]:
        x, y, width, height = (6 * side for side in box.place)
        digit = (x + 14, y + 20, x + 36, y + 20, x + 24, y + height - 20)
        ImageDraw.Draw(picture).line(digit, 30, 5)
    pale = (x + width - 20, y + 20, x + width - 20, y + height - 20)
    ImageDraw.Draw(picture).line(pale, 220, 5)
    found = read_page(picture)
    assert [i for i, box in enumerate(found.boxes) if box.ink is not None] == [13, 14]
    assert [i for i, box in enumerate(found.boxes) if box.is_left_out] == [14]


def test_a_stroke_of_3_and_a_half_mm_is_ink_and_a_speck_of_2_and_a_half_is_none() -> None:
    page = pages_of(3)[0]
    picture = scan(page)
    for box, height_mm in zip(page.boxes[13:15], (3.5, 2.5), strict=True):
        x, y, *_ = (6 * side for side in box.place)
        ImageDraw.Draw(picture).line((x + 40, y + 40, x + 40, y + 40 + 6 * height_mm), 30, 5)
    found = read_page(picture)
    assert [i for i, box in enumerate(found.boxes) if box.ink is not None] == [13]


def test_a_digit_over_the_border_is_read_whole_and_its_neighbour_stays_empty() -> None:
    page = pages_of(3)[0]
    picture = scan(page)
    x, y, width, height = (6 * side for side in page.boxes[14].place)
    strokes = [
        (x + 20, y + 8, x + 12, y + 60, x + width + 24, y + 60),
        (x + 66, y + 40, x + 66, y + height - 4),
    ]
    for stroke in strokes:  # a 4 whose bar goes on into the next box
        ImageDraw.Draw(picture).line(stroke, 40, 6)
    found = read_page(picture)
    assert [i for i, box in enumerate(found.boxes) if box.ink is not None] == [14]
    assert found.boxes[14].ink is not None
    _, _, ink_width, _ = bounding_box(found.boxes[14].ink)
    assert ink_width > width
    assert not found.boxes[14].is_cut


def test_a_digit_in_a_box_may_be_struck_out() -> None:
    page = pages_of(3)[0]
    picture = scan(page)
    for number in (13, 14):
        x, y, *_ = (6 * side for side in page.boxes[number].place)
        ImageDraw.Draw(picture).ellipse((x + 34, y + 30, x + 64, y + 74), outline=30, width=5)
    ImageDraw.Draw(picture).line((x + 12, y + 54, x + 84, y + 54), 30, 5)
    found = read_page(picture)
    assert [i for i, box in enumerate(found.boxes) if box.ink is not None] == [13, 14]
    assert [i for i, box in enumerate(found.boxes) if box.is_struck_out] == [14]
