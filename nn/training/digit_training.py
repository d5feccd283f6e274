"""The training of a network that reads single digits: its pictures, its pass over them, its scores.

``python -m nn train NAME``
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.core.layers import Array
from nn.core.losses import SoftmaxCrossEntropy, one_hot
from nn.core.network import Network
from nn.data.digits import NO_DIGIT, DataError, Digits
from nn.data.handwriting import Handwriting, load_handwriting, whole_digits
from nn.data.kaggle import read_train
from nn.data.mnist import load_mnist
from nn.data.omniglot import load_omniglot
from nn.data.synthetic.mixture import Mixture, draw_unvaried
from nn.reading.mnist import to_inputs
from nn.training.calibration import fit_temperature
from nn.training.recipes import RECIPES
from nn.training.run_files import describe_run
from nn.training.trainer import Training


class DigitTraining(Training[Digits]):
    """The training of a network on pictures of digits; parameters as of ``Training``.

    Attributes
    ----------
    test
        MNIST's test digits, to measure once in the end, if there are any.
    """

    test: Digits | None = None

    def costs(self) -> Iterator[float]:
        """Do the epochs that are not done yet, and yield the mean cost of each."""
        return self.network.sgd(
            to_inputs(self.examples.images),
            to_targets(self.examples.labels),
            self.epochs,
            self.recipe.batch_size,
            self.recipe.schedule,
            rng=self.rng,
            optimizer=self.optimizer,
            n_epochs_done=len(self.history),
            distort=self.recipe.distort,
            progress=self.progress,
        )

    def n_correct(self, network: Network, examples: Digits) -> int:
        """Return how many digits a network reads correctly."""
        return n_correct(network, examples)

    def finish(self, options: argparse.Namespace) -> dict[str, Any]:
        """Give the network its temperature, and return its metadata."""
        name = options.csv.name if options.csv else "MNIST, training part"
        data = {"examples": len(self.examples), "sha256": self.identity["examples"]}
        if self.recipe.mixture:
            name += "; pendigits and UNIPEN, drawn; Omniglot; digits and others from templates"
            data["writers_held_back"] = options.held_back_writers
            data["sources_held_back"] = list(options.held_back_sources)
        metadata = describe_run(options, len(self.history), {"name": name} | data)
        loss, held_back = self.network.loss, self.held_back
        if isinstance(loss, SoftmaxCrossEntropy):
            temperature = self.recipe.temperature
            if len(held_back):
                activations = self.network.activations(to_inputs(held_back.images))
                temperature = round(fit_temperature(activations, held_back.labels), 3)
                print(f"temperature {temperature} minimises the cost on the held-back pictures")
            loss.temperature = metadata["temperature"] = temperature
        sets = {"held_back": held_back, "mnist_test": self.test}
        scores = {name: score(self.network, digits) for name, digits in sets.items() if digits}
        return metadata | {"scores": scores}


def prepare_digits(options: argparse.Namespace, checkpoint_path: Path) -> DigitTraining:
    """Return a training from random weights, or from a checkpoint, with its data loaded.

    Raise DataError if a data set cannot be loaded or has no such writers or sources, or too few
    digits to hold back.
    """
    if options.csv:
        mnist, test = read_train(options.csv), None
    else:
        mnist, test = load_mnist(options.data)
    if options.held_back >= len(mnist):
        raise DataError(
            f"expected fewer digits to hold back than there are, {len(mnist):,}, "
            f"but got --held-back {options.held_back}"
        )
    digits, held_back = mnist.split(options.held_back)
    if mixture := RECIPES[options.name].mixture:
        writers, sources = options.held_back_writers, options.held_back_sources
        learnt, others = load_handwriting(options.data, writers, sources)
        learnt = replace(learnt, foreign=load_omniglot(options.data))
        digits = digits.with_more(
            draw_pictures(mixture, learnt, np.random.default_rng([options.seed, 1]))
        )
        of_strangers = [*others.pen_digits, *whole_digits(others.characters)]
        held_back = held_back.with_more([draw_unvaried(of_strangers)])
    print(f"{options.name}: {len(digits):,} training pictures, {len(held_back):,} held back")
    training = DigitTraining(
        options.name,
        digits,
        held_back,
        epochs=options.epochs,
        seed=options.seed,
        checkpoint_path=checkpoint_path,
        is_resumed=options.resume,
    )
    training.test = test
    return training


def draw_pictures(
    mixture: Mixture, handwriting: Handwriting, rng: np.random.Generator
) -> list[Digits]:
    """Return a mixture's pictures, with a progress bar on a terminal."""
    batches = mixture.draw(handwriting, rng)
    return list(tqdm(batches, "drawing", leave=False, disable=None, unit=" thousand"))


def to_targets(labels: NDArray[np.uint8]) -> Array:
    """Return labels (N,) as targets (N, 10): where no digit is shown, a tenth for each digit."""
    is_digit = labels != NO_DIGIT
    targets: Array = np.full((len(labels), 10), 0.1, np.float32)
    targets[is_digit] = one_hot(labels[is_digit])
    return targets


def n_correct(network: Network, digits: Digits) -> int:
    """Return how many digits a network reads correctly.

    Its products for a few pictures at a time are too small to be shared among threads.
    """
    with threadpool_limits(1, user_api="blas"):
        return network.evaluate(to_inputs(digits.images), digits.labels)


def score(network: Network, digits: Digits) -> dict[str, float]:
    """Return how many digits the network reads correctly: ``correct``, ``total``, ``accuracy``."""
    correct, total = n_correct(network, digits), len(digits)
    return {"correct": correct, "total": total, "accuracy": round(correct / total, 6)}
