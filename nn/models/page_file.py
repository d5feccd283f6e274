"""A trained network as one file, from which the page computes what the network computes.

``static/js/network/trained_network.js`` reads it: the length of a JSON object in four bytes,
little-endian; the object, which describes the layers; then of each layer its kernels (K, L, C, O),
and a scale and a bias for each output (O,). A neuron's sum is ``scale * (kernel @ window) + bias``,
over a window of K rows, L columns and C channels of the layer below. The kernel of a dense layer
covers all of its inputs: it is a convolution with one window.

Scales come from batch normalisations. Kernels stay as they were trained, because networks are
shipped in float16: so the file has half of the bytes that float32 would take.
"""

import json
import struct
from typing import Any

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D, MaxPool
from nn.core.layers import Array, Dense, Dropout, ReLU, Reshape, Sigmoid
from nn.core.losses import SoftmaxCrossEntropy
from nn.core.network import Network


def page_file(network: Network, name: str) -> bytes:
    """Return the file of a network of digits, with its layers as they were trained.

    Raises
    ------
    ValueError
        When a layer's outputs are not a ReLU or a sigmoid of its sums, pooled or not.
    """
    described: list[dict[str, Any]] = []
    arrays: list[tuple[Array, Array, Array]] = []  # kernels, scales, biases
    outputs = np.zeros((1, 784), np.float32)
    shape: tuple[int, ...] = (28, 28, 1)
    for layer in network.layers:
        outputs = layer.forward(outputs)
        is_sum = bool(described) and not described[-1]["activation"]
        match layer:
            case Conv2D() | Dense() if not is_sum:
                is_convolution = isinstance(layer, Conv2D)
                kernels = layer.weights if is_convolution else layer.weights.reshape(*shape, -1)
                with np.errstate(over="ignore"):  # of an own network: float16 ends at 65,504
                    is_half = bool((kernels == kernels.astype(np.float16)).all())
                described.append(
                    {
                        "shape": kernels.shape,
                        "isHalf": is_half,
                        "isConvolution": is_convolution,
                        "stride": getattr(layer, "stride_px", 1),
                        "padding": getattr(layer, "padding_px", 0),
                        "pooling": 1,
                        "activation": "",
                    }
                )
                arrays.append((kernels, np.ones_like(layer.biases), layer.biases))
            case BatchNorm() if is_sum:
                kernels, scales, biases = arrays[-1]
                scale = layer.running_scale()
                biases = (biases - layer.mean) * scale + layer.biases
                arrays[-1] = kernels, scales * scale, biases
            case MaxPool():  # before or after the activation, which keeps the order of sums
                described[-1]["pooling"] = 2
                shape = outputs.shape[1:]
            case ReLU() | Sigmoid() if is_sum:
                described[-1]["activation"] = repr(layer)
                shape = (1, 1, *outputs.shape[1:])[-3:]
            case Reshape() | Dropout():  # changes no number
                pass
            case _:
                raise ValueError(f"the page computes no {layer!r} here")
    loss = network.loss
    temperature = loss.temperature if isinstance(loss, SoftmaxCrossEntropy) else None
    header = json.dumps({"name": name, "temperature": temperature, "layers": described}).encode()
    numbers = [
        array.astype("<f2" if is_half else "<f4").tobytes()
        for each, of_layer in zip(described, arrays, strict=True)
        for array, is_half in zip(of_layer, (each["isHalf"], False, False), strict=True)
    ]
    return struct.pack("<I", len(header)) + header + b"".join(numbers)
