"""Connectionist temporal classification: from a label for each frame to a sequence of labels.

A network that moves over a picture from left to right gives for each step, a frame, the
probabilities of C - 1 labels and of the blank, the last class. An alignment names one class for
each frame; equal neighbours count once and blanks are dropped, so that many alignments say the same
sequence. Its probability is the sum over these alignments: no label's place need be known.

What a label is may be open: then it is a tuple of classes, any of which may stand there, and with
the blank among them nothing may. A number of a table, 12.3, is written with a point or a comma, or
with a rule of the table in its place: the sum goes over these ways of writing, too.

A. Graves, S. Fernandez, F. Gomez, J. Schmidhuber, "Connectionist temporal classification:
labelling unsegmented sequence data with recurrent neural networks", 2006.

N is the batch, T the frames, C the classes, S the states of an alignment, K the most classes of a
state.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nn.core.layers import Array

Label = int | tuple[int, ...]
"""A class, or several, of which any may stand."""

IMPOSSIBLE = -1e30  # logarithm of a probability of 0: finite, so that sums of it are numbers


class CTC:
    """``-log p(labels)``, the mean over the batch.

    Targets come from ``to_targets``, in the shape of the outputs.

    Parameters
    ----------
    temperature
        Divisor of the outputs before they become probabilities, as in ``SoftmaxCrossEntropy``.
    """

    def __init__(self, temperature: float = 1.0) -> None:
        self.temperature = temperature

    def activations(self, outputs: Array) -> Array:
        """Return the probability of each class in each frame, (N, T, C)."""
        probabilities: Array = np.exp(log_softmax(outputs / self.temperature))
        return probabilities

    def cost(self, outputs: Array, targets: Array) -> float:
        """Return the mean of ``-log p(labels)`` in the batch, in nats."""
        likelihoods, _ = align(log_softmax(outputs), targets)
        return float(-likelihoods.mean())

    def cost_derivative(self, outputs: Array, targets: Array) -> Array:
        """Return ``(softmax(outputs) - posteriors) / N``, as for a label for each frame.

        The target of a frame is the probability of each class in it, given the labels.
        """
        logarithms = log_softmax(outputs)
        _, posteriors = align(logarithms, targets)
        delta: Array = ((np.exp(logarithms) - posteriors) / len(outputs)).astype(outputs.dtype)
        return delta


def log_softmax(outputs: Array) -> Array:
    """Return the logarithm of the softmax of outputs (..., C)."""
    shifted = outputs - outputs.max(axis=-1, keepdims=True)
    logarithms: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return logarithms


def to_targets(sequences: Sequence[Sequence[Label]], n_frames: int, n_classes: int) -> Array:
    """Return sequences of labels as targets (N, T, C) float32: a row for each, 1 at its classes.

    Rows after the end of a sequence are 0.

    Raises
    ------
    ValueError
        If there are fewer frames than a sequence needs: one for each label, and one for the blank
        between two equal ones.
    """
    targets = np.zeros((len(sequences), n_frames, n_classes), np.float32)
    for target, labels in zip(targets, sequences, strict=True):
        if n_frames < frames_needed(labels):
            raise ValueError(f"Expected {frames_needed(labels)} frames or more, got {n_frames}")
        for row, label in zip(target, labels, strict=False):
            row[[*label] if isinstance(label, tuple) else label] = 1
    return targets


def frames_needed(labels: Sequence[Label]) -> int:
    """Return the number of frames of the shortest alignment."""
    return len(labels) + sum(a == b for a, b in pairwise(labels))


def align(logarithms: Array, targets: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each sequence's log-likelihood (N,), and the posteriors of the classes (N, T, C).

    The forward-backward algorithm. Its states are the labels, and blanks before, between and after
    them; an alignment begins in one of the first two and ends in one of the last two. A state emits
    any of its classes: its probability in a frame is their sum.

    Parameters
    ----------
    logarithms, targets
        (N, T, C): of the probabilities, and as of ``to_targets``.
    """
    classes, is_of_state, n_states, may_skip = _states(targets)
    n_classes = logarithms.shape[-1]
    of_classes = np.take_along_axis(
        logarithms.astype(np.float64)[:, :, None], classes[:, None], axis=3
    )
    of_classes = np.where(is_of_state[:, None], of_classes, IMPOSSIBLE)  # (N, T, S, K)
    emitted = np.logaddexp.reduce(of_classes, axis=3)  # (N, T, S)
    is_first = np.arange(classes.shape[1]) < 2
    is_used = np.arange(classes.shape[1]) < n_states[:, None]
    is_last = np.arange(classes.shape[1]) >= n_states[:, None] - 2
    before = _sums(emitted, np.where(is_first, 0, IMPOSSIBLE), may_skip)
    skips_back = np.pad(may_skip[:, 2:], ((0, 0), (0, 2)))[:, ::-1]
    after = _sums(
        emitted[:, ::-1, ::-1], np.where(is_last & is_used, 0, IMPOSSIBLE)[:, ::-1], skips_back
    )[:, ::-1, ::-1]
    through = before + after - emitted  # of all alignments through a state in a frame
    likelihoods: NDArray[np.float64] = np.logaddexp.reduce(through[:, 0], axis=1)
    shares = np.exp(through - likelihoods[:, None, None])
    shares_of_classes = shares[..., None] * np.exp(of_classes - emitted[..., None])
    is_class = (classes[..., None] == np.arange(n_classes)).astype(np.float64)  # (N, S, K, C)
    n, n_frames = shares.shape[:2]
    posteriors = shares_of_classes.reshape(n, n_frames, -1) @ is_class.reshape(n, -1, n_classes)
    return likelihoods, posteriors


def _states(
    targets: Array,
) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.intp], NDArray[np.bool_]]:
    """Return the classes of each state (N, S, K), which of these it has, and what states there are.

    The last two are the number of states (N,), and which may follow a skip (N, S): the blank before
    a label is skipped where it and the label before have no class in common.
    """
    n_labels = targets.any(axis=2).sum(axis=1)
    of_labels = targets[:, : max(1, n_labels.max())] > 0  # (N, L, C)
    n, most, n_classes = of_labels.shape
    of_states = np.zeros((n, 2 * most + 1, n_classes), np.bool_)
    of_states[:, ::2, -1] = True
    of_states[:, 1::2] = of_labels
    may_skip = np.zeros(of_states.shape[:2], np.bool_)
    may_skip[:, 3::2] = ~(of_labels[:, 1:] & of_labels[:, :-1]).any(axis=2)
    n_states = 2 * n_labels + 1
    of_states[np.arange(of_states.shape[1]) >= n_states[:, None]] = False
    most_classes = int(of_states.sum(axis=2).max())
    classes = np.argsort(~of_states, axis=2, kind="stable")[:, :, :most_classes]
    return classes, np.take_along_axis(of_states, classes, axis=2), n_states, may_skip


def _sums(
    emitted: NDArray[np.float64], first: NDArray[np.float64], may_skip: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the log-probability of all ways to each state up to each frame, (N, T, S).

    Parameters
    ----------
    emitted
        (N, T, S): logarithm of the probability of a state's class in a frame.
    first, may_skip
        (N, S): 0 for the states that may be the first, and whether the state before is skipped.
    """
    sums = np.empty_like(emitted)
    sums[:, 0] = emitted[:, 0] + first
    for frame in range(1, emitted.shape[1]):
        ways = sums[:, frame - 1].copy()
        ways[:, 1:] = np.logaddexp(ways[:, 1:], sums[:, frame - 1, :-1])
        skipping = np.where(may_skip[:, 2:], sums[:, frame - 1, :-2], IMPOSSIBLE)
        ways[:, 2:] = np.logaddexp(ways[:, 2:], skipping)
        sums[:, frame] = emitted[:, frame] + ways
    return sums
