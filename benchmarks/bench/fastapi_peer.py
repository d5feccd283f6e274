"""FastAPI with MNIST's recipe in OpenCV, and ONNX Runtime: what an engineer writes in an hour.

Dark ink on white, one threshold, cropped, the longer side 20 pixels, the centre of mass in the
middle of 28x28. No photograph, no doubt, no number, no limit. ``CONVNET_ONNX`` names the network's
file.
"""

import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from fastapi import FastAPI, Request

from benchmarks.bench.onnx_peer import onnx_session

_session = onnx_session(Path(os.environ["CONVNET_ONNX"]).read_bytes())
app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> dict[str, Any]:
    """Return the digit in the picture that is the body, and the activations of all."""
    grey = cv2.imdecode(np.frombuffer(await request.body(), np.uint8), cv2.IMREAD_GRAYSCALE)
    inputs = as_mnist(255 - grey).reshape(1, 784).astype(np.float32) / 255
    activations = _session.run(None, {"inputs": inputs})[0][0].tolist()
    confidence = max(activations)
    digit = activations.index(confidence)
    return {"digit": digit, "confidence": confidence, "activations": activations}


def as_mnist(ink: np.ndarray) -> np.ndarray:
    """Return ink uint8 (H, W) in the format of MNIST, uint8 (28, 28)."""
    x, y, width, height = cv2.boundingRect((ink > 50).view(np.uint8))
    scale = 20 / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    digit = cv2.resize(ink[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    moments = cv2.moments(digit)
    middle_x, middle_y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    left = min(max(round(13.5 - middle_x), 0), 28 - size[0])
    top = min(max(round(13.5 - middle_y), 0), 28 - size[1])
    image = np.zeros((28, 28), np.uint8)
    image[top : top + size[1], left : left + size[0]] = digit
    return image
