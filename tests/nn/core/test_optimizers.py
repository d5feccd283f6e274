import numpy as np
import pytest

from nn.core.optimizers import SGD, Adam, Optimizer, cosine


def test_sgd_by_hand() -> None:
    parameters = np.array([1.0, 2.0])
    SGD().step(parameters, np.array([10.0, -10.0]), 0.1)
    assert parameters.tolist() == [0, 3]


def test_momentum_by_hand() -> None:
    parameters, gradients = np.array([0.0]), np.array([1.0])
    optimizer = SGD(momentum=0.5)
    for _ in range(3):
        optimizer.step(parameters, gradients, 1.0)
    assert parameters.tolist() == [-(1 + 1.5 + 1.75)]
    assert gradients.tolist() == [1]


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient() -> None:
    parameters = np.zeros(3)
    Adam().step(parameters, np.array([1e-3, -5.0, 1e4]), 0.1)
    assert np.allclose(parameters, [-0.1, 0.1, -0.1], rtol=1e-4)


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


@pytest.mark.parametrize("optimizer", [SGD(), SGD(0.9), Adam()], ids=["sgd", "momentum", "adam"])
def test_each_optimizer_finds_the_bottom_of_a_bowl(optimizer: Optimizer) -> None:
    parameters = np.array([3.0, -2.0])
    for _ in range(2000):
        optimizer.step(parameters, parameters * [1, 5], 0.01)
    assert np.abs(parameters).max() < 1e-2


def test_cosine_rises_through_its_warmup_and_falls_to_zero() -> None:
    schedule = cosine(2.0, warmup=0.2)
    rates = [schedule(done) for done in (0, 0.1, 0.2, 0.6, 1)]
    assert np.allclose(rates, [0, 1, 2, 1, 0])


@pytest.mark.parametrize("warmup", [-0.1, 1, 1.5])
def test_cosine_refuses_a_warmup_after_which_nothing_is_left(warmup: float) -> None:
    with pytest.raises(ValueError, match=f"at least 0 and below 1, but got {warmup}"):
        cosine(2.0, warmup)


def test_cosine_without_warmup_starts_at_its_peak() -> None:
    assert cosine(2.0)(0) == 2
