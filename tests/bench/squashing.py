"""What the peers on the web do with a picture: squash it to 28x28, and let ONNX Runtime read it.

There is none of the preparing on which most of the accuracy depends. ``CONVNET_ONNX`` names the
file of the network.
"""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.bench.onnx_peer import onnx_session

_session = onnx_session(Path(os.environ["CONVNET_ONNX"]).read_bytes())


def read(file: bytes) -> dict[str, Any]:
    """Return the digit in a picture of dark ink on white, and the activations of all."""
    grey = np.asarray(Image.open(BytesIO(file)).convert("L").resize((28, 28)), np.float32)
    activations = _session.run(None, {"inputs": 1 - grey.reshape(1, 784) / 255})[0][0].tolist()
    confidence = max(activations)
    digit = activations.index(confidence)
    return {"digit": digit, "confidence": confidence, "activations": activations}
