"""Training of the network that reads lines of numbers: ``python -m nn train lines``.

Its examples have different widths, and its labels are sequences; so it has a loop of its own.
"""

import argparse
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.core.layers import Array
from nn.core.network import Network
from nn.core.optimizers import Adam, cosine
from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.data.pendigits import load_pendigits, split_by_writer
from nn.data.synthetic.lines import LineWriter, to_pen_digits
from nn.data.synthetic.paper import photograph
from nn.data.unipen import (
    at_most_of_writer,
    load_unipen,
    split_by_source,
    unlike_digits,
    whole_digits,
)
from nn.models.ctc import CTC, frames_needed, to_targets
from nn.models.line_network import ARCHITECTURES, LINES, N_CLASSES
from nn.models.weights import Model, load_trainable
from nn.reading.lines.strip import ROWS, n_frames, to_strip, to_strip_inputs
from nn.reading.mnist import Pixels
from nn.training.calibration import temperature_of_least_cost
from nn.training.own_pictures import find_base_weights
from nn.training.recipes import Recipe, for_fine_tuning
from nn.training.run_files import describe_run, origin, write_run

N_LINES = 200_000  # drawn once
N_HELD_BACK = 2_000  # lines of held-back writers, sources and pictures
N_TOGETHER = 1_000  # lines that are drawn with one random generator
RECIPE = Recipe(
    epochs=4,
    batch_size=32,
    optimizer=lambda: Adam(decay=0.01),
    schedule=cosine(2e-3, warmup=0.05),
    held_back=2_000,
    temperature=1.0,
    fine_tuning_rate=0.5,
)
WRITERS_HELD_BACK, SOURCES_HELD_BACK = 3, ("aga", "imp")  # by default: the shipped network's
MOST_OF_WRITER = 250  # digits, and others, of one of UNIPEN's writers
ALIKE_PX = 16  # columns by which strips of a mini-batch may differ in width, in most
STRETCH = 0.1  # standard deviation of the logarithm of a strip's stretch
CONTRAST, NOISE = (0.8, 1.2), 0.03  # of a mini-batch
LIMITS = (0.3, 3.0)  # lowest and highest temperature tried
KEPT = 0.3  # share of the network before, in its average with the trained one


@dataclass(frozen=True)
class Lines:
    """Strips uint8 (48, W), and the labels of their signs from left to right."""

    strips: list[Pixels]
    labels: list[list[int]]


def train(options: argparse.Namespace) -> None:
    """Draw the lines, train, calibrate, and write the run to ``options.out``.

    ``options.base`` names the network to go on with, if any. Raise WeightsError if it cannot be
    read, DataError if it has learnt from others than are to be held back, or data are missing.
    """
    start_s = time.monotonic()
    first_weights, rng = np.random.default_rng(options.seed).spawn(2)
    base = load_base(options) if options.base else None
    network = base.network if base else ARCHITECTURES[LINES].build(first_weights)
    before = network.parameters.copy(), network.statistics.copy()
    recipe = for_fine_tuning(RECIPE) if base else RECIPE
    training, held_back = draw_lines(options)
    print(f"{LINES}: {len(training.labels):,} lines, {len(held_back.labels):,} held back")
    history: list[dict[str, float]] = []
    metadata = provenance(options, training)
    if base:
        metadata["from"] = origin(base.metadata)
    path = options.out / f"{LINES}.npz"
    with threadpool_limits(1, user_api="blas"):
        for cost in epochs(network, training, recipe, options.epochs, rng):
            row = {"epoch": len(history) + 1, "cost": cost}
            if held_back.labels:
                row["held_back_accuracy"] = n_right(network, held_back) / len(held_back.labels)
            row["seconds"] = time.monotonic() - start_s
            history.append(row)
            tqdm.write("  ".join(f"{name} {value:.5g}" for name, value in row.items()))
            write_run(network, metadata, history, path)
    if base:
        average(network, *before)
    metadata["temperature"] = calibrate(network, held_back)
    if held_back.labels:
        score = {"correct": n_right(network, held_back), "total": len(held_back.labels)}
        metadata["scores"] = {"held_back": score}
    write_run(network, metadata, history, path)
    print(f"Wrote {path} and .json, .csv, .png beside it")


def load_base(options: argparse.Namespace) -> Model:
    """Return the network to go on with; the errors are those of ``train``."""
    path = find_base_weights(options)
    base = load_trainable(path, ARCHITECTURES)
    data = base.metadata.get("data", {})
    held_back = data.get("writers_held_back"), tuple(data.get("sources_held_back", ()))
    if held_back != (options.held_back_writers, tuple(options.held_back_sources)):
        raise DataError(
            f"{path}: expected a network that has held back what this training holds back, "
            f"--held-back-writers {options.held_back_writers} --held-back-sources "
            f"{','.join(options.held_back_sources)}, but it has held back {held_back[0]} writers "
            f"and {held_back[1]}: give the same"
        )
    return base


def average(network: Network, parameters: Array, statistics: Array) -> None:
    """Average a network with its parameters and statistics before the training.

    It then forgets less of what the new lines do not show. M. Wortsman and others, "Robust
    fine-tuning of zero-shot models", 2022, equation 1.
    """
    for after, before in ((network.parameters, parameters), (network.statistics, statistics)):
        after *= 1 - KEPT
        after += KEPT * before


def draw_lines(options: argparse.Namespace) -> tuple[Lines, Lines]:
    """Return lines of the handwriting to train on, and of that which is held back, if any.

    Held back are MNIST's last digits, and the held-back writers and sources. Raise DataError
    if a data set cannot be loaded.
    """
    pen_digits, last = split_by_writer(load_pendigits(options.data), options.held_back_writers)
    learnt, others = split_by_source(load_unipen(options.data), options.held_back_sources)
    scanned, last_scanned = load_mnist(options.data)[0].split(options.held_back)
    rng = np.random.default_rng([options.seed, 1])
    some = partial(at_most_of_writer, MOST_OF_WRITER, rng=rng)
    digits = [*pen_digits, *to_pen_digits(some(whole_digits(learnt)))]
    writer = LineWriter(digits, some(unlike_digits(learnt)), scanned)
    training = draw_in_parallel(writer, N_LINES, rng)
    strangers = [*last, *to_pen_digits(whole_digits(others))]
    if not strangers or not others or not len(last_scanned):
        return training, Lines([], [])
    stranger = LineWriter(strangers, unlike_digits(others), last_scanned)
    return training, draw_in_parallel(stranger, N_HELD_BACK, rng)


def draw_in_parallel(writer: LineWriter, n: int, rng: np.random.Generator) -> Lines:
    """Return n lines, without those that have more signs than the network's frames can hold.

    Several processes draw them. The result does not depend on their number.
    """
    rngs = rng.spawn(-(-n // N_TOGETHER))
    sizes = [min(N_TOGETHER, n - start) for start in range(0, n, N_TOGETHER)]
    drawn: list[tuple[Pixels, list[int]]] = []
    with ProcessPoolExecutor(os.cpu_count(), initializer=_take, initargs=(writer,)) as pool:
        parts = pool.map(_draw_lines, rngs, sizes)
        for part in tqdm(parts, "drawing", len(sizes), leave=False, disable=None):
            drawn += part
    legible = [each for each in drawn if frames_needed(each[1]) <= n_frames(each[0].shape[1])]
    return Lines([strip for strip, _ in legible], [labels for _, labels in legible])


_writer: LineWriter  # of a process that draws


def _take(writer: LineWriter) -> None:
    global _writer
    _writer = writer


def _draw_lines(rng: np.random.Generator, n: int) -> list[tuple[Pixels, list[int]]]:
    """Return n strips with their labels."""
    drawn = []
    for _ in range(n):
        line = _writer.write(rng)
        drawn.append((to_strip(photograph(line, _writer, rng).grey), line.labels))
    return drawn


def epochs(
    network: Network, lines: Lines, recipe: Recipe, n_epochs: int, rng: np.random.Generator
) -> Iterator[float]:
    """Train by Adam, and yield the mean cost of each epoch."""
    optimizer = recipe.optimizer()
    for epoch in range(n_epochs):
        order = batches(lines, rng)
        total = 0.0
        bar = tqdm(order, f"epoch {epoch + 1} of {n_epochs}", leave=False, disable=None)
        for number, batch in enumerate(bar):
            inputs, targets = examples(lines, batch, rng)
            rate = recipe.schedule((epoch + number / len(order)) / n_epochs)
            total += len(batch) * network.update_mini_batch(inputs, targets, optimizer, rate)
        yield total / len(lines.labels)


def batches(lines: Lines, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Return the numbers of the lines of each mini-batch, lines of about equal width together."""
    widths_px = np.array([strip.shape[1] for strip in lines.strips], np.float64)
    order = np.argsort(widths_px + rng.uniform(0, ALIKE_PX, len(widths_px)))
    together = [
        order[start : start + RECIPE.batch_size]
        for start in range(0, len(order), RECIPE.batch_size)
    ]
    return [together[number] for number in rng.permutation(len(together))]


def examples(
    lines: Lines, batch: NDArray[np.intp], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return a mini-batch's inputs (N, 48, W, 1), stretched, stronger or weaker, and targets."""
    labels = [lines.labels[number] for number in batch]
    strips = [
        stretch(lines.strips[number], frames_needed(of_line), rng)
        for number, of_line in zip(batch, labels, strict=True)
    ]
    inputs = to_strip_inputs(strips)
    inputs *= np.float32(rng.uniform(*CONTRAST))
    inputs += rng.normal(0, NOISE, inputs.shape).astype(np.float32)
    return inputs, to_targets(labels, n_frames(max(each.shape[1] for each in strips)), N_CLASSES)


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


def n_right(network: Network, lines: Lines) -> int:
    """Return how many lines are read whole, taking the likeliest class of each frame."""
    return sum(
        best_path(outputs[0]) == labels
        for (outputs, _), labels in zip(predictions(network, lines), lines.labels, strict=True)
    )


def best_path(outputs: Array) -> list[int]:
    """Return the labels that the likeliest class of each frame (T, C) gives."""
    classes: Sequence[int] = outputs.argmax(axis=1).tolist()
    blank = outputs.shape[1] - 1
    before = [blank, *classes[:-1]]
    return [
        label for label, last in zip(classes, before, strict=True) if label not in (blank, last)
    ]


def calibrate(network: Network, held_back: Lines) -> float:
    """Return the temperature of the least cost on the held-back lines, else the recipe's."""
    if not held_back.labels:
        return RECIPE.temperature
    answers = list(predictions(network, held_back))

    def cost(log_temperature: float) -> float:
        temperature = np.exp(log_temperature)
        return float(np.mean([CTC().cost(each / temperature, to) for each, to in answers]))

    temperature = round(temperature_of_least_cost(cost, LIMITS, tolerance=0.01), 3)
    print(f"temperature {temperature} minimises the cost on the held-back lines")
    return temperature


def provenance(options: argparse.Namespace, training: Lines) -> dict[str, Any]:
    """Return the metadata that say where the weights come from."""
    content = hashlib.sha256()
    for strip, labels in zip(training.strips, training.labels, strict=True):
        content.update(strip.tobytes() + bytes(labels))
    data = {
        "name": "lines of pendigits, UNIPEN, templates and MNIST's training part, drawn",
        "examples": len(training.labels),
        "sha256": content.hexdigest(),
        "writers_held_back": options.held_back_writers,
        "sources_held_back": list(options.held_back_sources),
    }
    return describe_run(options, options.epochs, data)
