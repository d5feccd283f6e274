import base64
import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.app.posting import PREDICT, AsFile, check_problem, data_url, each_way, post_raw


@each_way
def test_a_drawn_digit_gets_the_answer_of_the_contract(
    post: Callable[..., TestResponse], client: FlaskClient, app: Flask, seven: bytes
) -> None:
    response = post(client, seven)
    assert response.status_code == 200
    answer = response.get_json()
    assert list(answer) == [
        *("digit", "confidence", "certain", "doubt", "message", "activations"),
        *("left_out", "width", "height", "image", "model"),
    ]
    assert answer["digit"] == 7
    assert (answer["certain"], answer["doubt"], answer["left_out"]) == (True, None, [])
    assert (answer["width"], answer["height"]) == (400, 400)
    assert len(answer["activations"]) == 10
    assert all(0 <= activation <= 1 for activation in answer["activations"])
    assert answer["confidence"] == max(answer["activations"]) == answer["activations"][7]
    assert answer["model"] == "convnet"
    network_input = Image.open(io.BytesIO(base64.b64decode(answer["image"].split(",")[1])))
    assert (network_input.format, network_input.size, network_input.mode) == ("PNG", (28, 28), "L")


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@each_way
def test_each_format_is_read_in_each_way(
    post: Callable[..., TestResponse],
    image_format: str,
    client: FlaskClient,
    draw: Callable[[int], Image.Image],
    as_file: AsFile,
) -> None:
    file = as_file(draw(7), image_format)
    response = post(client, file, f"image/{image_format.lower()}")
    assert response.get_json()["digit"] == 7


@pytest.mark.parametrize("model", ["article", "mlp", "convnet"])
def test_a_model_is_picked_by_its_name(model: str, client: FlaskClient, seven: bytes) -> None:
    response = client.post(f"{PREDICT}?model={model}", data=seven, content_type="image/png")
    assert response.get_json()["model"] == model


def test_explain_shows_what_each_hidden_layer_gave(client: FlaskClient, seven: bytes) -> None:
    url = f"{PREDICT}?model=article&explain=1"
    layers = client.post(url, data=seven, content_type="image/png").get_json()["layers"]
    assert layers
    for layer in layers:
        assert layer.keys() == {"name", "shape", "outputs", "strongest"}
        assert len(layer["outputs"]) == np.prod(layer["shape"])
    assert [layer["shape"] for layer in layers] == [[15]]


def test_stages_and_layers_can_be_asked_for_alone(client: FlaskClient, seven: bytes) -> None:
    for name, other in (("stages", "layers"), ("layers", "stages")):
        url = f"{PREDICT}?explain={name}"
        answer = client.post(url, data=seven, content_type="image/png").get_json()
        assert answer[name]
        assert other not in answer


def test_the_networks_are_compared_on_the_same_pixels(client: FlaskClient, seven: bytes) -> None:
    url = f"{PREDICT}?explain=networks"
    compared = client.post(url, data=seven, content_type="image/png").get_json()["networks"]
    assert [network["model"] for network in compared] == ["article", "mlp", "convnet"]
    for network in compared:
        assert network["milliseconds"] > 0
        url = f"{PREDICT}?model={network['model']}"
        alone = client.post(url, data=seven, content_type="image/png").get_json()
        np.testing.assert_allclose(network["activations"], alone["activations"], atol=2e-6)


def test_the_stages_of_a_digit_end_with_it_cut_out_and_scaled_to_20_pixels(
    client: FlaskClient, seven: bytes
) -> None:
    url = f"{PREDICT}?explain=stages"
    stages = client.post(url, data=seven, content_type="image/png").get_json()["stages"]
    assert [stage["name"] for stage in stages] == ["grey", "ink", "crop", "scaled"]
    pictures = [Image.open(io.BytesIO(base64.b64decode(s["image"].split(",")[1]))) for s in stages]
    assert max(pictures[3].size) == 20
    for picture in pictures[2:]:  # the drawn 7 reaches each edge
        assert min(picture.crop(edge).getextrema()[1] for edge in edges(picture.size)) > 100


def edges(size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Return the boxes of the outer rows and columns of a picture."""
    width, height = size
    row, column = (0, 0, width, 1), (0, 0, 1, height)
    return [row, column, (0, height - 1, width, height), (width - 1, 0, width, height)]


def test_the_first_layer_of_a_convnet_has_its_kernels(client: FlaskClient, seven: bytes) -> None:
    for model, sizes in (("convnet", [5]), ("article", [])):
        url = f"{PREDICT}?model={model}&explain=layers"
        layers = client.post(url, data=seven, content_type="image/png").get_json()["layers"]
        kernels = [layer["kernels"] for layer in layers if "kernels" in layer]
        assert [each["size"] for each in kernels] == sizes
        for each in kernels:
            assert (len(each["weights"]), len(each["biases"])) == (25 * 32, 32)


@each_way
def test_of_an_animated_gif_the_first_frame_is_read(
    post: Callable[..., TestResponse],
    client: FlaskClient,
    draw: Callable[[int], Image.Image],
    as_file: AsFile,
) -> None:
    file = as_file(draw(7), "GIF", save_all=True, append_images=[draw(1), draw(1).rotate(90)])
    assert post(client, file, "image/gif").get_json()["digit"] == 7


def test_models_are_listed_with_their_figures(client: FlaskClient) -> None:
    listed = client.get("/models").get_json()
    assert listed["default"] == "convnet"
    assert [model["name"] for model in listed["models"]] == ["article", "mlp", "convnet"]
    assert [model["default"] for model in listed["models"]] == [False, False, True]
    for model in listed["models"]:
        assert model["parameters"] > 10_000
        assert 0.9 < model["scores"]["mnist_test"]["accuracy"] <= 1


def test_health_and_readiness_are_reported(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    models = ["article", "mlp", "convnet"]
    assert client.get("/readyz").get_json() == {"status": "ready", "models": models}


def test_numbers_in_json_are_numbers_that_every_parser_reads(
    client: FlaskClient, seven: bytes
) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(post_raw(client, seven).text, parse_constant=refuse)


def test_a_media_type_may_have_parameters(client: FlaskClient, seven: bytes) -> None:
    for url in (data_url(seven, "image/png;name=7.png"), data_url(seven, "IMAGE/PNG")):
        assert client.post(PREDICT, json={"image": url}).get_json()["digit"] == 7
    answer = client.post(PREDICT, data=seven, content_type="image/png; name=7.png").get_json()
    assert answer["digit"] == 7


@each_way
@pytest.mark.parametrize("media_type", ["IMAGE/PNG", "image/jpg", "image/x-ms-bmp"])
def test_a_media_type_may_be_written_in_an_older_way(
    media_type: str, post: Callable[..., TestResponse], client: FlaskClient, seven: bytes
) -> None:
    assert post(client, seven, media_type).get_json()["digit"] == 7


@each_way
@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/tiff"])
def test_a_media_type_of_another_format_gets_415_whatever_the_bytes_are(
    media_type: str, post: Callable[..., TestResponse], client: FlaskClient, seven: bytes
) -> None:
    check_problem(post(client, seven, media_type), 415, media_type)
