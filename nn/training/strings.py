"""Training of the network that reads strings of digits: ``python -m nn.train strings``.

Its examples have different widths, and its labels are sequences; so it has a loop of its own.
"""

import argparse
import datetime
import hashlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.core.layers import Array
from nn.core.network import Network
from nn.core.optimizers import Adam, cosine
from nn.data.mnist import load_mnist
from nn.data.pendigits import load_pendigits, split_by_writer
from nn.data.synthetic.strings import Strings, StringWriter, to_pen_digits
from nn.data.unipen import load_unipen
from nn.data.unipen_selection import at_most, split_by_source, whole_digits
from nn.models.ctc import CTC, frames_needed, to_targets
from nn.models.strings import ARCHITECTURES, N_CLASSES, STRINGS
from nn.reading.numbers.strips import n_frames, to_strip_inputs
from nn.training.recipes import Recipe
from nn.training.run_files import write_run

N_STRINGS = 50_000  # drawn once
N_HELD_BACK = 1_000  # strings of held-back digits
RECIPE = Recipe(
    epochs=3,
    batch_size=64,
    optimizer=lambda: Adam(decay=0.01),
    schedule=cosine(2e-3, warmup=0.05),
    held_back=0,
    # Fitted with --held-back 5000 --held-back-writers 6 --held-back-sources aga,apa,imp.
    temperature=0.902,
)
MOST_OF_WRITER = 250  # digits of one of UNIPEN's writers
ALIKE_PX = 12  # columns by which strips of a mini-batch may differ in width, in most
SHIFT_PX = 2  # most by which a mini-batch is moved to either side and up or down
GAMMA_SPREAD = 0.2  # standard deviation of the logarithm of a mini-batch's gamma
LIMITS = (0.3, 3.0)  # lowest and highest temperature tried


def train(options: argparse.Namespace) -> None:
    """Draw the strings, train, calibrate, and write the run to ``options.out``."""
    training, held_back = draw_strings(options)
    print(f"{STRINGS}: {len(training.labels):,} strings, {len(held_back.labels):,} held back")
    first_weights, rng = np.random.default_rng(options.seed).spawn(2)
    network = ARCHITECTURES[STRINGS].build(first_weights)
    history: list[dict[str, float]] = []
    start_s = time.monotonic()
    with threadpool_limits(1, user_api="blas"):
        for cost in epochs(network, training, options.epochs, rng):
            row = {"epoch": len(history) + 1, "cost": cost}
            if held_back.labels:
                row["held_back_accuracy"] = n_right(network, held_back) / len(held_back.labels)
            row["seconds"] = time.monotonic() - start_s
            history.append(row)
            tqdm.write("  ".join(f"{name} {value:.5g}" for name, value in row.items()))
    metadata = provenance(options, training)
    metadata["temperature"] = calibrate(network, held_back)
    if held_back.labels:
        score = {"correct": n_right(network, held_back), "total": len(held_back.labels)}
        metadata["scores"] = {"held_back": score}
    path = options.out / f"{STRINGS}.npz"
    write_run(network, metadata, history, path)
    print(f"Wrote {path} and .json, .csv, .png beside it")


def draw_strings(options: argparse.Namespace) -> tuple[Strings, Strings]:
    """Return strings of the digits to train on, and of those held back, if any.

    These are MNIST's last, and of the held-back writers and sources. Raise DataError if a data set
    cannot be loaded.
    """
    pen_digits, last = split_by_writer(load_pendigits(options.data), options.held_back_writers)
    learnt, others = split_by_source(load_unipen(options.data), options.held_back_sources)
    scanned, last_scanned = load_mnist(options.data)[0].split(options.held_back)
    rng, choice = np.random.default_rng([options.seed, 1]).spawn(2)
    some = at_most(
        MOST_OF_WRITER, whole_digits(learnt), lambda each: (each.source, each.writer), choice
    )
    training = draw(StringWriter([*pen_digits, *to_pen_digits(some)], scanned), rng, N_STRINGS)
    strangers = [*last, *to_pen_digits(whole_digits(others))]
    if not strangers or not len(last_scanned):
        return training, Strings([], [])
    return training, draw(StringWriter(strangers, last_scanned), rng, N_HELD_BACK)


def draw(writer: StringWriter, rng: np.random.Generator, n: int) -> Strings:
    """Return n strings, without those that have more digits than the network's frames can hold."""
    drawn = tqdm(writer.draw(rng, n), "drawing", n, leave=False, disable=None)
    legible = [
        (strip, labels)
        for strip, labels in drawn
        if frames_needed(labels) <= n_frames(strip.shape[1])
    ]
    return Strings([strip for strip, _ in legible], [labels for _, labels in legible])


def epochs(
    network: Network, strings: Strings, n_epochs: int, rng: np.random.Generator
) -> Iterator[float]:
    """Train by Adam, and yield the mean cost of each epoch."""
    optimizer = RECIPE.optimizer()
    for epoch in range(n_epochs):
        order = batches(strings, rng)
        total = 0.0
        bar = tqdm(order, f"epoch {epoch + 1} of {n_epochs}", leave=False, disable=None)
        for number, batch in enumerate(bar):
            inputs, targets = examples(strings, batch, rng)
            rate = RECIPE.schedule((epoch + number / len(order)) / n_epochs)
            total += len(batch) * network.update_mini_batch(inputs, targets, optimizer, rate)
        yield total / len(strings.labels)


def batches(strings: Strings, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Return the numbers of the strings of each mini-batch, those of about equal width together."""
    widths_px = np.array([strip.shape[1] for strip in strings.strips], np.float64)
    order = np.argsort(widths_px + rng.uniform(0, ALIKE_PX, len(widths_px)))
    together = [
        order[start : start + RECIPE.batch_size]
        for start in range(0, len(order), RECIPE.batch_size)
    ]
    return [together[number] for number in rng.permutation(len(together))]


def examples(
    strings: Strings, batch: NDArray[np.intp], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return a mini-batch's inputs (N, 40, W, 1), moved a little, paler or darker, and targets."""
    strips = [strings.strips[number] for number in batch]
    inputs = np.roll(to_strip_inputs(strips), rng.integers(-SHIFT_PX, SHIFT_PX + 1, 2), (1, 2))
    inputs **= np.float32(np.exp(rng.normal(0, GAMMA_SPREAD)))
    frames = n_frames(max(strip.shape[1] for strip in strips))
    return inputs, to_targets([strings.labels[number] for number in batch], frames, N_CLASSES)


def predictions(network: Network, strings: Strings) -> Iterator[tuple[Array, Array]]:
    """Yield the network's outputs (1, T, C) for each string, and its targets."""
    for strip, labels in zip(strings.strips, strings.labels, strict=True):
        outputs = to_strip_inputs([strip])
        for layer in network.layers:
            outputs = layer.forward(outputs)
        yield outputs, to_targets([labels], outputs.shape[1], N_CLASSES)


def n_right(network: Network, strings: Strings) -> int:
    """Return how many strings are read whole, taking the likeliest class of each frame."""
    return sum(
        likeliest(outputs[0]) == labels
        for (outputs, _), labels in zip(predictions(network, strings), strings.labels, strict=True)
    )


def likeliest(outputs: Array) -> list[int]:
    """Return the labels that the likeliest class of each frame (T, C) gives."""
    classes: Sequence[int] = outputs.argmax(axis=1).tolist()
    blank = outputs.shape[1] - 1
    before = [blank, *classes[:-1]]
    return [
        label for label, last in zip(classes, before, strict=True) if label not in (blank, last)
    ]


def calibrate(network: Network, held_back: Strings) -> float:
    """Return the temperature of the least cost on the held-back strings, else the recipe's."""
    if not held_back.labels:
        return RECIPE.temperature
    answers = list(predictions(network, held_back))

    def cost(log_temperature: float) -> float:
        temperature = np.exp(log_temperature)
        return float(np.mean([CTC().cost(each / temperature, to) for each, to in answers]))

    low, high = np.log(LIMITS).tolist()
    fit = minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": 0.01})
    temperature = round(float(np.exp(fit.x)), 3)
    print(f"temperature {temperature} minimises the cost on the held-back strings")
    return temperature


def provenance(options: argparse.Namespace, training: Strings) -> dict[str, Any]:
    """Return the metadata that say where the weights come from."""
    content = b"".join(
        strip.tobytes() + bytes(labels)
        for strip, labels in zip(training.strips, training.labels, strict=True)
    )
    command = f"python -m nn.train {STRINGS} --epochs {options.epochs} --seed {options.seed}"
    command += f" --held-back {options.held_back}"
    if options.held_back_writers:
        command += f" --held-back-writers {options.held_back_writers}"
    if options.held_back_sources:
        command += f" --held-back-sources {','.join(options.held_back_sources)}"
    return {
        "name": STRINGS,
        "architecture": STRINGS,
        "description": ARCHITECTURES[STRINGS].description,
        "command": command,
        "seed": options.seed,
        "epochs": options.epochs,
        "date": datetime.date.today().isoformat(),
        "data": {
            "name": "strings of digits of pendigits, UNIPEN, and MNIST's training part, drawn",
            "examples": len(training.labels),
            "sha256": hashlib.sha256(content).hexdigest(),
            "writers_held_back": options.held_back_writers,
            "sources_held_back": list(options.held_back_sources),
        },
    }
