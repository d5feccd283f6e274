"""A network as an ONNX model: the same layers with the same weights, for any ONNX runtime.

ONNX's pictures are (N, C, H, W) where Inkling's are (N, H, W, C): kernels and the dense weights
above the pictures change their order, and frames come back as (N, T, C).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, Flatten, Layer, ReLU, Reshape, Sigmoid
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network
from nn.models.ctc import CTC
from nn.models.inference import fold
from nn.models.line_network import N_CLASSES, ROWS, RowPool

Operation = tuple[str, dict[str, Any], list[NDArray[Any]]]
"""An ONNX operation: its name, attributes and constants."""
Shapes = tuple[list[str | int], list[str | int]]
"""Of the inputs and of the activations; a name stands for any size."""

OPSET, IR_VERSION = 17, 8  # of 2022: what every runtime of today reads


def to_onnx(network: Network, properties: Mapping[str, str] | None = None) -> bytes:
    """Return a network as it was trained as an ONNX model.

    It maps ``inputs`` (N, 784) to ``activations`` (N, C), or strips (N, 48, W) to those of frames
    (N, T, 15), all float32, for any N and W.

    Parameters
    ----------
    network
        Its batch normalisations are folded into the layers below them.
    properties
        Metadata that the file carries.
    """
    layers, loss = fold(network.layers), network.loss
    operations: list[Operation]
    if isinstance(loss, CTC):
        operations = [("Reshape", {}, [np.array([0, 1, ROWS, -1])])]
        operations += _operations(layers, np.zeros((1, ROWS, ROWS, 1), np.float32))
        shapes: Shapes = ["N", ROWS, "W"], ["N", "T", N_CLASSES]
    else:
        operations = _operations(layers, np.zeros((1, 784), np.float32))
        shapes = ["N", 784], ["N", 10]
    if isinstance(loss, SoftmaxCrossEntropy | CTC):
        temperature = np.array(loss.temperature, np.float32)
        operations += [("Div", {}, [temperature]), ("Softmax", {}, [])]
    model = _model(operations, shapes)
    helper.set_model_props(model, dict(properties or {}))
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _operations(layers: Sequence[Layer], example: Array) -> list[Operation]:
    picture: tuple[int, ...] = ()  # (H, W, C) of what a Flatten below has made flat
    operations: list[Operation] = []
    for layer in layers:
        if isinstance(layer, Flatten):
            picture = example.shape[1:]
        operations += _operations_of(layer, picture)
        if isinstance(layer, Dense):
            picture = ()
        example = layer.forward(example)
    return operations


def _operations_of(layer: Layer, picture: tuple[int, ...]) -> list[Operation]:
    match layer:
        case Conv2D():
            attributes = {"strides": 2 * [layer.stride_px], "pads": 4 * [layer.padding_px]}
            return [("Conv", attributes, [kernels_first(layer.weights), layer.biases])]
        case Dense():
            weights = channels_first(layer.weights.T, picture)
            return [("Gemm", {"transB": 1}, [weights, layer.biases])]
        case MaxPool():
            return [("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}, [])]
        case RowPool():
            return [("MaxPool", {"kernel_shape": [2, 1], "strides": [2, 1]}, [])]
        case ReLU():
            return [("Relu", {}, [])]
        case Sigmoid():
            return [("Sigmoid", {}, [])]
        case Dropout():
            return [("Identity", {}, [])]
        case Flatten():
            return [("Flatten", {}, [])]
        case Reshape(shape=(height_px, width_px, 1)):  # one channel: the same in either order
            return [("Reshape", {}, [np.array([-1, 1, height_px, width_px])])]
        case Reshape(shape=(-1, _)):  # one row of frames
            squeeze: Operation = ("Squeeze", {}, [np.array([2])])
            return [squeeze, ("Transpose", {"perm": [0, 2, 1]}, [])]
    raise ValueError(f"Expected a layer that is known here, but got {layer!r}: add it here")


def kernels_first(weights: Array) -> Array:
    """Return the weights of a convolution (K, K, C, O) as (O, C, K, K)."""
    return np.ascontiguousarray(weights.transpose(3, 2, 0, 1))


def channels_first(weights: Array, picture: tuple[int, ...]) -> Array:
    """Return dense weights (O, H W C) above a picture (H, W, C) as (O, C H W), others as is."""
    if picture:
        weights = weights.reshape(-1, *picture).transpose(0, 3, 1, 2).reshape(weights.shape)
    return np.ascontiguousarray(weights)


def _model(operations: Sequence[Operation], shapes: Shapes) -> onnx.ModelProto:
    """Return an ONNX model of operations, each on the outputs of the one before."""
    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []
    value = "inputs"
    for number, (operation, attributes, arrays) in enumerate(operations):
        names = [f"{number}.{place}" for place in range(len(arrays))]
        constants += map(numpy_helper.from_array, map(np.asarray, arrays), names)
        nodes.append(helper.make_node(operation, [value, *names], [f"{number}"], **attributes))
        value = f"{number}"
    nodes[-1].output[0] = "activations"
    inputs, outputs = (
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)]
        for name, shape in zip(("inputs", "activations"), shapes, strict=True)
    )
    graph = helper.make_graph(nodes, "inkling", inputs, outputs, initializer=constants)
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
