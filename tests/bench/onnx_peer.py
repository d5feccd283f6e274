"""The convnet as ONNX Runtime has it: the same layers with the same weights.

ONNX's pictures are (N, C, H, W) where Inkling's are (N, H, W, C): kernels and the dense weights
above the pictures change their order.
"""

from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, Flatten, Layer, ReLU, Reshape

Operation = tuple[str, dict[str, object], list[Array]]
"""An ONNX operation: its name, attributes and constants."""


def to_onnx(layers: Sequence[Layer], temperature: float = 1.0) -> bytes:
    """Return layers without batch normalisations, and a softmax, as an ONNX model.

    It maps ``inputs`` (N, 784) to ``activations`` (N, C).
    """
    example = np.zeros((1, 784), np.float32)
    picture: tuple[int, ...] = ()  # (H, W, C) of what a Flatten below has made flat
    operations: list[Operation] = []
    for layer in layers:
        if isinstance(layer, Flatten):
            picture = example.shape[1:]
        operations.append(_operation(layer, picture))
        if isinstance(layer, Dense):
            picture = ()
        example = layer.forward(example)
    operations += [("Div", {}, [np.float32(temperature)]), ("Softmax", {}, [])]
    return _model(operations)


def _operation(layer: Layer, picture: tuple[int, ...]) -> Operation:
    """Return the ONNX operation for one of Inkling's layers."""
    match layer:
        case Conv2D():
            attributes = {"strides": 2 * [layer.stride_px], "pads": 4 * [layer.padding_px]}
            return "Conv", attributes, [kernels_first(layer.weights), layer.biases]
        case Dense():
            weights = channels_first(layer.weights.T, picture)
            return "Gemm", {"transB": 1}, [weights, layer.biases]
        case MaxPool():
            return "MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}, []
        case ReLU():
            return "Relu", {}, []
        case Dropout():
            return "Identity", {}, []
        case Flatten():
            return "Flatten", {}, []
        case Reshape(shape=(height_px, width_px, 1)):  # one channel: the same in either order
            return "Reshape", {}, [np.array([-1, 1, height_px, width_px])]
    raise ValueError(f"Expected a layer that is known here, but got {layer!r}: add it here")


def kernels_first(weights: Array) -> Array:
    """Return the weights of a convolution (K, K, C, O) as (O, C, K, K)."""
    return np.ascontiguousarray(weights.transpose(3, 2, 0, 1))


def channels_first(weights: Array, picture: tuple[int, ...]) -> Array:
    """Return dense weights (O, H W C) above a picture (H, W, C) as (O, C H W), others as is."""
    if picture:
        weights = weights.reshape(-1, *picture).transpose(0, 3, 1, 2).reshape(weights.shape)
    return np.ascontiguousarray(weights)


def _model(operations: Sequence[Operation]) -> bytes:
    """Return an ONNX model of operations, each on the outputs of the one before."""
    nodes, constants, value = [], [], "inputs"
    for number, (operation, attributes, arrays) in enumerate(operations):
        names = [f"{number}.{place}" for place in range(len(arrays))]
        constants += map(numpy_helper.from_array, map(np.asarray, arrays), names)
        nodes.append(helper.make_node(operation, [value, *names], [f"{number}"], **attributes))
        value = f"{number}"
    nodes[-1].output[0] = "activations"
    ends = [
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", None])]
        for name in ("inputs", "activations")
    ]
    graph = helper.make_graph(nodes, "convnet", *ends, initializer=constants)
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def onnx_session(model: bytes, n_threads: int = 1) -> onnxruntime.InferenceSession:
    """Return a session that computes an ONNX model, with all of ONNX Runtime's optimisations."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
