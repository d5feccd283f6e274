"""The shipped convnet in ONNX Runtime."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime

from nn.export.onnx_model import to_onnx
from nn.models import weights

WEIGHTS = Path("models/convnet.npz")


def onnx_session(model: bytes, n_threads: int = 1) -> onnxruntime.InferenceSession:
    """Return a session that computes an ONNX model, with all of ONNX Runtime's optimisations."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@contextmanager
def exported() -> Iterator[str]:
    """Write the shipped convnet as an ONNX file; fail if that computes anything else."""
    shipped = weights.load(WEIGHTS).network
    model = to_onnx(weights.load_trainable(WEIGHTS).network)
    inputs = np.random.default_rng(0).random((8, 784), np.float32)
    (activations,) = onnx_session(model).run(None, {"inputs": inputs})
    np.testing.assert_allclose(activations, shipped.activations(inputs), rtol=1e-3, atol=1e-5)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "convnet.onnx")
        file.write_bytes(model)
        yield str(file)
