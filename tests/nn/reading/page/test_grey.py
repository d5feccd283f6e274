"""Pictures of any mode and size in grey."""

import numpy as np
import pytest
from PIL import Image

from nn.reading.page.grey import BAND_PIXELS, WORKING_PX, to_grey


def noise(mode: str, width_px: int, height_px: int) -> Image.Image:
    n_channels = len(Image.new(mode, (1, 1)).getbands())
    shape = (height_px, width_px, n_channels) if n_channels > 1 else (height_px, width_px)
    levels = np.random.default_rng(height_px).integers(0, 256, shape, np.uint8)
    return Image.fromarray(levels).convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "CMYK", "YCbCr"])
@pytest.mark.parametrize(
    "size_px", [(1900, 1684), (1700, 1881), (333, 3111), (2600, 1), (30_000, 100)]
)
def test_a_large_picture_is_reduced_as_the_whole_is(mode: str, size_px: tuple[int, int]) -> None:
    picture = noise(mode, *size_px)
    factor = round(max(size_px) / WORKING_PX)
    assert factor > 1
    np.testing.assert_array_equal(to_grey(picture), to_grey(picture.reduce(factor)))


@pytest.mark.parametrize("size_px", [(65_535, 200), (200, 65_535), (4000, 3200), (9000, 1500)])
def test_copies_of_a_part_of_a_picture_are_small_also_if_it_is_wide(
    size_px: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 256 rows at a time, a picture 65,535 pixels wide took 290 MB."""
    n_pixels = []
    crop = Image.Image.crop

    def noted(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
        n_pixels.append((box[2] - box[0]) * (box[3] - box[1]))
        return crop(image, box)

    monkeypatch.setattr(Image.Image, "crop", noted)
    to_grey(Image.new("L", size_px))
    factor = round(max(size_px) / WORKING_PX)
    assert max(n_pixels) <= max(BAND_PIXELS, factor * size_px[0])
    assert len(n_pixels) <= 10


def test_a_deep_picture_keeps_its_levels_however_large_it_is() -> None:
    levels = np.zeros((2000, 2000), np.int32)
    levels[:1000], levels[1900:, 1900:] = 30_000, 60_000
    grey = to_grey(Image.fromarray(levels))
    assert (grey[0, 0], grey[-1, -1], grey[-1, 0]) == (127, 255, 0)
