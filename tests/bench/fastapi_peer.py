"""FastAPI that squashes a picture to 28x28, as peers on the web do, and ONNX Runtime.

There is none of the preparing on which most of the accuracy depends. ``CONVNET_ONNX`` names the
file of the network. The function is async: in FastAPI's pool of threads it would be slower.
"""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI, Request
from PIL import Image

from tests.bench.onnx_peer import onnx_session

_session = onnx_session(Path(os.environ["CONVNET_ONNX"]).read_bytes())
app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> dict[str, Any]:
    """Return the digit in the picture of dark ink on white that is the body."""
    picture = Image.open(BytesIO(await request.body())).convert("L").resize((28, 28))
    inputs = 1 - np.asarray(picture, np.float32).reshape(1, 784) / 255
    activations = _session.run(None, {"inputs": inputs})[0][0].tolist()
    confidence = max(activations)
    digit = activations.index(confidence)
    return {"digit": digit, "confidence": confidence, "activations": activations}
