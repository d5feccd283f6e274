"""The training of the network that reads lines of numbers: ``python -m nn train lines``.

Its examples have different widths, and its labels are sequences. Most are drawn; the others are
real numbers of registers and weather sheets.
"""

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from nn.core.layers import Array
from nn.core.network import Network
from nn.data.numbers import RealNumber, load_registers, load_weather
from nn.data.synthetic.lines import LineWriter
from nn.data.synthetic.paper import photograph
from nn.models.ctc import CTC, Label, frames_needed, to_targets
from nn.models.line_network import LINES, N_CLASSES
from nn.reading.lines.strip import (
    BLANK,
    CLASSES,
    COMMA,
    OTHER,
    POINT,
    ROWS,
    n_frames,
    to_strip,
    to_strip_inputs,
)
from nn.reading.mnist import Pixels
from nn.training.calibration import temperature_of_least_cost
from nn.training.drawing import draw_in_parallel, load_writers
from nn.training.recipes import RECIPES
from nn.training.run_files import describe_run, load_network_to_go_on_with, people_held_back
from nn.training.trainer import Training

N_LINES = 100_000  # drawn once
N_OF_REAL = 5  # times that each real number is in an epoch, cut out in other ways
MAX_OF_TEXT = 60  # real numbers of one text: the registers have a fee of 2.20 499 times
MAX_TRIM = 0.1  # share of a real number's height that is cut off above and below, at most
REAL_SLANT, REAL_SLOPE = 0.1, 0.015  # standard deviations of what is added to a real number's
MIN_REAL_PX = 16  # lowest real number after it is reduced, in some
REDUCED = 0.3  # proportion of these
N_HELD_BACK = 2_000  # lines of held-back writers, sources and pictures
MAX_WIDTH_DIFFERENCE_PX = 16  # between strips of a mini-batch, in most
STRETCH = 0.1  # standard deviation of the logarithm of a strip's stretch
CONTRAST, NOISE = (0.8, 1.2), 0.03  # of a mini-batch
LIMITS = (0.3, 3.0)  # lowest and highest temperature tried


@dataclass(frozen=True)
class Lines:
    """Strips uint8 (48, W), and the labels of their signs from left to right."""

    strips: list[Pixels]
    labels: list[list[Label]]

    def __len__(self) -> int:
        return len(self.labels)

    def sha256(self) -> str:
        """Return the SHA-256 of each strip's pixels and labels, one after another."""
        content = hashlib.sha256()
        for strip, labels in zip(self.strips, self.labels, strict=True):
            content.update(strip.tobytes() + repr(labels).encode())
        return content.hexdigest()

    def with_more(self, others: "Lines") -> "Lines":
        """Return these lines, followed by the others."""
        return Lines([*self.strips, *others.strips], [*self.labels, *others.labels])


class LineTraining(Training[Lines]):
    """The training of a network on lines; parameters as of ``Training``."""

    def costs(self) -> Iterator[float]:
        """Do the epochs that are not done yet, and yield the mean cost of each."""
        return self.descend(batches, augment)

    def n_correct(self, network: Network, examples: Lines) -> int:
        """Return how many lines are read whole, taking the likeliest class of each frame."""
        answers = zip(predictions(network, examples), examples.labels, strict=True)
        return sum(is_read(best_path(outputs[0]), labels) for (outputs, _), labels in answers)

    def finish(self, options: argparse.Namespace) -> dict[str, Any]:
        """Give the network its temperature, and return its metadata."""
        name = (
            "lines of pendigits, UNIPEN, templates, MNIST's training part and Swiss digits, drawn, "
            "and numbers of registers and weather sheets"
        )
        metadata = describe_run(options, self, {"name": name} | people_held_back(options))
        with threadpool_limits(1, user_api="blas"):
            metadata["temperature"] = calibrate(self.network, self.held_back)
            return metadata | {"scores": self.scores()}


def prepare_lines(options: argparse.Namespace) -> LineTraining:
    """Return a training with its lines drawn, that starts from ``options.base`` if it names one.

    Raise WeightsError if that cannot be read, DataError if it has learnt from others than are to be
    held back, or data are missing.
    """
    base = load_network_to_go_on_with(options) if options.base else None
    examples, held_back = draw_lines(options)
    print(f"{LINES}: {len(examples):,} lines, {len(held_back):,} held back")
    return LineTraining(
        LINES,
        examples,
        held_back,
        epochs=options.epochs,
        seed=options.seed,
        recipe=RECIPES[LINES].for_going_on(options.rate) if base else None,
        start=base,
    )


def draw_lines(options: argparse.Namespace) -> tuple[Lines, Lines]:
    """Return lines to train on, and lines held back, of other writers, sources and pictures.

    Also held back are the real numbers for calibration. Raise DataError if a data set cannot be
    loaded.
    """
    rng = np.random.default_rng([options.seed, 1])
    (writer, _), stranger = load_writers(options, rng)
    real = capped([*load_registers("train", options.data), *load_weather("train", options.data)])
    training = draw_legible(writer, N_LINES, rng).with_more(cut_out(real, N_OF_REAL, rng))
    if not stranger:
        return training, Lines([], [])
    real = [*load_registers("calibrate", options.data), *load_weather("calibrate", options.data)]
    return training, draw_legible(stranger[0], N_HELD_BACK, rng).with_more(whole(real))


def capped(numbers: Sequence[RealNumber]) -> list[RealNumber]:
    """Return the numbers in order, but of each text the first ``MAX_OF_TEXT`` alone."""
    seen = Counter[str]()
    kept = []
    for number in numbers:
        seen[number.text] += 1
        if seen[number.text] <= MAX_OF_TEXT:
            kept.append(number)
    return kept


def to_labels(number: RealNumber) -> list[Label]:
    """Return the labels of a number; a mark that is not transcribed may be any, or missing."""
    labels: list[Label] = []
    for sign in number.text.replace(" ", ""):
        if sign == "." and not number.has_marks:
            labels.append((POINT, COMMA, BLANK))
        else:
            labels.append(CLASSES.index(sign) if sign in CLASSES else OTHER)
    return labels


def whole(numbers: Sequence[RealNumber]) -> Lines:
    """Return the pictures of real numbers as they are, as strips."""
    return _legible([(to_strip(number.grey), to_labels(number)) for number in numbers])


def cut_out(numbers: Sequence[RealNumber], n_times: int, rng: np.random.Generator) -> Lines:
    """Return each of the numbers so many times, cut out, slanted and turned in other ways."""
    return _legible(
        [
            (to_strip(distort(trimmed(number, rng), rng)), to_labels(number))
            for number in numbers
            for _ in range(n_times)
        ]
    )


def trimmed(number: RealNumber, rng: np.random.Generator) -> Pixels:
    """Return a picture of a real number without a random part of the margin around its box.

    ``MAX_TRIM`` of the height may go above and below even where the box reaches the edge.
    """
    rows, columns = number.grey.shape
    left, top, right, bottom = number.box
    trim_px = round(MAX_TRIM * rows)
    high, low = max(top, trim_px), min(bottom, rows - trim_px)
    first_row, first_column = rng.integers(high + 1), rng.integers(left + 1)
    last_row, last_column = rng.integers(low, rows + 1), rng.integers(right, columns + 1)
    return number.grey[first_row:last_row, first_column:last_column]


def distort(grey: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a picture (H, W) of the same size, slanted and sloping, some at a low resolution."""
    rows, columns = grey.shape
    slant, slope = rng.normal(0, REAL_SLANT), rng.normal(0, REAL_SLOPE)
    matrix = np.array([[1, slant, -slant * rows / 2], [slope, 1, -slope * columns / 2]])
    moved = cv2.warpAffine(grey, matrix, (columns, rows), borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < REDUCED and rows > MIN_REAL_PX:
        height_px = int(rng.integers(MIN_REAL_PX, rows))
        size = max(MIN_REAL_PX // 2, round(columns * height_px / rows)), height_px
        moved = cv2.resize(moved, size, interpolation=cv2.INTER_AREA)
    return np.asarray(moved, np.uint8)


def draw_legible(writer: LineWriter, n: int, rng: np.random.Generator) -> Lines:
    """Return n lines, or a few less: see ``_legible``."""
    return _legible([*draw_in_parallel(partial(draw_line, writer), n, rng)])


def draw_line(writer: LineWriter, rng: np.random.Generator) -> tuple[Pixels, list[Label]]:
    """Return the strip of a photographed line, and the labels of its signs."""
    line = writer.write(rng)
    return to_strip(photograph(line, writer, rng).grey), [*line.labels]


def _legible(lines: Sequence[tuple[Pixels, list[Label]]]) -> Lines:
    """Return the lines without those that have more signs than the network's frames can hold."""
    legible = [line for line in lines if frames_needed(line[1]) <= n_frames(line[0].shape[1])]
    return Lines([strip for strip, _ in legible], [labels for _, labels in legible])


def batches(lines: Lines, size: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Return the numbers of the lines of each mini-batch, lines of about equal width together."""
    widths_px = np.array([strip.shape[1] for strip in lines.strips], np.float64)
    order = np.argsort(widths_px + rng.uniform(0, MAX_WIDTH_DIFFERENCE_PX, len(widths_px)))
    together = [order[start : start + size] for start in range(0, len(order), size)]
    return [together[number] for number in rng.permutation(len(together))]


def augment(lines: Lines, batch: NDArray[np.intp], rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a mini-batch's inputs (N, 48, W, 1), stretched, stronger or weaker, and targets."""
    labels = [lines.labels[number] for number in batch]
    strips = [
        stretch(lines.strips[number], frames_needed(of_line), rng)
        for number, of_line in zip(batch, labels, strict=True)
    ]
    inputs = to_strip_inputs(strips)
    inputs *= np.float32(rng.uniform(*CONTRAST))
    inputs += rng.normal(0, NOISE, inputs.shape).astype(np.float32)
    return inputs, to_targets(labels, n_frames(max(strip.shape[1] for strip in strips)), N_CLASSES)


def stretch(strip: Pixels, least_frames: int, rng: np.random.Generator) -> Pixels:
    """Return a strip (48, W), wider or narrower by chance, but with no fewer frames than given."""
    columns = max(ROWS // 3, round(strip.shape[1] * np.exp(rng.normal(0, STRETCH))))
    if n_frames(columns) < least_frames:
        return strip
    size = columns, len(strip)
    return np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def predictions(network: Network, lines: Lines) -> Iterator[tuple[Array, Array]]:
    """Yield the network's outputs (1, T, C) for each line, and its targets."""
    for strip, labels in zip(lines.strips, lines.labels, strict=True):
        outputs = to_strip_inputs([strip])
        for layer in network.layers:
            outputs = layer.forward(outputs)
        yield outputs, to_targets([labels], outputs.shape[1], N_CLASSES)


def best_path(outputs: Array) -> list[int]:
    """Return the labels that the likeliest class of each frame (T, C) gives."""
    classes: Sequence[int] = outputs.argmax(axis=1).tolist()
    blank = outputs.shape[1] - 1
    return [label for last, label in pairwise([blank, *classes]) if label not in (blank, last)]


def is_read(found: Sequence[int], labels: Sequence[Label]) -> bool:
    """Return whether labels are found; where one is open, points and commas are not compared."""
    if all(isinstance(label, int) for label in labels):
        return [*found] == [*labels]
    digits = [label for label in labels if isinstance(label, int)]
    return [label for label in found if label not in (POINT, COMMA)] == digits


def calibrate(network: Network, held_back: Lines) -> float:
    """Return the temperature of the least cost on the held-back lines, else the recipe's."""
    if not held_back.labels:
        return RECIPES[LINES].temperature
    answers = list(predictions(network, held_back))

    def cost(log_temperature: float) -> float:
        temperature = np.exp(log_temperature)
        return float(np.mean([CTC().cost(outputs / temperature, to) for outputs, to in answers]))

    temperature = round(temperature_of_least_cost(cost, LIMITS, tolerance=0.01), 3)
    print(f"temperature {temperature} minimises the cost on the held-back lines")
    return temperature
