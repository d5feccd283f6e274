"""The networks that the standalone page computes, beside those of the server."""

import base64
import json
from typing import Any

import numpy as np
import pytest

from app.config import ROOT, Settings
from app.service import models
from app.service.models import network_file
from nn.core.layers import Array
from nn.models.weighted_layers import strongest_path, weighted_layers
from tests.static.pictures import drawn_lines
from tests.static.test_scripts import SCRIPTS, run

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def loaded() -> models.Models:
    return models.load(Settings())


@pytest.fixture(scope="module")
def digits() -> Array:
    """Return ten drawn lines, grain and paper (12, 784) float32 in 0..1."""
    return drawn_lines(12, width_px=2)


def compute(network: bytes, pictures: Array) -> dict[str, Any]:
    sent = {"network": base64.b64encode(network).decode(), "pictures": pictures.tolist()}
    outcome = run(SCRIPTS / "trained_network.mjs", input=json.dumps(sent))
    assert outcome.returncode == 0, outcome.stderr
    computed: dict[str, Any] = json.loads(outcome.stdout)
    return computed


@pytest.mark.parametrize("name", ["article", "convnet", "mlp"])
def test_the_page_computes_every_layer(name: str, loaded: models.Models, digits: Array) -> None:
    network = loaded[name].network
    layers = weighted_layers(network.layers, digits[:1])
    computed = compute(network_file(loaded, name), digits)["computed"]
    hidden = [outputs for _, outputs in network.inspect(digits)]
    for place, each in enumerate(computed):
        of_digit = [outputs[place] for outputs in hidden]
        for in_page, served in zip(each["hidden"], of_digit, strict=True):
            largest = max(1.0, float(np.abs(served).max()))
            np.testing.assert_allclose(in_page, served.ravel(), rtol=0, atol=TOLERANCE * largest)
        activations = network.activations(digits[place : place + 1])[0]
        np.testing.assert_allclose(each["activations"], activations, rtol=0, atol=TOLERANCE)
        assert each["path"] == strongest_path(layers, of_digit, int(activations.argmax()))


def test_what_is_cut_off_is_no_network(loaded: models.Models, digits: Array) -> None:
    with pytest.raises(AssertionError, match="RangeError"):
        compute(network_file(loaded, "article")[:-4], digits)


def test_the_folded_weights_are_those_of_the_shipped_file(loaded: models.Models) -> None:
    parameters = json.loads((ROOT / "models" / "article.json").read_text())["parameters"]
    content = network_file(loaded, "article")
    header_bytes = int.from_bytes(content[:4], "little")
    assert len(content) - 4 - header_bytes == 4 * parameters
