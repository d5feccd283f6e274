"""The training of a network that reads single digits: its pictures, its pass over them, its scores.

``python -m nn train NAME``
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
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
from nn.training.real_digits import cut_out_digits
from nn.training.recipes import RECIPES
from nn.training.run_files import describe_run, load_network_to_go_on_with, people_held_back
from nn.training.trainer import Training, as_score


class DigitTraining(Training[Digits]):
    """The training of a network on pictures of digits; parameters as of ``Training``."""

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
        learnt = {"name": name}
        if self.recipe.mixture:
            others = (
                "pendigits and UNIPEN, drawn; Omniglot; digits and others from templates; digits "
                "of registers, weather sheets and Swiss forms"
            )
            learnt = {"name": f"{name}; {others}"} | people_held_back(options)
        metadata = describe_run(options, self, learnt)
        if isinstance(loss := self.network.loss, SoftmaxCrossEntropy):
            loss.temperature = metadata["temperature"] = self.calibrate()
        return metadata | {"scores": self.scores()}

    def calibrate(self) -> float:
        """Return the temperature that suits the digits held back, else the recipe's."""
        if not len(self.held_back):
            return self.recipe.temperature
        activations = self.network.activations(to_inputs(self.held_back.images))
        temperature = round(fit_temperature(activations, self.held_back.labels), 3)
        print(f"temperature {temperature} minimises the cost on the held-back pictures")
        return temperature


def prepare_digits(options: argparse.Namespace) -> DigitTraining:
    """Return a training with its data loaded, that starts from ``options.base`` if it names one.

    Raise WeightsError if that cannot be read, DataError if it has learnt from others than are to be
    held back, if a data set cannot be loaded or has no such writers or sources, or too few digits
    to hold back.
    """
    base = load_network_to_go_on_with(options) if options.base else None
    if options.csv:
        mnist, tests = read_train(options.csv), {}
    else:
        mnist, mnist_test = load_mnist(options.data)
        tests = {"mnist_test": mnist_test}
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
        rng = np.random.default_rng([options.seed, 1])
        drawn = draw_pictures(mixture, learnt, rng)
        real = cut_out_digits(mixture.n_numbers, mixture.n_swiss, options.data, rng)
        digits = digits.with_more([*drawn, real])
        of_strangers = [*others.pen_digits, *whole_digits(others.characters)]
        held_back = held_back.with_more([draw_unvaried(of_strangers)])
    print(f"{options.name}: {len(digits):,} training pictures, {len(held_back):,} held back")
    return DigitTraining(
        options.name,
        digits,
        held_back,
        epochs=options.epochs,
        seed=options.seed,
        recipe=RECIPES[options.name].for_going_on(options.rate) if base else None,
        start=base,
        tests=tests,
    )


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
    """Return how many digits the network reads correctly, as ``as_score`` does."""
    return as_score(n_correct(network, digits), len(digits))
