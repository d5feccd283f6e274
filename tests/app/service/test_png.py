import base64
import io

import numpy as np
import pytest
from PIL import Image

from app.service.png import shrink, to_data_url


def test_the_networks_input_comes_back_as_the_same_pixels() -> None:
    image = np.arange(784, dtype=np.uint8).reshape(28, 28)
    header, _, encoded = to_data_url(image).partition(",")
    assert header == "data:image/png;base64"
    image_sent = Image.open(io.BytesIO(base64.b64decode(encoded)))
    assert np.array_equal(np.asarray(image_sent), image)


@pytest.mark.parametrize(
    ("size", "shrunk"), [((480, 960), (120, 240)), ((240, 24), (240, 24)), ((300, 300), (240, 240))]
)
def test_an_image_of_a_stage_has_at_most_240_pixels_a_side(
    size: tuple[int, int], shrunk: tuple[int, int]
) -> None:
    assert shrink(np.zeros(size, np.uint8)).shape == shrunk
