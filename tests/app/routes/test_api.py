"""POST /predict, and the routes that say which networks there are."""

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from nn.arguments import version
from tests.app.posting import PREDICT, Post, ask, each_way, post_raw
from tests.drawing import as_file, draw, picture_in

MODELS = ["article", "mlp", "convnet"]


@each_way
def test_a_digit_gets_the_promised_answer(post: Post, client: FlaskClient, seven: bytes) -> None:
    response = post(client, seven)
    assert response.status_code == 200
    answer = response.get_json()
    assert list(answer) == [
        *("digit", "confidence", "certain", "doubt", "activations", "box", "image"),
        *("certain_from", "message", "left_out", "width", "height", "model"),
    ]
    assert (answer["digit"], answer["model"]) == (7, "convnet")
    assert (answer["certain"], answer["doubt"], answer["left_out"]) == (True, None, [])
    assert (answer["width"], answer["height"]) == (400, 400)
    assert len(answer["activations"]) == 10
    assert all(0 <= activation <= 1 for activation in answer["activations"])
    assert answer["confidence"] == max(answer["activations"]) == answer["activations"][7]
    network_input = picture_in(answer["image"])
    assert (network_input.format, network_input.size, network_input.mode) == ("PNG", (28, 28), "L")


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_each_format_is_read(image_format: str, client: FlaskClient) -> None:
    file = as_file(draw(7), image_format)
    response = post_raw(client, file, f"image/{image_format.lower()}")
    assert response.get_json()["digit"] == 7


@pytest.mark.parametrize("model", MODELS)
def test_a_network_is_picked_by_its_name(model: str, client: FlaskClient, seven: bytes) -> None:
    assert ask(client, seven, f"{PREDICT}?model={model}")["model"] == model


def test_the_stages_end_with_the_digit_of_20_pixels(client: FlaskClient, seven: bytes) -> None:
    answer = ask(client, seven, f"{PREDICT}?explain=stages")
    assert [stage["name"] for stage in answer["stages"]] == ["grey", "ink", "crop", "scaled"]
    pictures = [np.asarray(picture_in(stage["image"])) for stage in answer["stages"]]
    assert max(pictures[3].shape) == 20
    for picture in pictures[2:]:  # the drawn 7 reaches each edge
        edges = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
        assert min(edge.max() for edge in edges) > 100


def test_the_networks_are_listed_and_the_server_is_ready(client: FlaskClient) -> None:
    listed = client.get("/models").get_json()
    assert listed["default"] == "convnet"
    assert [model["name"] for model in listed["models"]] == MODELS
    assert [model["default"] for model in listed["models"]] == [False, False, True]
    for model in listed["models"]:
        assert model["parameters"] > 10_000
        assert 0.9 < model["scores"]["mnist_test"]["accuracy"] <= 1
    assert client.get("/healthz").get_json() == {"status": "alive"}
    ready = {"status": "ready", "models": MODELS, "version": version()}
    assert client.get("/readyz").get_json() == ready


@each_way
@pytest.mark.parametrize(
    "media_type", ["IMAGE/PNG", "image/jpg", "image/x-ms-bmp", "image/png; name=7.png"]
)
def test_a_media_type_may_be_an_older_one_and_have_parameters(
    media_type: str, post: Post, client: FlaskClient, seven: bytes
) -> None:
    assert post(client, seven, media_type).get_json()["digit"] == 7


@pytest.mark.parametrize(("side_px", "n"), [(28, 10), (100, 5), (280, 3), (600, 1)])
def test_pictures_of_noise_get_no_certain_answer(side_px: int, n: int, client: FlaskClient) -> None:
    rng = np.random.default_rng(side_px)
    for _ in range(n):
        noise = Image.fromarray(rng.integers(0, 256, (side_px, side_px, 3), np.uint8))
        answer = ask(client, as_file(noise))
        assert answer.get("status") == 422 or answer["certain"] is False
