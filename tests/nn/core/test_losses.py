import numpy as np
import pytest

from nn.core.losses import L2Penalty, Loss, QuadraticCost, SoftmaxCrossEntropy, one_hot, softmax
from nn.core.optimizers import SGD, Adam, cosine
from tests.nn.core.gradients import assert_close_to_slope


@pytest.mark.parametrize(
    "loss",
    [QuadraticCost(), SoftmaxCrossEntropy(), SoftmaxCrossEntropy(smoothing=0.3)],
    ids=["quadratic", "cross-entropy", "smoothed"],
)
def test_the_cost_derivative_is_the_slope_of_the_cost(loss: Loss) -> None:
    rng = np.random.default_rng(1)
    outputs = rng.normal(size=(6, 4))
    targets = rng.dirichlet(np.ones(4), size=6)  # rows sum to 1, as smoothed labels do
    derivative = loss.cost_derivative(outputs, targets)
    assert_close_to_slope(lambda: loss.cost(outputs, targets), outputs, derivative)


@pytest.mark.parametrize("smoothing", [0, 0.3])
def test_the_cost_derivative_of_weighted_pixels_is_the_slope_of_their_cost(
    smoothing: float,
) -> None:
    rng = np.random.default_rng(1)
    outputs = rng.normal(size=(2, 3, 4, 3))
    targets = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 1.5]])[
        rng.integers(4, size=(2, 3, 4))
    ]
    loss = SoftmaxCrossEntropy(smoothing)
    derivative = loss.cost_derivative(outputs, targets)
    assert_close_to_slope(lambda: loss.cost(outputs, targets), outputs, derivative)
    assert not derivative[targets.sum(axis=-1) == 0].any()
    assert loss.cost(outputs, 0 * targets) == 0
    assert not loss.cost_derivative(outputs, 0 * targets).any()


def test_the_cost_of_weighted_pixels_is_the_mean_of_those_that_count_by_hand() -> None:
    outputs = np.log([[[0.5, 0.5], [0.8, 0.2], [0.9, 0.1]]])
    targets = np.array([[[1.0, 0], [0, 3], [0, 0]]])
    expected = -(np.log(0.5) + 3 * np.log(0.2)) / 4
    assert SoftmaxCrossEntropy().cost(outputs, targets) == pytest.approx(expected)
    probabilities = SoftmaxCrossEntropy().activations(outputs)
    np.testing.assert_allclose(probabilities, np.exp(outputs))


def test_the_penalty_derivative_is_the_slope_of_the_penalty() -> None:
    penalty, weights = L2Penalty(0.3), np.random.default_rng(2).normal(size=(3, 4))
    assert_close_to_slope(lambda: penalty.cost(weights), weights, penalty.cost_derivative(weights))


def test_quadratic_cost_by_hand() -> None:
    outputs, targets = np.array([[1.0, 0.5], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert QuadraticCost().cost(outputs, targets) == 0.0625
    assert QuadraticCost().cost_derivative(outputs, targets).tolist() == [[0, 0.25], [0, 0]]


def test_softmax_and_cross_entropy_by_hand_and_of_huge_logits() -> None:
    assert np.allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]])
    assert np.isclose(SoftmaxCrossEntropy().cost(np.zeros((1, 4)), np.eye(4)[:1]), np.log(4))
    logits, targets = np.array([[1e4, -1e4]], np.float32), np.array([[0, 1]], np.float32)
    assert softmax(logits).tolist() == [[1, 0]]
    assert SoftmaxCrossEntropy().cost(logits, targets) == 2e4


def test_smoothing_spreads_a_part_of_the_target_over_all_classes() -> None:
    target, smoothed = np.array([[1.0, 0, 0, 0]]), np.array([[0.85, 0.05, 0.05, 0.05]])
    outputs = np.array([[3.0, 1, 0, -1]])
    assert SoftmaxCrossEntropy(smoothing=0.2).cost(outputs, target) == pytest.approx(
        SoftmaxCrossEntropy().cost(outputs, smoothed)
    )


def test_a_temperature_of_2_takes_the_square_root_of_all_odds() -> None:
    outputs = np.log([[9.0, 1.0]])
    assert np.allclose(SoftmaxCrossEntropy(temperature=2).activations(outputs), [[0.75, 0.25]])


def test_one_hot_by_hand() -> None:
    targets = one_hot(np.array([2, 0]), 3)
    assert targets.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert targets.dtype == np.float32


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ([0, -1], r"\[-1\] in int64"),
        ([10, 3], r"\[10\] in int64"),
        ([1.0, 2.0, 3.0, 4.0], r"\[1\. 2\. 3\.\] in float64"),
        ([True], r"\[ True\] in bool"),
        ([[3, 4], [5, 11]], r"\[11\] in int64"),
    ],
)
def test_a_label_that_is_no_class_is_refused(labels: list[int], shown: str) -> None:
    with pytest.raises(ValueError, match=f"integers from 0 to 9 as labels, but got {shown}"):
        one_hot(np.array(labels))


@pytest.mark.parametrize(("momentum", "step"), [(0, 3), (0.5, 1 + 1.5 + 1.75)])
def test_three_steps_of_sgd_by_hand(momentum: float, step: float) -> None:
    parameters, gradients = np.array([0.0, 8.0]), np.array([1.0, -2.0])
    optimizer = SGD(momentum=momentum)
    for _ in range(3):
        optimizer.step(parameters, gradients, 1.0)
    assert parameters.tolist() == [-step, 8 + 2 * step]
    assert gradients.tolist() == [1, -2]


def test_adam_follows_the_paper_s_algorithm() -> None:
    rng = np.random.default_rng(0)
    parameters, expected = np.zeros(4), np.zeros(4)
    mean, square = np.zeros(4), np.zeros(4)
    optimizer = Adam()
    for t in range(1, 20):
        gradients = rng.normal(size=4)
        mean = 0.9 * mean + 0.1 * gradients
        square = 0.999 * square + 0.001 * gradients**2
        expected -= 0.01 * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
        optimizer.step(parameters, gradients, 0.01)
    assert np.allclose(parameters, expected)


def test_epsilon_halves_adam_s_first_step_for_a_gradient_of_its_own_size() -> None:
    parameters = np.zeros(2)
    Adam().step(parameters, np.array([1e-8, 1e-2]), 0.1)
    assert np.allclose(parameters, [-0.1 / (1 + 1), -0.1 / (1 + 1e-6)], rtol=1e-9, atol=0)


def test_adam_s_decay_takes_the_same_part_of_every_parameter() -> None:
    parameters = np.array([2.0, -4.0])
    optimizer = Adam(decay=0.1)
    optimizer.step(parameters, np.zeros(2), 0.5)
    assert parameters.tolist() == [1.9, -3.8]  # less a twentieth
    optimizer.step(parameters, np.zeros(2), 0.25)
    assert np.allclose(parameters, [1.9 * 0.975, -3.8 * 0.975])


def test_cosine_rises_through_its_warmup_and_falls_to_zero() -> None:
    schedule = cosine(2.0, warmup=0.2)
    rates = [schedule(done) for done in (0, 0.1, 0.2, 0.6, 1)]
    assert np.allclose(rates, [0, 1, 2, 1, 0])


@pytest.mark.parametrize("warmup", [-0.1, 1, 1.5])
def test_cosine_refuses_a_warmup_after_which_nothing_is_left(warmup: float) -> None:
    with pytest.raises(ValueError, match=f"at least 0 and below 1, but got {warmup}"):
        cosine(2.0, warmup)
