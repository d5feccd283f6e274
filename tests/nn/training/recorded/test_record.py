"""Recorded trainings: the same weights as the article's methods give without a recording."""

import base64
import json
import math

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from nn.core.layers import Dense, Sigmoid
from nn.core.losses import L2Penalty, QuadraticCost, one_hot
from nn.core.network import Network
from nn.core.optimizers import SGD
from nn.data.lesson_set import load_lesson_set
from nn.reading.mnist_format import to_inputs
from nn.training.recorded.examples import choose_sets, with_wrong_labels
from nn.training.recorded.options import Options, OwnDigits
from nn.training.recorded.record import MAX_WEIGHT_BYTES, record
from nn.training.recorded.recording import Recording


def parameters(recording: Recording) -> NDArray[np.float32]:
    return np.frombuffer(recording.parameters, "<f4")


def own_digits(n: int, n_held_back: int = 0) -> OwnDigits:
    """Random pixels, each picture with the label of its place."""
    images = np.random.default_rng(5).integers(0, 256, (n, 784), np.uint8)
    labels = [place % 10 for place in range(n)]
    return OwnDigits(
        images=images.tobytes(),
        labels=labels,
        held_back=[False] * (n - n_held_back) + [True] * n_held_back,
    )


def dense_layers(network: Network) -> tuple[Dense, Dense]:
    first, second = (layer for layer in network.layers if isinstance(layer, Dense))
    return first, second


def test_the_parameters_are_those_of_a_plain_loop_over_sgd_bit_for_bit() -> None:
    first_weights, shuffle_rng = np.random.default_rng(7).spawn(2)
    layers = [Dense(784, 6, first_weights), Sigmoid(), Dense(6, 10, first_weights), Sigmoid()]
    network = Network(layers, QuadraticCost(), L2Penalty(0.001))
    train, _ = load_lesson_set()
    inputs, labels = to_inputs(train.images[:500]), train.labels[:500]
    for _ in network.sgd(inputs, labels, 3, 16, 2.5, rng=shuffle_rng):
        pass
    options = Options(hidden=6, rate=2.5, batch=16, epochs=3, penalty=0.001, seed=7, examples=500)
    assert np.array_equal(parameters(record(options)), network.parameters)


def test_they_are_those_of_the_steps_written_out() -> None:
    first_weights, shuffle_rng = np.random.default_rng(3).spawn(2)
    layers = [Dense(784, 4, first_weights), Sigmoid(), Dense(4, 10, first_weights), Sigmoid()]
    network = Network(layers, QuadraticCost())
    train, _ = load_lesson_set()
    inputs, targets = to_inputs(train.images[:100]), one_hot(train.labels[:100])
    for _ in range(2):
        order = shuffle_rng.permutation(100)
        for start in range(0, 100, 30):
            batch = order[start : start + 30]
            network.backprop(inputs[batch], targets[batch])
            network.parameters -= 3.0 * network.gradients
    options = Options(hidden=4, rate=3.0, batch=30, epochs=2, penalty=0.0, seed=3, examples=100)
    assert np.array_equal(parameters(record(options)), network.parameters)


def test_how_much_is_recorded_changes_no_parameter() -> None:
    options = Options(hidden=3, epochs=1, examples=300)
    few = record(options, max_weight_bytes=1)
    assert few.parameters == record(options).parameters
    assert len(few.weights.frames) == 2


def test_it_learns_the_lesson_set() -> None:
    recording = record(Options(epochs=2))
    assert recording.frames[0].test_accuracy < 0.3
    assert recording.frames[-1].test_accuracy > 0.85
    assert recording.stopped is None
    last = recording.frames[-1]
    assert last.cost is not None and recording.frames[0].cost is not None
    assert last.cost < recording.frames[0].cost / 5
    assert recording.correct.test == sum(recording.confusion[digit][digit] for digit in range(10))
    assert [sum(row) for row in recording.confusion] == [200] * 10


def test_the_frames_are_those_of_the_network_at_their_steps() -> None:
    options = Options(hidden=5, batch=20, epochs=1, examples=100)
    recording = record(options)
    assert [frame.step for frame in recording.frames] == [0, 1, 2, 3, 4, 5]
    first_weights, shuffle_rng = np.random.default_rng(1).spawn(2)
    layers = [Dense(784, 5, first_weights), Sigmoid(), Dense(5, 10, first_weights), Sigmoid()]
    network = Network(layers, QuadraticCost(), L2Penalty(options.penalty))
    train, test = load_lesson_set()
    inputs, targets = to_inputs(train.images[:100]), one_hot(train.labels[:100])
    pictures = np.frombuffer(recording.weights.bytes, np.int8).reshape(6, 5, 784)
    order = shuffle_rng.permutation(100)
    for frame, picture, scale in zip(
        recording.frames, pictures, recording.weights.scale, strict=True
    ):
        n_right = network.evaluate(to_inputs(test.images), test.labels)
        assert round(frame.test_accuracy * 2000) == n_right
        n_right = network.evaluate(inputs, train.labels[:100])
        assert round(frame.train_accuracy * 100) == n_right
        assert frame.epoch == frame.step / 5
        outputs = network.feedforward(inputs)
        assert frame.cost == pytest.approx(network.loss.cost(outputs, targets), abs=1e-5)
        weights = dense_layers(network)[0].weights.T
        assert np.abs(picture * (scale / 127) - weights).max() <= scale / 253
        batch = order[frame.step * 20 : frame.step * 20 + 20]
        if len(batch):
            network.update_mini_batch(inputs[batch], targets[batch], SGD(), options.rate)


def test_without_biases_all_of_them_stay_0() -> None:
    start = record(Options(hidden=2, epochs=1, examples=10)).parameters
    for options in (
        Options(hidden=2, epochs=1, examples=200, biases=False),
        Options(hidden=2, epochs=1, examples=200, biases=False, start="given", parameters=start),
    ):
        learnt = parameters(record(options))
        assert not learnt[-12:].any()
        assert learnt[:-12].any()


def test_from_zero_all_hidden_neurons_stay_equal() -> None:
    recording = record(Options(hidden=4, epochs=1, examples=500, start="zero"))
    assert set(recording.weights.bytes[: 4 * 784]) == {0}
    weights = parameters(recording)[: 784 * 4].reshape(784, 4)
    assert weights.any()
    assert (weights == weights[:, :1]).all()


def test_a_training_goes_on_from_given_parameters() -> None:
    before = record(Options(hidden=3, epochs=1, examples=500))
    after = record(
        Options(hidden=3, epochs=1, examples=10, start="given", parameters=before.parameters)
    )
    assert after.frames[0].test_accuracy == before.frames[-1].test_accuracy
    assert after.correct.test_before == before.correct.test
    assert after.parameters != before.parameters


def test_ones_own_digits_are_learnt_beside_mnists_and_those_held_back_are_not() -> None:
    own = own_digits(30, n_held_back=10)
    options = Options(hidden=3, epochs=1, examples=50, own=own)
    sets = choose_sets(options, np.random.default_rng())
    assert (len(sets.train), sets.n_own, len(sets.own_held_back)) == (70, 20, 10)
    first, last = own.split()
    assert np.array_equal(sets.train.inputs[50:], to_inputs(first.images))
    assert np.array_equal(sets.own_held_back.inputs, to_inputs(last.images))
    assert sets.train.labels[50:].tolist() == own.labels[:20]
    recording = record(options)
    assert recording.frames[0].own_accuracy is not None
    assert recording.counts.own_held_back == 10
    assert 0 <= recording.correct.own_held_back <= 10


def test_without_remembering_only_ones_own_digits_are_learnt() -> None:
    options = Options(hidden=10, epochs=30, batch=5, own=own_digits(20), remember=False)
    recording = record(options)
    assert recording.counts.train == recording.counts.own == 20
    assert recording.settings.examples == 0
    assert recording.frames[-1].train_accuracy > recording.frames[0].train_accuracy + 0.3
    assert recording.frames[-1].own_accuracy is None


def test_the_wrong_labels_are_as_many_as_asked_for_and_each_is_wrong() -> None:
    labels = (np.arange(1000) % 10).astype(np.uint8)
    for share in (0.0, 0.1, 1.0):
        changed = with_wrong_labels(labels, share, np.random.default_rng(1))
        assert (changed != labels).sum() == share * 1000
        assert changed.max() <= 9
    assert np.array_equal(labels, np.arange(1000) % 10)
    assert len(np.unique((changed.astype(int) - labels) % 10)) == 9


def test_with_all_labels_wrong_it_reads_fewer_right_than_by_chance() -> None:
    last = record(Options(epochs=2, wrong_labels=1.0)).frames[-1]
    assert last.test_accuracy < 0.1


@pytest.mark.parametrize(
    "options",
    [
        Options(rate=30.0, batch=1, epochs=1, examples=2000),
        Options(hidden=1, rate=30.0, penalty=0.01, epochs=30, examples=500),
        Options(
            hidden=1,
            epochs=1,
            examples=100,
            start="given",
            parameters=np.full(805, 1e6, "<f4").tobytes(),
        ),
        Options(hidden=1, epochs=1, own=own_digits(1), remember=False, start="zero"),
        Options(hidden=1, batch=1000, epochs=1, examples=10, wrong_labels=1.0),
        Options(own=own_digits(1000, 999), examples=10, epochs=1),
    ],
    ids=["rate 30", "penalty", "huge", "one example", "one batch", "noise"],
)
def test_the_json_is_valid_whatever_is_asked_for(options: Options) -> None:
    content = record(options).to_json()

    def refuse(name: str) -> None:
        raise AssertionError(name)

    answer = json.loads(content, parse_constant=refuse)
    assert msgspec.json.decode(content, type=Recording).to_json() == content
    for frame in answer["frames"]:
        assert 0 <= frame["test_accuracy"] <= 1
    assert len(base64.b64decode(answer["weights"]["bytes"])) <= MAX_WEIGHT_BYTES


def test_a_training_that_must_end_gives_what_was_learnt_by_then() -> None:
    steps = iter([False] * 30)
    recording = record(
        Options(hidden=2, examples=1000, epochs=2), is_over=lambda: next(steps, True)
    )
    assert recording.stopped == "time"
    assert recording.frames[-1].step == 31
    whole = record(Options(hidden=2, examples=1000, epochs=2))
    assert whole.frames[:20] == recording.frames[:20]
    assert whole.parameters != recording.parameters


def test_the_worst_digits_are_those_of_the_highest_cost() -> None:
    recording = record(Options(hidden=5, epochs=1, examples=1000))
    costs = [
        sum((a - (digit == each.label)) ** 2 for digit, a in enumerate(each.activations))
        for each in recording.worst
    ]
    assert costs == sorted(costs, reverse=True)
    assert len(costs) == 12
    _, test = load_lesson_set()
    pictures = {image.tobytes(): label for image, label in zip(*vars(test).values(), strict=True)}
    assert all(pictures[each.image] == each.label for each in recording.worst)


def test_each_number_of_the_back_propagation_follows_from_the_ones_before() -> None:
    options = Options(hidden=4, rate=2.0, epochs=1, examples=10, penalty=0.001)
    step = record(options).backprop
    for layer in (step.hidden, step.output):
        for z, a in zip(layer.z, layer.a, strict=True):
            assert a == pytest.approx(1 / (1 + math.exp(-z)), abs=1e-5)
    differences = [a - t for a, t in zip(step.output.a, step.target, strict=True)]
    assert step.cost == pytest.approx(sum(d * d for d in differences) / 2, abs=1e-5)
    for difference, a, delta in zip(differences, step.output.a, step.output.delta, strict=True):
        assert delta == pytest.approx(difference * a * (1 - a), abs=1e-5)
    assert step.cost_after < step.cost
    assert [weight.layer for weight in step.weights] == [1, 1, 1, 2, 2, 2]
    for weight in step.weights:
        layer = (step.hidden, step.output)[weight.layer - 1]
        below = np.frombuffer(step.image, np.uint8) / 255 if weight.layer == 1 else step.hidden.a
        assert weight.input == pytest.approx(below[weight.source], abs=1e-5)
        assert weight.delta == pytest.approx(layer.delta[weight.target], abs=1e-8)
        gradient = weight.input * weight.delta + 0.001 * weight.before
        assert weight.gradient == pytest.approx(gradient, abs=1e-7)
        assert weight.after == pytest.approx(weight.before - 2.0 * weight.gradient, abs=1e-6)


def test_working_out_a_step_does_not_change_the_training() -> None:
    recording = record(Options(hidden=2, epochs=1, examples=10))
    rng = np.random.default_rng(1).spawn(2)[0]
    weights = rng.normal(0, np.sqrt(1 / 784), (784, 2)).astype(np.float32)
    shown = np.frombuffer(recording.weights.bytes, np.int8)[: 2 * 784].reshape(2, 784)
    scale = recording.weights.scale[0]
    assert np.abs(shown * (scale / 127) - weights.T).max() <= scale / 253
