import io

import numpy as np
import pytest
from PIL import Image

from nn import plots
from nn.plots import learning_curve


def size(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
        assert picture.format == "PNG"
        return picture.size


def is_somewhere(png: bytes, colour: tuple[int, int, int]) -> bool:
    with Image.open(io.BytesIO(png)) as picture:
        pixels = np.asarray(picture.convert("RGB"), int)
    return bool((np.abs(pixels - colour).max(axis=2) < 30).any())


ORANGE = (194, 65, 12)


def test_the_learning_curve_shows_the_held_back_error_only_where_there_is_one() -> None:
    plain = [{"epoch": n, "cost": 1 / n} for n in range(1, 5)]
    held_back = [row | {"held_back_accuracy": 1 - row["cost"] / 9} for row in plain]
    assert not is_somewhere(learning_curve(plain), ORANGE)
    assert is_somewhere(learning_curve(held_back), ORANGE)


def test_the_same_history_gives_the_same_plot() -> None:
    history = [{"epoch": 1.0, "cost": 0.5}]
    assert learning_curve(history) == learning_curve(history)


@pytest.mark.parametrize(("n_images", "n_rows"), [(0, 1), (1, 1), (10, 1), (11, 2), (50, 5)])
def test_a_contact_sheet_has_as_many_rows_as_its_pictures_need(n_images: int, n_rows: int) -> None:
    images = np.zeros((n_images, 28, 28), np.uint8)
    width, height = size(plots.contact_sheet(images, ["?"] * n_images))
    assert width == 1200
    assert height == n_rows * 150


def test_weights_are_drawn_as_one_image_for_each_neuron() -> None:
    rng = np.random.default_rng(0)
    assert size(plots.weights_as_pictures(rng.normal(size=(15, 28, 28)))) == (780, 468)
