"""Flask with ONNX Runtime, and nothing else."""

from typing import Any

from flask import Flask, request

from tests.bench.squashing import read

application = Flask(__name__)


@application.post("/predict")
def predict() -> dict[str, Any]:
    """Return the digit in the picture that is the body."""
    return read(request.get_data())
