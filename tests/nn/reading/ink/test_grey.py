import numpy as np
import pytest
from PIL import Image

from nn.reading.ink.extract import to_mnist
from nn.reading.ink.grey import BAND_PX, WORKING_PX, to_grey
from nn.reading.mnist_format import NoInk


def noise(mode: str, width_px: int, height_px: int) -> Image.Image:
    n_channels = len(Image.new(mode, (1, 1)).getbands())
    shape = (height_px, width_px, n_channels) if n_channels > 1 else (height_px, width_px)
    levels = np.random.default_rng(height_px).integers(0, 256, shape, np.uint8)
    return Image.fromarray(levels).convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "CMYK", "YCbCr"])
@pytest.mark.parametrize(
    "size_px", [(1900, 2 * BAND_PX), (1700, 3 * BAND_PX - 1), (333, 3111), (2600, 1)]
)
def test_a_large_picture_is_reduced_as_a_whole_would_be(
    mode: str, size_px: tuple[int, int]
) -> None:
    picture = noise(mode, *size_px)
    factor = round(max(size_px) / WORKING_PX)
    assert factor > 1
    np.testing.assert_array_equal(to_grey(picture), to_grey(picture.reduce(factor)))


def test_a_deep_picture_keeps_its_levels_however_large_it_is() -> None:
    levels = np.zeros((2000, 2000), np.int32)
    levels[:1000], levels[1900:, 1900:] = 30_000, 60_000
    grey = to_grey(Image.fromarray(levels))
    assert (grey[0, 0], grey[-1, -1], grey[-1, 0]) == (127, 255, 0)


@pytest.mark.parametrize("size_px", [(1, 5000), (5000, 1), (3, 60_000), (2000, 7), (1200, 9)])
@pytest.mark.parametrize("is_blank", [True, False])
def test_a_strip_is_blank_or_gets_a_picture(size_px: tuple[int, int], is_blank: bool) -> None:
    picture = Image.new("L", size_px, "white")
    if is_blank:
        with pytest.raises(NoInk):
            to_mnist(picture)
        return
    width_px, height_px = size_px
    picture.paste(0, (width_px // 3, height_px // 3, width_px // 3 + 90, height_px // 3 + 90))
    assert to_mnist(picture).shape == (28, 28)
