"""The parameters of the article's network: the page computes this small network itself."""

import hashlib
from dataclasses import dataclass

from app.service.models import Models
from nn.core.layers import Dense

ARTICLE = "article"


@dataclass(frozen=True)
class Parameters:
    """The parameters of a network.

    Attributes
    ----------
    content
        float32, little-endian: for each dense layer its weights (I, O) row by row, then its
        biases (O,).
    sha256
        Of the content, in hexadecimal.
    """

    content: bytes
    sha256: str


def article_parameters(models: Models) -> Parameters | None:
    """Return the parameters of the model ``article``; None if no such model is loaded."""
    model = models.get(ARTICLE)
    if model is None or model.metadata["architecture"] != ARTICLE:
        return None
    layers = [layer for layer in model.network.layers if isinstance(layer, Dense)]
    arrays = [array for layer in layers for array in (layer.weights, layer.biases)]
    content = b"".join(array.astype("<f4").tobytes() for array in arrays)
    return Parameters(content, hashlib.sha256(content).hexdigest())
