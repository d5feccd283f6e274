"""The weights of single neurons, with which the page works out how an activation is made."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import ROOT, Settings
from nn.core.layers import Array

PATH = "/models/weights"


def with_only(model: str, folder: Path) -> Flask:
    """Return the app of a server that has one network."""
    for suffix in ("npz", "json"):
        shutil.copy(ROOT / "models" / f"{model}.{suffix}", folder)
    return create_app(Settings(models_directory=folder, default_model=model))


def sent(client: FlaskClient, query: str) -> Array:
    response = client.get(f"{PATH}?{query}")
    assert response.mimetype == "application/octet-stream"
    return np.frombuffer(response.data, "<f4").astype(np.float64)


def test_the_sum_of_a_deep_neuron_is_the_activation_that_was_sent(
    client: FlaskClient, seven: bytes
) -> None:
    answer = client.post("/predict?explain=layers", data=seven, content_type="image/png").get_json()
    below, layer = answer["layers"][3:5]  # 128 kernels of 3x3, no padding
    assert layer["convolution"] == {"size": 3, "stride": 1, "padding": 0, "pooling": 1}
    row, column, channel = np.unravel_index(np.argmax(layer["outputs"]), layer["shape"])
    *weights, bias = sent(client, f"layer=4&channel={channel}")
    window = np.reshape(below["outputs"], below["shape"])[row : row + 3, column : column + 3]
    computed = np.dot(window.ravel(), weights) + bias
    assert computed == pytest.approx(max(layer["outputs"]), abs=1e-4)


@pytest.mark.parametrize("model", ["convnet", "mlp", "article"])
def test_the_sums_of_the_outputs_are_the_activations_of_the_answer(
    model: str, client: FlaskClient, seven: bytes
) -> None:
    url = f"/predict?model={model}&explain=layers"
    answer = client.post(url, data=seven, content_type="image/png").get_json()
    hidden, output = answer["layers"], answer["output_layer"]
    *weights, bias = sent(client, f"model={model}&layer={len(hidden)}&channel=7")
    computed = np.dot(hidden[-1]["outputs"], weights) + bias
    assert computed == pytest.approx(output["sums"][7], abs=1e-4)
    sums = np.array(output["sums"])
    if output["temperature"] is None:
        activations = 1 / (1 + np.exp(-sums))
    else:
        exponentials = np.exp(sums / output["temperature"])
        activations = exponentials / exponentials.sum()
    np.testing.assert_allclose(activations, answer["activations"], atol=1e-5)


def test_each_layer_names_a_neuron_of_it_on_the_strongest_path(
    client: FlaskClient, seven: bytes
) -> None:
    url = "/predict?model=mlp&explain=layers"
    lower, upper = client.post(url, data=seven, content_type="image/png").get_json()["layers"]
    for layer, inputs, channel in ((2, upper, 7), (1, lower, upper["strongest"])):
        weights = sent(client, f"model=mlp&layer={layer}&channel={channel}")[:-1]
        assert np.argmax(weights * inputs["outputs"]) == inputs["strongest"]


def test_browsers_keep_what_an_address_names_by_the_hash_of_the_file(client: FlaskClient) -> None:
    models = {model["name"]: model for model in client.get("/models").get_json()["models"]}
    for model, other, kept in (
        ("mlp", "mlp", "private, max-age=31536000, immutable"),
        ("mlp", "convnet", "no-store"),
    ):
        query = f"model={model}&layer=2&channel=9&sha256={models[other]['sha256']}"
        assert client.get(f"{PATH}?{query}").headers["Cache-Control"] == kept


def test_what_is_not_there_is_not_found(client: FlaskClient, tmp_path: Path) -> None:
    for query, detail in (
        ("layer=7", "layer must be below 7, but is 7."),
        ("layer=6&channel=10", "channel must be below 10, but is 10."),
    ):
        response = client.get(f"{PATH}?{query}")
        assert response.status_code == 404
        assert response.get_json()["type"] == "urn:inkling:unknown-channel"
        assert response.get_json()["detail"] == detail
    other = with_only("article", tmp_path).test_client().get(f"{PATH}?model=convnet")
    assert other.get_json()["type"] == "urn:inkling:unknown-model"


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "10000", "١"])
def test_a_layer_that_is_no_whole_number_is_refused(value: str, client: FlaskClient) -> None:
    response = client.get(PATH, query_string={"layer": value})
    assert response.status_code == 400
    assert "layer must be a whole number" in response.get_json()["detail"]


PARAMETERS = "/models/article/parameters"


def test_they_are_sent_as_bytes(client: FlaskClient) -> None:
    response = client.get(PARAMETERS)
    assert response.mimetype == "application/octet-stream"
    assert len(response.data) == 4 * 11_935


def test_browsers_keep_what_an_address_names_by_its_hash_and_nothing_else(
    client: FlaskClient,
) -> None:
    response = client.get(PARAMETERS)
    assert response.headers["Cache-Control"] == "no-store"
    sha256 = hashlib.sha256(response.data).hexdigest()
    kept = client.get(f"{PARAMETERS}?sha256={sha256}")
    assert kept.data == response.data
    assert kept.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    outdated = client.get(f"{PARAMETERS}?sha256={'0' * 64}")
    assert outdated.headers["Cache-Control"] == "no-store"


def test_a_server_without_the_articles_network_has_none(tmp_path: Path) -> None:
    client = with_only("convnet", tmp_path).test_client()
    response = client.get(PARAMETERS)
    assert response.status_code == 404
    assert response.get_json()["type"] == "urn:inkling:unknown-model"
    assert PARAMETERS[1:] not in client.get("/").text
    lesson = client.get("/lesson").text
    assert PARAMETERS[1:] not in lesson
    assert "This server does not have the article’s network." in lesson
    assert "Network.backprop" in lesson
