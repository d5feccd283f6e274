import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.core.network import Network
from nn.models import line_network, weights
from nn.reading.numbers.strip import strip_reader
from tests import lesson_pictures as lesson
from tests.nn.striped import striped


@pytest.fixture(scope="module")
def convnet() -> Network:
    return weights.load(Path("models/convnet.npz")).network


def width_px(png: bytes) -> int:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return picture.width


def test_the_sigmoid_and_the_steps_of_a_drawing_need_no_data() -> None:
    assert width_px(lesson.sigmoid()) > 300
    assert width_px(lesson.recipe()) > 300


def test_the_valley_of_a_weight_leaves_the_network_as_it_was() -> None:
    network = weights.load(Path("models/article.npz")).network
    before = network.parameters.copy()
    assert width_px(lesson.valley(network, striped(20))) == 624
    assert np.array_equal(network.parameters, before)


def test_a_photographed_number_is_shown_stage_by_stage(convnet: Network) -> None:
    read_strip = strip_reader(line_network.load().network.activations)
    assert width_px(lesson.photograph()) == 4 * 192  # 1.6 inches of 120 pixels each
    assert width_px(lesson.line_found()) == width_px(lesson.strip()) == 300
    assert width_px(lesson.frames(read_strip)) == 780
    for png in (lesson.divided(read_strip), lesson.number(convnet, read_strip)):
        assert width_px(png) == 4 * 120


def test_the_first_convolution_has_32_kernels_and_as_many_feature_maps(convnet: Network) -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[:, 4:24, 13:16] = 255
    for png in (lesson.kernels(convnet), lesson.feature_maps(convnet, image)):
        assert width_px(png) > 700
