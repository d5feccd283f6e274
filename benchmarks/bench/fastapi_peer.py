"""FastAPI before MNIST's recipe in OpenCV, and ONNX Runtime: a server as many write it."""

from typing import Any

from fastapi import FastAPI, Request

from benchmarks.bench.recipe_peer import read

app = FastAPI()


async def predict(request: Request) -> dict[str, Any]:
    """Return the digit in the picture that is the body, and the activations of all."""
    activations = read([await request.body()])[0].tolist()
    confidence = max(activations)
    digit = activations.index(confidence)
    return {"digit": digit, "confidence": confidence, "activations": activations}


app.add_api_route("/predict", predict, methods=["POST"])
