import io
from collections.abc import Callable

import pytest
from PIL import Image

from nn import lesson


@pytest.mark.parametrize("draw", [lesson.recipe, lesson.photograph, lesson.sigmoid])
def test_pictures_that_need_no_data_are_drawn(draw: Callable[[], bytes]) -> None:
    with Image.open(io.BytesIO(draw())) as picture:
        assert picture.format == "PNG"
        assert picture.width > 300
