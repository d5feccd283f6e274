"""The convnet in ONNX Runtime."""

import onnxruntime


def onnx_session(model: bytes, n_threads: int = 1) -> onnxruntime.InferenceSession:
    """Return a session that computes an ONNX model, with all of ONNX Runtime's optimisations."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
