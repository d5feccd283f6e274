"""Make the pictures of the lessons: ``python -m benchmarks.make.lesson_pictures``.

Trains the article's network, with digits held back, for its learning curve; the rest shows MNIST,
the shipped weights and the steps from a picture to the network's inputs.
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nn import plots
from nn.core.convolution import Conv2D
from nn.core.layers import Array, Dense, Sigmoid
from nn.core.losses import one_hot
from nn.core.network import Network
from nn.data.digits import DataError, Digits
from nn.data.mnist import load_mnist
from nn.data.numbers import load_registers, load_weather
from nn.data.synthetic.drawing import render_variations
from nn.data.synthetic.non_digits import draw_non_digit
from nn.data.synthetic.styles import write_digit
from nn.files import write_atomically
from nn.models import ink_network, line_network, weights
from nn.reading.lines.divide import divide
from nn.reading.lines.find import TextLine, find_lines
from nn.reading.lines.signs import read_lines
from nn.reading.lines.strip import CLASSES, ROWS, ReadStrip, find_signs, strip_reader, to_strip
from nn.reading.mnist import DIGIT_PX, Pixels, centre, crop, fit, to_inputs
from nn.reading.page.find import Page, find_ink
from nn.reading.page.grey import to_grey
from nn.reading.page.segment import Segment, segmenter
from nn.training.digit_training import DigitTraining
from nn.training.recipes import RECIPES

FOLDER = Path("nn/pictures")
PHOTOGRAPH = Path("static/examples/number.jpg")
VALLEY_WEIGHT = (3, 1)  # from a hidden neuron to the output of the digit 1
VALLEY_RATE, N_STEPS = 40.0, 7
FRAMED, BESIDE_RULES, ABOVE_EDGE = 0, 23, 50  # places among the real numbers for measuring
BOX_PX = 5  # width of a box's lines, and their distance from the digit


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write every picture of the lesson."""
    program = "python -m benchmarks.make.lesson_pictures"
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with MNIST's files (else INKLING_DATA)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    parser.add_argument("--epochs", type=int, default=RECIPES["article"].epochs)
    options = parser.parse_args(arguments)
    try:
        digits, _ = load_mnist(options.data)
        network, convnet = (
            weights.load(Path(f"models/{name}.npz")).network for name in ("article", "convnet")
        )
        read_strip = strip_reader(line_network.load().network.activations)
        segment = segmenter(ink_network.load().network.activations)
        segmented = [*real_numbers(options.data), to_grey(Image.open(PHOTOGRAPH))]
    except (DataError, weights.WeightsError) as error:
        sys.exit(f"benchmarks.make.lesson_pictures: {error}")
    hidden = next(layer for layer in network.layers if isinstance(layer, Dense))
    parts = digits.split(RECIPES["article"].held_back)
    training = DigitTraining("article", *parts, epochs=options.epochs, seed=1)
    training.run()
    page = find_ink(Image.open(PHOTOGRAPH), segment)
    (line,) = find_lines(page)
    pictures = {
        "digits": one_of_each(digits),
        "sigmoid": sigmoid(),
        "valley": valley(network, digits.take(np.arange(1_000))),
        "learning_curve": plots.learning_curve(training.history),
        "hidden_neurons": plots.weights_as_pictures(hidden.weights.T.reshape(-1, 28, 28)),
        "recipe": recipe(),
        "photograph": photograph(page),
        "ink_maps": ink_maps(segmented, segment),
        "line": line_found(page),
        "strip": strip(line),
        "frames": frames(line, read_strip),
        "divided": divided(line, read_strip),
        "number": number(page, convnet, read_strip),
        "kernels": kernels(convnet),
        "feature_maps": feature_maps(convnet, digits.images[:1]),
        "drawn": drawn(),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, png in pictures.items():
        write_atomically(options.out / f"{name}.png", png)
        print(f"Wrote {options.out / name}.png")


def one_of_each(digits: Digits) -> bytes:
    """Return the first example of each of the ten digits, with its label."""
    labels, first = np.unique(digits.labels, return_index=True)
    return plots.contact_sheet(digits.images[first], [f"label {label}" for label in labels])


def sigmoid() -> bytes:
    """Return the sigmoid and its slope, as the layer itself computes them."""
    layer, inputs = Sigmoid(), np.linspace(-8, 8, 321)
    outputs = layer.forward(inputs, is_training=True)
    slopes = layer.backward(np.ones_like(inputs))
    return plots.function_and_slope(inputs, outputs, slopes, "sigmoid")


def valley(network: Network, digits: Digits) -> bytes:
    """Return the cost of the article's network along one weight, and steps against its slope."""
    inputs, targets = to_inputs(digits.images), one_hot(digits.labels)
    layer = network.layers[2]
    assert isinstance(layer, Dense)
    learnt = layer.weights[VALLEY_WEIGHT].item()

    def cost_and_slope(weight: float) -> tuple[float, float]:
        layer.weights[VALLEY_WEIGHT] = weight
        cost = network.backprop(inputs, targets)
        return cost, layer.weights_gradient[VALLEY_WEIGHT].item()

    along = np.linspace(learnt - 6, learnt + 6, 121)
    steps = [learnt + 5]
    for _ in range(N_STEPS):
        steps.append(steps[-1] - VALLEY_RATE * cost_and_slope(steps[-1])[1])
    costs, at_steps = ([cost_and_slope(each)[0] for each in some] for some in (along, steps))
    layer.weights[VALLEY_WEIGHT] = learnt
    figure = Figure(figsize=(5.2, 3), dpi=120, layout="constrained")
    axes: Axes = figure.subplots()
    axes.plot(along, costs, color=plots.INK)
    axes.plot(steps, at_steps, color=plots.ACCENT, marker="o", linestyle="--", label="steps")
    axes.set(xlabel="one weight of the last layer", ylabel="cost", ylim=(0, None))
    axes.legend()
    return plots.to_png(figure)


def recipe() -> bytes:
    """Return the steps from a drawn digit to the network's input."""
    picture = Image.new("RGB", (300, 220), "#f4ecd8")
    ImageDraw.Draw(picture).line(
        [(205, 30), (270, 32), (232, 120)], "#3b4a8c", width=9, joint="curve"
    )
    grey = to_grey(picture)
    ink = find_ink(picture).ink
    fitted = fit(crop(ink), DIGIT_PX)
    stages = [255 - grey, 255 * ink, 255 * crop(ink), 255 * fitted, centre(fitted)]
    captions = ["to_grey", "find_ink", "crop", "fit 20x20", "centre in 28x28"]
    return plots.contact_sheet([np.asarray(stage) for stage in stages], captions, columns=5)


def photograph(page: Page) -> bytes:
    """Return the stages from an example photograph to its ink."""
    stages = page.stages(is_number=True)
    images = [255 - stages["grey"], stages["pen"], stages["other"], stages["ink"]]
    captions = ["grey", "pen", "anything else", "ink"]
    return plots.contact_sheet(images, captions, columns=4, side_inches=1.6)


def real_numbers(folder: Path | None) -> list[Pixels]:
    """Return a number in a cell, one beside rules, and one above the edge of its page.

    Raise DataError if there are no real numbers in the data folder.
    """
    chosen = [(load_weather, FRAMED), (load_registers, BESIDE_RULES), (load_registers, ABOVE_EDGE)]
    return [next(islice(load("dev", folder), number, None)).grey for load, number in chosen]


def ink_maps(greys: Sequence[Pixels], segment: Segment) -> bytes:
    """Return pictures with what the network of ink takes for pen, and for anything else."""
    images, captions = list[Array](), list[str]()
    for grey in greys:
        maps = segment(grey)
        images += [255.0 - grey, 255 * maps.pen, 255 * maps.other]
        captions += ["grey", "pen", "anything else"]
    return plots.contact_sheet(images, captions, columns=3, side_inches=1.6)


def line_found(page: Page) -> bytes:
    """Return the example photograph with a box around its line."""
    (line,) = find_lines(page)
    boxed = Image.fromarray(255 - page.grey)
    (left, right), (top, bottom) = (
        (float(line.to_page[axis, 2]), float(line.to_page[axis] @ [*line.grey.shape[::-1], 1]))
        for axis in (0, 1)
    )
    ImageDraw.Draw(boxed).rectangle((left, top, right, bottom), outline=255, width=BOX_PX)
    return plots.contact_sheet([np.asarray(boxed)], ["its line"], columns=1, side_inches=2.5)


def strip(line: TextLine) -> bytes:
    """Return the line as the network of lines sees it: 48 rows of grey."""
    seen = to_strip(line.grey)
    return plots.contact_sheet([seen], [f"48 x {seen.shape[1]}"], columns=1, side_inches=2.5)


def frames(line: TextLine, read_strip: ReadStrip) -> bytes:
    """Return the probability of each class in each frame of the line."""
    return heat_map(read_strip(to_strip(line.grey)).T, CLASSES, "frame")


def heat_map(values: Array, rows: Sequence[str], columns: str) -> bytes:
    """Return numbers 0 to 1 (R, C) as shades, with a name for each row and one for all columns."""
    figure = Figure(figsize=(6.5, 2.6), dpi=120, layout="constrained")
    axes: Axes = figure.subplots()
    axes.imshow(values, cmap="gray_r", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.set_xlabel(columns)
    return plots.to_png(figure)


def divided(line: TextLine, read_strip: ReadStrip) -> bytes:
    """Return the ink of each sign of the line."""
    signs = find_signs(read_strip(to_strip(line.grey)))
    scale = len(line.grey) / ROWS
    inks = divide(line.ink, [sign.middle_px * scale for sign in signs]).of_signs
    images = [255 * ink.ink for ink in inks if ink]
    return plots.contact_sheet(images, [CLASSES[sign.label] for sign in signs], columns=len(images))


def number(page: Page, convnet: Network, read_strip: ReadStrip) -> bytes:
    """Return the digits of the example photograph as network inputs, with their confidences."""
    reading = read_lines(page, convnet.activations, read_strip)
    digits = reading.digits
    captions = [f"{digit.digit}: {digit.confidence:.4f}" for digit in digits]
    return plots.contact_sheet([digit.image for digit in digits], captions, columns=len(digits))


def kernels(convnet: Network) -> bytes:
    """Return the kernels of the first convolution."""
    first = next(layer for layer in convnet.layers if isinstance(layer, Conv2D))
    return plots.weights_as_pictures(first.weights[:, :, 0].transpose(2, 0, 1), columns=16)


def feature_maps(convnet: Network, images: NDArray[np.uint8]) -> bytes:
    """Return the outputs of the first ReLU for an image (1, 28, 28), each scaled to its maximum."""
    _, outputs = convnet.inspect(to_inputs(images))[0]  # (1, H, W, C)
    maps = outputs[0].transpose(2, 0, 1)
    strongest = np.maximum(maps.max(axis=(1, 2), keepdims=True), 1e-6)
    return plots.contact_sheet(255 * maps / strongest, [""] * len(maps), columns=16)


def drawn() -> bytes:
    """Return digits from the templates of styles, and drawings that are no digit."""
    rng = np.random.default_rng(3)
    digits = [*range(10), *range(10)]
    drawings = [write_digit(digit, rng) for digit in digits]
    drawings += [draw_non_digit(rng) for _ in range(10)]
    captions = [*map(str, digits), *["no digit"] * 10]
    return plots.contact_sheet(render_variations(drawings, rng), captions)


if __name__ == "__main__":
    main()
