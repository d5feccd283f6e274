"""Parameters as bytes: those of the article's network, which the page computes itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.service.models import Models
from nn.core.layers import Dense

ARTICLE = "article"


@dataclass(frozen=True)
class Parameters:
    """Parameters of a network.

    Attributes
    ----------
    content
        float32, little-endian, weights before biases, row by row.
    sha256
        A hash that changes with them, in hexadecimal.
    data
        What they were learnt from: ``name`` and number of ``examples``; None if that is not known.
    """

    content: bytes
    sha256: str
    data: Mapping[str, Any] | None = None


def article_parameters(models: Models) -> Parameters | None:
    """Return the parameters of the model ``article``; None if no such model is loaded.

    For each dense layer its weights (I, O), then its biases (O,).
    """
    model = models.get(ARTICLE)
    if model is None or model.metadata["architecture"] != ARTICLE:
        return None
    layers = [layer for layer in model.network.layers if isinstance(layer, Dense)]
    arrays = [array for layer in layers for array in (layer.weights, layer.biases)]
    content = b"".join(array.astype("<f4").tobytes() for array in arrays)
    return Parameters(content, hashlib.sha256(content).hexdigest(), model.metadata.get("data"))
