import io
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from nn.reading.mnist import INK_LEVEL, WORKING_PX, Ink, NoInk, at_working_size, centre, to_inputs
from nn.reading.page.drawing import ink_by_global_threshold
from nn.reading.page.find import to_mnist
from tests.drawing import as_file, turned_file


def drawing(size=(280, 280), box=(90, 60, 190, 220), ink=0, paper=255, width=20) -> Image.Image:
    """A seven on paper, in a box."""
    picture = Image.new("L", size, paper)
    left, top, right, bottom = box
    ImageDraw.Draw(picture).line(
        [(left, top), (right, top), ((left + right) / 2, bottom)], ink, width, joint="curve"
    )
    return picture


def transparent(picture: Image.Image, colour: int) -> Image.Image:
    """The ink of a picture in one colour, on a transparent background."""
    alpha = picture.point(lambda level: 255 - level)
    layer = Image.new("L", picture.size, colour)
    return Image.merge("LA", (layer, alpha)).convert("RGBA")


def deep(picture: Image.Image, dtype: type = np.uint16) -> Image.Image:
    return Image.fromarray(np.asarray(picture).astype(dtype) * 257)


def as_jpeg(picture: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(as_file(picture, "JPEG", quality=60)))


def turned_by_exif(picture: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(turned_file(picture, quality=95)))


def with_round_corners(picture: Image.Image) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    box = (0, 0, picture.width - 1, picture.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, 40, fill=255)
    picture = picture.convert("RGB")
    picture.putalpha(mask)
    return picture


FORMS = {
    "light ink on dark": lambda p: p.point(lambda level: 255 - level),
    "faint ink": lambda p: p.point(lambda level: 200 + level // 10),
    "black on transparent": lambda p: transparent(p, 0),
    "white on transparent": lambda p: transparent(p, 255),
    "round transparent corners": with_round_corners,
    "dark with round transparent corners": lambda p: with_round_corners(
        p.point(lambda level: 255 - level)
    ),
    "16 bits": deep,
    "32 bits": lambda p: deep(p, np.int32),
    "floating point": lambda p: Image.fromarray(np.asarray(p, np.float32) / 255),
    "palette": lambda p: p.convert("P"),
    "palette with a transparent colour": lambda p: transparent(p, 0).quantize(8),
    "two colours": lambda p: p.convert("1", dither=Image.Dither.NONE),
    "CMYK": lambda p: p.convert("CMYK"),
    "LAB": lambda p: Image.merge("LAB", (p, *[Image.new("L", p.size, 128)] * 2)),
    "premultiplied alpha": lambda p: transparent(p, 0).convert("RGBa"),
    "JPEG": as_jpeg,
    "turned by EXIF": turned_by_exif,
}


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """The mean difference of two pictures' pixels, 0..255, the better placed by up to one pixel."""
    shifts = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    moved = [np.roll(one.astype(float), shift, (0, 1)) for shift in shifts]
    return min(float(np.abs(picture - other).mean()) for picture in moved)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_picture_is_read_the_same_in_every_form(form) -> None:
    picture = drawing()
    assert difference(to_mnist(form(picture)), to_mnist(picture)) < 4


PLACES = {
    "in a corner of a wide picture": drawing((800, 600), (700, 500, 780, 590), width=12),
    "touching the edge": drawing((280, 280), (0, 0, 279, 279), width=50),
    "tiny": drawing((30, 30), (8, 5, 20, 24), width=3),
    "huge": drawing((4000, 4000), (1000, 800, 2400, 3100), width=280),
    "filling its picture": drawing((120, 180), (5, 10, 114, 179), width=22),
}


@pytest.mark.parametrize("picture", PLACES.values(), ids=PLACES)
def test_size_and_place_of_a_digit_do_not_matter(picture) -> None:
    image = to_mnist(picture)
    rows, columns = np.nonzero(image > 40)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)
    assert difference(image, to_mnist(drawing())) < 20


@pytest.mark.parametrize("is_light", [False, True], ids=["dark ink", "light ink"])
@pytest.mark.parametrize("side_px", [16, 28, 200])
@pytest.mark.parametrize("thickness", [0.1, 0.2, 0.25])
def test_a_picture_cut_to_its_digit_has_paper_in_its_corners(thickness, side_px, is_light) -> None:
    large = Image.new("L", (800, 800), 255)
    pen = ImageDraw.Draw(large)
    for box in [(80, 0, 720, 400), (0, 350, 799, 799)]:  # an 8 that touches all four edges
        pen.ellipse(box, outline=0, width=round(thickness * 800))
    picture = large.resize((side_px, side_px), Image.Resampling.BOX)

    grey = 255 - np.asarray(picture) if is_light else np.asarray(picture)
    ink = ink_by_global_threshold(grey).ink

    assert ink[0, 0] == ink[0, -1] == ink[-1, 0] == ink[-1, -1] == 0
    assert ink[:, side_px // 2].max() == 1


def test_a_thick_digit_that_covers_most_of_its_picture_is_still_ink() -> None:
    picture = drawing((100, 100), (20, 20, 75, 85), width=48)
    assert (np.asarray(picture) < 128).mean() > 0.4
    inverted = picture.point(lambda level: 255 - level)
    assert np.array_equal(to_mnist(picture), to_mnist(inverted))
    assert to_mnist(picture)[0].max() == 0


@pytest.mark.parametrize("level", [0, 100, 255])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P", "I;16"])
def test_a_blank_picture_has_no_ink(mode, level) -> None:
    picture = Image.fromarray(np.full((50, 40), level, np.uint8))
    picture = deep(picture) if mode == "I;16" else picture.convert(mode, dither=Image.Dither.NONE)
    with pytest.raises(NoInk, match="No ink was found"):
        to_mnist(picture)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGBA", (50, 50), (10, 200, 30, 0)),
        Image.fromarray(
            np.random.default_rng(0).normal(240, 3, (200, 200)).clip(0, 255).astype(np.uint8)
        ),
    ],
    ids=["wholly transparent", "the grain of paper"],
)
def test_a_picture_of_paper_has_no_ink(picture: Image.Image) -> None:
    with pytest.raises(NoInk):
        to_mnist(picture)


def test_a_dot_becomes_a_blob_in_the_middle() -> None:
    picture = Image.new("L", (50, 50), 255)
    picture.putpixel((3, 3), 0)
    image = to_mnist(picture)
    assert image.max() == 255
    assert image[14, 14] == 255


def test_the_centre_of_mass_lies_where_mnist_has_it() -> None:
    digit = np.zeros((20, 10), np.float32)
    digit[:, 2] = 1
    digit[12:14, :] = 1
    image = centre(digit).astype(float)
    middle = np.arange(28) + 0.5
    for axis in (0, 1):
        mass = image.sum(axis=1 - axis)
        assert 14 <= (mass * middle).sum() / mass.sum() < 15


def test_a_lopsided_digit_is_not_cut_off() -> None:
    digit = np.zeros((20, 20), np.float32)
    digit[0, :] = 1e-2
    digit[-1, :] = 1
    assert np.count_nonzero(centre(digit)) == 40


def test_inputs_are_0_to_1_in_float32() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 0, 1:3], image[0, 1, 0] = (51, 255), 102
    inputs = to_inputs(image)
    assert inputs.dtype == np.float32
    assert inputs.shape == (1, 784)
    assert np.allclose(inputs[0, [0, 1, 2, 28]], [0, 0.2, 1, 0.4])
    assert to_inputs(np.empty((0, 28, 28), np.uint8)).shape == (0, 784)


@settings(max_examples=60)
@given(
    width=st.integers(30, 400),
    height=st.integers(30, 400),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    is_light=st.booleans(),
)
def test_a_digit_comes_out_bright_and_centred_anywhere(width, height, x, y, is_light) -> None:
    side = min(width, height) * 0.6
    left, top = x * (width - side), y * (height - side)
    ink, paper = (250, 20) if is_light else (20, 250)
    box = (left, top, left + side, top + side)
    picture = drawing((width, height), box, ink, paper, width=max(2, round(side / 10)))
    image = to_mnist(picture)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    assert np.median(image) == 0
    reference = drawing((200, 200), (40, 40, 160, 160), width=12)
    assert difference(image, to_mnist(reference)) < 20


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32))
def test_any_picture_gives_a_picture_or_no_ink(width: int, height: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    with suppress(NoInk):
        image = to_mnist(Image.fromarray(noise))
        assert image.shape == (28, 28)
        assert image.max() == 255


def ring(pen_px: int) -> Ink:
    """Return a ring that fills 900 pixels, of a pen without antialiasing."""
    ink = cv2.circle(np.zeros((900, 900), np.float32), (450, 450), 449, 1.0, pen_px)
    return np.asarray(ink, np.float32)


@pytest.mark.parametrize("pen_px", [1, 2, 9])
def test_the_line_of_a_pen_remains_whole_at_the_working_size(pen_px: int) -> None:
    reduced = at_working_size(ring(pen_px), 900)
    assert reduced.shape == (81, 81)
    assert reduced.max() == 1
    pieces, _ = cv2.connectedComponents((reduced >= INK_LEVEL).view(np.uint8))
    assert pieces - 1 == 1
    ink = 0.5 * ring(pen_px)
    assert at_working_size(ink, WORKING_PX) is ink
    assert at_working_size(np.ones((400, 160), np.float32), 400).shape == (80, 32)
