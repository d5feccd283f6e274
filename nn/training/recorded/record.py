"""Train the article's network on the lesson set, and record how it learns."""

import time
from collections.abc import Callable

import numpy as np

from nn.core.network import Network
from nn.training.recorded.backprop import work_out
from nn.training.recorded.examples import Examples, choose_sets
from nn.training.recorded.network import build_network, build_optimizer
from nn.training.recorded.options import Options
from nn.training.recorded.recorder import Recorder
from nn.training.recorded.recording import Counts, Recording
from nn.training.recorded.results import confusion, correct, worst

MAX_WEIGHT_BYTES = 600_000  # of the pictures of all weights: 51 frames of 15 neurons


def record(
    options: Options,
    *,
    is_over: Callable[[], bool] = lambda: False,
    max_weight_bytes: int = MAX_WEIGHT_BYTES,
) -> Recording:
    """Return the training that the options describe, recorded.

    The same options give the same parameters, in whatever process, as ``Network.sgd`` alone does.

    Parameters
    ----------
    options
        What to train, and on what.
    is_over
        Whether the training must end now, with what was learnt so far; asked after each step.
    max_weight_bytes
        Most bytes of the pictures of the hidden neurons' weights.

    Raises
    ------
    DataError
        If the lesson set is missing or damaged.
    """
    first_weights, shuffle_rng, label_rng = np.random.default_rng(options.seed).spawn(3)
    network, sets = build_network(options, first_weights), choose_sets(options, label_rng)
    first = work_out(network, sets.train.first(1), build_optimizer(options, network), options.rate)
    recorder = Recorder(network, sets, options, is_over)
    train(network, sets.train, options, recorder, shuffle_rng)
    activations = network.feedforward(sets.test.inputs)
    return Recording(
        settings=options.knobs(),
        frames=recorder.frames,
        weights=recorder.weight_pictures(max_weight_bytes),
        parameters=network.parameters.astype("<f4").tobytes(),
        counts=Counts(len(sets.train), len(sets.test), sets.n_own, len(sets.own_held_back)),
        correct=correct(recorder.frames[0], recorder.frames[-1], sets),
        worst=worst(sets.test, activations),
        backprop=first,
        confusion=confusion(sets.test.labels, activations.argmax(axis=1)),
        seconds=round(time.process_time(), 3),
        stopped="time" if recorder.is_stopped else None,
    )


def train(
    network: Network,
    examples: Examples,
    options: Options,
    recorder: Recorder,
    shuffle_rng: np.random.Generator,
) -> None:
    """Train by stochastic gradient descent, to the end or to where the recorder stops."""
    for _ in network.sgd(
        examples.inputs,
        examples.labels,
        options.epochs,
        options.batch,
        options.rate,
        rng=shuffle_rng,
        optimizer=build_optimizer(options, network),
        progress=recorder.watch,
    ):
        if recorder.is_stopped:
            break
