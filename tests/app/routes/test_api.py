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

from tests.app.posting import PREDICT, AsFile, data_url, each_way, post_raw


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
        assert layer.keys() == {"name", "shape", "outputs"}
        assert len(layer["outputs"]) == np.prod(layer["shape"])
    assert [layer["shape"] for layer in layers] == [[15]]


def test_without_explain_there_are_no_layers(client: FlaskClient, seven: bytes) -> None:
    for query in ("", "?explain=0"):
        answer = client.post(PREDICT + query, data=seven, content_type="image/png").get_json()
        assert "layers" not in answer


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
