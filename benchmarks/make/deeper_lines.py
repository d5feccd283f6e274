"""Give the network that reads lines two more convolutions that change nothing yet.

    python -m benchmarks.make.deeper_lines OLD.npz NEW.npz --data FOLDER

OLD has eight convolutions. Kernels that are 1 for their own channel in the middle and else 0
compute their inputs again; a normalisation behind them divides each channel by its standard
deviation, for which the weights above make up. T. Chen, I. Goodfellow, J. Shlens, "Net2Net:
accelerating learning via knowledge transfer", 2016, section 2.3. It was used once, for the weights
from which the shipped network has learnt on.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from nn.core.batch_norm import BatchNorm
from nn.core.convolution import Conv2D
from nn.core.layers import Array
from nn.core.network import Network
from nn.data.handwriting import load_handwriting, unlike_digits
from nn.data.synthetic.lines import LineWriter
from nn.models import weights
from nn.models.line_network import ARCHITECTURES, LINES
from nn.reading.lines.strip import to_strip_inputs
from nn.training.line_training import draw_in_parallel

FIRST_ADDED, N_ADDED = 24, 6  # layers: two times a convolution, its normalisation and its ReLU
ABOVE = FIRST_ADDED + N_ADDED  # the convolution above them
N_LINES = 1_000  # on which the channels' means and deviations are measured
MAX_DIFFERENCE = 1e-3  # between the activations of both


def main() -> None:
    """Write the deeper network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    deeper = ARCHITECTURES[LINES].build(np.random.default_rng())
    before = dict(np.load(options.old))
    for name, array in weights.named_arrays(deeper):
        number, of_layer = name.split(".")
        if int(number) not in range(FIRST_ADDED, ABOVE):
            old = int(number) - (N_ADDED if int(number) >= ABOVE else 0)
            array[:] = before[f"{old}.{of_layer}"]
    largest = insert(deeper, some_strips(options.data))
    if largest > MAX_DIFFERENCE:
        raise SystemExit(f"expected equal answers, but they differ by up to {largest:.2g}")
    metadata = json.loads(options.old.with_suffix(".json").read_text())
    metadata |= {"description": ARCHITECTURES[LINES].description}
    metadata["command"] += "; python -m benchmarks.make.deeper_lines"
    weights.save(deeper, metadata, options.new)
    print(f"Wrote {options.new}: {deeper.parameters.size:,} parameters, differences {largest:.1g}")


def some_strips(data: Path | None) -> list[Array]:
    """Return the inputs of some lines, (1, 48, W, 1) each."""
    learnt, _ = load_handwriting(data, 3, ("aga", "imp"))
    writer = LineWriter(learnt.pen_digits, unlike_digits(learnt.characters))
    lines = draw_in_parallel(writer, N_LINES, np.random.default_rng(1))
    return [to_strip_inputs([strip]) for strip in lines.strips]


def insert(network: Network, strips: list[Array]) -> float:
    """Set the added layers, and return the largest difference of logits that they make."""
    inputs = [forward(network, strip, 0, FIRST_ADDED) for strip in strips]
    expected = [forward(network, each, ABOVE, len(network.layers)) for each in inputs]
    values = np.concatenate([each.reshape(-1, each.shape[-1]) for each in inputs])
    above = network.layers[ABOVE]
    assert isinstance(above, Conv2D)
    for number in range(FIRST_ADDED, ABOVE, 3):
        convolution, normalisation, _ = network.layers[number : number + 3]
        assert isinstance(convolution, Conv2D) and isinstance(normalisation, BatchNorm)
        same = np.zeros_like(convolution.weights)
        same[1, 1] = np.eye(same.shape[-1])
        convolution.weights = same
        normalisation.mean, normalisation.variance = values.mean(axis=0), values.var(axis=0)
        normalisation.biases = normalisation.mean * normalisation.running_scale()
        scale = normalisation.running_scale()
        values = values * scale
        above.weights = above.weights / scale[:, np.newaxis]
    after = [forward(network, each, FIRST_ADDED, len(network.layers)) for each in inputs]
    return max(float(np.abs(a - b).max()) for a, b in zip(expected, after, strict=True))


def forward(network: Network, inputs: Array, start: int, end: int) -> Array:
    """Return the outputs of the layers from ``start`` to before ``end``."""
    for layer in network.layers[start:end]:
        inputs = layer.forward(inputs)
    return inputs


if __name__ == "__main__":
    main()
