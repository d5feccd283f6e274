"""Any picture of one digit, as MNIST would have it: 28x28, ink bright, in its place.

MNIST's digits were cut to their ink, scaled to fit 20x20 pixels without changing their proportions,
and put into 28x28 with their centre of mass in the middle (LeCun, Cortes, Burges, "The MNIST
database of handwritten digits"). A network that learnt from them reads other pictures only if they
get the same treatment, more than anything else decides. Training and app both use this module and
no other.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

SIDE_PX = 28  # of the picture that the network sees
DIGIT_PX = 20  # longest side of the digit in it

WORKING_PX = 1000  # larger pictures are first reduced to about this, which no stroke minds
MIN_CONTRAST = 24  # least grey levels of 255 from paper to ink; JPEG or a sensor add fewer
BACKGROUND_LEVEL = 0.1  # contrast up to which paper is still paper: grain, JPEG ringing
FULL_INK_LEVEL = 0.9  # contrast from which ink is full
MOST_INK = 0.2  # share of a picture that is ink, up to which the rest is surely paper
CORNER = 10  # that part of a side is a corner: a tenth
OUTLINE_LEVEL = 0.2  # least ink of a pixel that belongs to the digit's outline
GREY_LEVELS = np.arange(256)

Pixels = NDArray[np.uint8]
Contrast = NDArray[np.float32]


class NoInk(ValueError):
    """The picture holds nothing that stands out from its background."""


def to_mnist(picture: Image.Image) -> Pixels:
    """Return the digit in a picture as MNIST would have it.

    Parameters
    ----------
    picture
        Any Pillow picture, of any mode and size: dark ink on light or light on dark, transparent,
        turned by EXIF, off-centre, touching the edge. Not a photograph with shadows.

    Returns
    -------
    uint8 (28, 28)
        0 for paper to 255 for ink.

    Raises
    ------
    NoInk
        If nothing stands out from the background.
    """
    grey = to_grey(picture)
    ink = find_ink(grey)
    digit = fit(crop(ink), DIGIT_PX)
    return centre(digit)


def to_inputs(images: Pixels) -> Contrast:
    """Return pictures uint8 (N, 28, 28) as the network takes them: float32 (N, 784) in 0..1."""
    inputs: Contrast = np.divide(images.reshape(len(images), -1), 255, dtype=np.float32)
    return inputs


def to_grey(picture: Image.Image) -> Pixels:
    """Return the picture upright and in grey, uint8 (H, W), on a background if transparent."""
    if picture.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        picture = ImageOps.exif_transpose(picture)
    picture = _reducible(picture)
    picture = picture.reduce(max(1, round(max(picture.size) / WORKING_PX)))
    if picture.has_transparency_data:
        return _lay_on_background(picture.convert("LA"))
    return np.asarray(picture.convert("L"))


def _reducible(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that Pillow can average pixels of and convert to grey."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _deep_to_grey(picture)
    if picture.mode == "LAB":
        return picture.getchannel("L")
    if picture.mode in ("La", "RGBa"):
        return picture.convert(picture.mode.upper())
    if picture.mode in ("1", "P", "PA") or "transparency" in picture.info:
        return picture.convert("RGBA" if picture.has_transparency_data else "L")
    return picture


def _deep_to_grey(picture: Image.Image) -> Image.Image:
    """Return a picture of over 8 bits in grey; Pillow itself would clip it to white and black."""
    levels = np.asarray(picture)
    if picture.mode.startswith("I;16"):
        return Image.fromarray((levels >> 8).astype(np.uint8))
    levels = np.nan_to_num(levels.astype(np.float32))
    white = max(1, levels.max(initial=0))
    return Image.fromarray((np.clip(levels / white, 0, 1) * 255).astype(np.uint8))


def _lay_on_background(picture: Image.Image) -> Pixels:
    """Return a transparent grey picture laid on a background that lets its ink stand out.

    Where less than half is opaque, that is ink: light ink needs a dark background, dark ink a light
    one. Else it is a page with holes or round corners, and the page's own colour fills them.
    """
    grey, alpha = np.asarray(picture, np.float32).transpose(2, 0, 1)
    opacity = alpha / 255
    is_opaque = alpha > 127
    level = float(np.median(grey[is_opaque])) if is_opaque.any() else 0.0
    if is_opaque.mean() < 0.5:
        level = 255.0 if level < 128 else 0.0
    on_background: Pixels = (grey * opacity + level * (1 - opacity)).astype(np.uint8)
    return on_background


def find_ink(grey: Pixels) -> Contrast:
    """Return how much ink each pixel holds: uint8 (H, W) to float32 (H, W), 0 for paper to 1.

    Raises
    ------
    NoInk
        If no level stands out from the paper's by ``MIN_CONTRAST``.
    """
    paper, ink = _paper_and_ink(grey)
    if abs(ink - paper) < MIN_CONTRAST:
        raise NoInk(
            "The picture is blank: nothing in it is clearly darker or lighter than the rest."
        )
    contrast = (GREY_LEVELS.astype(np.float32) - paper) / (ink - paper)
    stretched = (contrast - BACKGROUND_LEVEL) / (FULL_INK_LEVEL - BACKGROUND_LEVEL)
    ink_of_level: Contrast = np.clip(stretched, 0, 1)
    return ink_of_level[grey]


def _paper_and_ink(grey: Pixels) -> tuple[int, int]:
    """Return the grey levels of paper and ink, whichever of them is the brighter.

    Most of a picture is paper, and its few pixels of ink pull the third moment about the median to
    their side, however few and whatever the grain of the paper. Where ink covers so much that it
    may be the median itself, as in a picture cut to its digit, the frame decides what is paper.
    """
    counts = np.bincount(grey.ravel(), minlength=256)
    paper = _median(counts)
    is_darker = (counts * (GREY_LEVELS - paper) ** 3).sum() < 0
    darkest, lightest = np.nonzero(counts)[0][[0, -1]].tolist()
    ink = darkest if is_darker else lightest
    is_ink = abs(GREY_LEVELS - ink) < abs(paper - ink) / 2
    if counts[is_ink].sum() <= MOST_INK * grey.size:
        return paper, ink
    is_dark = darkest + lightest > 2 * GREY_LEVELS
    if _share_in_frame(is_dark[grey]) > 0.5:
        return _median(counts * is_dark), lightest
    return _median(counts * ~is_dark), darkest


def _median(counts: NDArray[np.integer]) -> int:
    """Return the grey level that half of the pixels, counted by level (256,), do not exceed."""
    return int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))


def _share_in_frame(is_dark: NDArray[np.bool_]) -> float:
    """Return the share, 0 to 1, of a picture's frame that is dark: of its edges and its corners.

    Even a thick digit that touches all four edges leaves most of them free, and more of the
    corners; only a plain 1 cut to its ink may not.
    """
    edges = np.concatenate([is_dark[0], is_dark[-1], is_dark[1:-1, 0], is_dark[1:-1, -1]])
    n_rows, n_columns = (max(1, side_px // CORNER) for side_px in is_dark.shape)
    corners = is_dark[np.r_[:n_rows, -n_rows:0]][:, np.r_[:n_columns, -n_columns:0]]
    return float(edges.mean() + corners.mean()) / 2


def crop(ink: Contrast) -> Contrast:
    """Return the smallest part (h, w) of the ink (H, W) that holds all that is clearly ink."""
    is_outline = ink >= OUTLINE_LEVEL
    rows, columns = (np.nonzero(is_outline.any(axis=axis))[0] for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: Contrast, side_px: int) -> Contrast:
    """Return the ink (h, w) scaled, antialiased, so that its longer side is ``side_px``.

    A thin pen's line covers only a part of the larger pixels, so the result is brightened until its
    strongest pixel is 1, as in MNIST.
    """
    height_px, width_px = ink.shape
    scale = side_px / max(height_px, width_px)
    size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
    scaled = Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC)
    digit: Contrast = np.clip(np.asarray(scaled), 0, None)
    digit /= digit.max()
    return digit


def centre(digit: Contrast) -> Pixels:
    """Return the digit (h, w), at most 28 a side, with its centre of mass at the middle of 28x28.

    MNIST's digits lie on whole pixels, their centres of mass at 14.0 up to 15.0 from the edge (as
    measured on them): hence the rounding up. A digit so lopsided that it would stick out of the
    picture is moved only as far as it goes.
    """
    start = []
    for axis, length_px in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        centre_of_mass = (mass * (np.arange(length_px) + 0.5)).sum() / mass.sum()
        start.append(int(np.clip(np.ceil(SIDE_PX / 2 - centre_of_mass), 0, SIDE_PX - length_px)))
    image = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    (top, left), (height_px, width_px) = start, digit.shape
    image[top : top + height_px, left : left + width_px] = np.rint(digit * 255)
    return image
