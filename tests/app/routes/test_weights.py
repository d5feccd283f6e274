"""The weights of single neurons, with which the page works out how an activation is made."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import ROOT, Settings
from app.errors import ProblemCode
from nn.core.layers import Array
from tests.app.posting import ask, check_problem

WEIGHTS, PARAMETERS = "/models/weights", "/models/article/parameters"
KEPT = "private, max-age=31536000, immutable"


def sent(client: FlaskClient, query: str) -> Array:
    response = client.get(f"{WEIGHTS}?{query}")
    assert response.mimetype == "application/octet-stream"
    return np.frombuffer(response.data, "<f4").astype(np.float64)


def test_a_deep_neurons_sum_is_the_activation_sent(client: FlaskClient, seven: bytes) -> None:
    answer = ask(client, seven, "/predict?explain=layers")
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
    answer = ask(client, seven, f"/predict?model={model}&explain=layers")
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


def test_each_layer_names_a_neuron_on_the_strongest_path(client: FlaskClient, seven: bytes) -> None:
    lower, upper = ask(client, seven, "/predict?model=mlp&explain=layers")["layers"]
    for layer, inputs, channel in ((2, upper, 7), (1, lower, upper["strongest"])):
        weights = sent(client, f"model=mlp&layer={layer}&channel={channel}")[:-1]
        assert np.argmax(weights * inputs["outputs"]) == inputs["strongest"]


def test_browsers_keep_what_an_address_names_by_the_hash_of_its_file_and_nothing_else(
    client: FlaskClient,
) -> None:
    sha256 = {each["name"]: each["sha256"] for each in client.get("/models").get_json()["models"]}
    parameters = client.get(PARAMETERS)
    assert (len(parameters.data), parameters.mimetype) == (4 * 11_935, "application/octet-stream")
    own = hashlib.sha256(parameters.data).hexdigest()
    for address, kept in (
        (f"{WEIGHTS}?model=mlp&layer=2&channel=9&sha256={sha256['mlp']}", KEPT),
        (f"{WEIGHTS}?model=mlp&layer=2&channel=9&sha256={sha256['convnet']}", "no-store"),
        (PARAMETERS, "no-store"),
        (f"{PARAMETERS}?sha256={own}", KEPT),
        (f"{PARAMETERS}?sha256={'0' * 64}", "no-store"),
    ):
        assert client.get(address).headers["Cache-Control"] == kept


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("layer=7", ProblemCode.UNKNOWN_CHANNEL, "layer must be below 7, but is 7."),
        ("layer=6&channel=10", ProblemCode.UNKNOWN_CHANNEL, "channel must be below 10"),
        *(
            (f"layer={value}", ProblemCode.NOT_A_READABLE_REQUEST, "layer must be a whole number")
            for value in ("", "-1", "1.5", "x", "10000", "١")
        ),
    ],
)
def test_a_layer_that_is_not_there_is_refused(
    query: str, code: ProblemCode, words: str, client: FlaskClient
) -> None:
    check_problem(client.get(f"{WEIGHTS}?{query}"), code, words)


def test_a_server_without_the_articles_network_has_none(tmp_path: Path) -> None:
    for suffix in ("npz", "json"):
        shutil.copy(ROOT / "models" / f"convnet.{suffix}", tmp_path)
    client = create_app(Settings(models_directory=tmp_path)).test_client()
    for address in (PARAMETERS, f"{WEIGHTS}?model=article"):
        check_problem(client.get(address), ProblemCode.UNKNOWN_MODEL)
    assert PARAMETERS[1:] not in client.get("/").text
    lesson = client.get("/lesson").text
    assert PARAMETERS[1:] not in lesson
    assert "This server does not have the article’s network." in lesson
    assert "Network.backprop" in lesson
