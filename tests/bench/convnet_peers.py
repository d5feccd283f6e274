"""The convnet as PyTorch and ONNX Runtime have it: the same layers with the same weights.

PyTorch's pictures are (N, C, H, W) where Inkling's are (N, H, W, C): kernels and the dense weights
above the pictures change their order.
"""

import warnings
from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, Flatten, Layer, ReLU, Reshape


def to_torch(layers: Sequence[Layer], n_inputs: int = 784) -> torch.nn.Sequential:
    """Return PyTorch's layers for Inkling's, for the same inputs (N, I) and outputs (N, C)."""
    module = torch.nn.Sequential()
    example = np.zeros((1, n_inputs), np.float32)
    picture: tuple[int, ...] = ()  # (H, W, C) of what a Flatten below has made flat
    for layer in layers:
        if isinstance(layer, Flatten):
            picture = example.shape[1:]
        module.append(_translated(layer, example.ndim, picture))
        if isinstance(layer, Dense):
            picture = ()
        example = layer.forward(example)
    return module


def _translated(layer: Layer, n_axes: int, picture: tuple[int, ...]) -> torch.nn.Module:
    """Return PyTorch's layer for one of Inkling's, whose inputs have so many axes."""
    match layer:
        case Conv2D():
            return _convolution(layer)
        case Dense():
            return _dense(layer, picture)
        case BatchNorm():
            return _normalisation(layer, n_axes)
        case MaxPool():
            return torch.nn.MaxPool2d(2)
        case ReLU():
            return torch.nn.ReLU()
        case Dropout():
            return torch.nn.Dropout(layer.rate)
        case Flatten():
            return torch.nn.Flatten()
        case Reshape(shape=(height_px, width_px, 1)):  # one channel: the same in either order
            return torch.nn.Unflatten(1, (1, height_px, width_px))
    raise ValueError(f"Expected a layer that is known here, but got {layer!r}: add it here")


def _convolution(layer: Conv2D) -> torch.nn.Module:
    """Return a convolution: kernels (K, K, C, O) become (O, C, K, K)."""
    size_px, _, n_inputs, n_outputs = layer.weights.shape
    has_biases = "biases" in layer.parameters
    peer = torch.nn.Conv2d(
        n_inputs, n_outputs, size_px, layer.stride_px, layer.padding_px, bias=has_biases
    )
    _fill(peer.weight, layer.weights.transpose(3, 2, 0, 1))
    if peer.bias is not None:
        _fill(peer.bias, layer.biases)
    return peer


def _dense(layer: Dense, picture: tuple[int, ...]) -> torch.nn.Module:
    """Return a dense layer: weights (H W C, O) become (O, C H W)."""
    weights = layer.weights.T
    if picture:
        weights = weights.reshape(-1, *picture).transpose(0, 3, 1, 2).reshape(weights.shape)
    peer = torch.nn.Linear(*layer.weights.shape)
    _fill(peer.weight, weights)
    _fill(peer.bias, layer.biases)
    return peer


def _normalisation(layer: BatchNorm, n_axes: int) -> torch.nn.Module:
    """Return a batch normalisation that learns biases but, as Inkling's, no scale."""
    kind = torch.nn.BatchNorm2d if n_axes == 4 else torch.nn.BatchNorm1d
    peer = kind(len(layer.biases), eps=layer.epsilon, momentum=1 - layer.momentum)
    peer.weight.requires_grad_(False)
    _fill(peer.bias, layer.biases)
    _fill(peer.running_mean, layer.mean)
    _fill(peer.running_var, layer.variance)
    return peer


def _fill(tensor: torch.Tensor, array: Array) -> None:
    """Copy an array into a tensor of the same shape."""
    with torch.no_grad():
        tensor[:] = torch.tensor(array)


def freeze(module: torch.nn.Module, example: torch.Tensor) -> torch.nn.Module:
    """Return layers that compute the same for inputs as large, rearranged to do so quickly."""
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore", DeprecationWarning)  # what should follow needs a compiler
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(module, example)))


def to_onnx(module: torch.nn.Sequential) -> bytes:
    """Return PyTorch's layers as an ONNX model, from ``inputs`` (N, I) to ``outputs`` (N, C)."""
    nodes, constants, value = [], [], "inputs"
    for number, layer in enumerate(module):
        operation, attributes, tensors = _operation(layer)
        names = [f"{number}.{place}" for place in range(len(tensors))]
        constants += map(numpy_helper.from_array, tensors, names)
        nodes.append(helper.make_node(operation, [value, *names], [f"{number}"], **attributes))
        value = f"{number}"
    nodes[-1].output[0] = "outputs"
    ends = [
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", None])]
        for name in ("inputs", "outputs")
    ]
    graph = helper.make_graph(nodes, "convnet", *ends, initializer=constants)
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _operation(layer: torch.nn.Module) -> tuple[str, dict[str, object], list[Array]]:
    """Return an ONNX operation for one of PyTorch's layers: its name, attributes and arrays."""
    tensors = [tensor.detach().numpy() for tensor in layer.parameters()]
    match layer:
        case torch.nn.Unflatten():
            return "Reshape", {}, [np.array([-1, *layer.unflattened_size])]
        case torch.nn.Conv2d():
            return "Conv", {"strides": layer.stride, "pads": 2 * layer.padding}, tensors
        case torch.nn.MaxPool2d():
            return "MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}, []
        case torch.nn.BatchNorm1d() | torch.nn.BatchNorm2d():
            statistics = [layer.running_mean.numpy(), layer.running_var.numpy()]
            return "BatchNormalization", {"epsilon": layer.eps}, tensors + statistics
        case torch.nn.Linear():
            return "Gemm", {"transB": 1}, tensors
        case torch.nn.ReLU() | torch.nn.Flatten() | torch.nn.Softmax() | torch.nn.Dropout():
            names = {"ReLU": "Relu", "Dropout": "Identity"}
            name = type(layer).__name__
            return names.get(name, name), {}, []
    raise ValueError(f"Expected a layer that is known here, but got {layer}: add it here")


def onnx_session(model: bytes, n_threads: int = 1) -> onnxruntime.InferenceSession:
    """Return a session that computes an ONNX model, with all of ONNX Runtime's optimisations."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
