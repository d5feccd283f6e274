from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.service.shared_pass import Activations, SharedPass
from nn.reading.mnist_format import Pixels


class Network:
    """Its activations are the first ten pixels of an image; it notes how many came together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def classify(self, images: Pixels) -> Activations:
        self.sizes.append(len(images))
        return images.reshape(len(images), -1)[:, :10].astype(np.float32)


def image(level: int) -> Pixels:
    return np.full((28, 28), level, np.uint8)


def test_a_digit_alone_passes_alone() -> None:
    network = Network()
    shared = SharedPass(network.classify)
    assert [shared.activations(image(level)).tolist() for level in (3, 4)] == [[3] * 10, [4] * 10]
    assert network.sizes == [1, 1]


def test_digits_of_requests_that_are_received_meanwhile_pass_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = Network()
    shared = SharedPass(network.classify)
    to_receive = [5, 6]
    received = []

    def receive(_: float) -> None:  # as an event loop does while a request waits
        if to_receive:
            received.append(shared.activations(image(to_receive.pop(0))).tolist())

    monkeypatch.setattr("app.service.shared_pass.time.sleep", receive)
    assert shared.activations(image(4)).tolist() == [4] * 10
    assert received == [[6] * 10, [5] * 10]
    assert network.sizes == [3]


class FailingNetwork(Network):
    """It refuses one level, and more than so many images at once."""

    def __init__(self, refused: int, most: int = 99) -> None:
        super().__init__()
        self.refused, self.most = refused, most

    def classify(self, images: Pixels) -> Activations:
        activations = super().classify(images)
        if len(images) > self.most:
            raise MemoryError
        if self.refused in images:
            raise ArithmeticError(f"{self.refused} is refused")
        return activations


def answers_together(
    network: Network, levels: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> list[object]:
    """Return what requests that come together get, the last one first: activations or errors."""
    shared = SharedPass(network.classify)
    to_receive = list(levels)
    answers: list[object] = []

    def receive(_: float) -> None:
        if to_receive:
            ask(to_receive.pop(0))

    def ask(level: int) -> None:
        try:
            answers.append(shared.activations(image(level)).tolist())
        except Exception as error:
            answers.append(repr(error))

    monkeypatch.setattr("app.service.shared_pass.time.sleep", receive)
    receive(0)
    return answers


@pytest.mark.parametrize("levels", [(4, 5, 6), (5, 4, 6), (6, 5, 4)])
def test_an_image_that_makes_the_pass_fail_alone_has_the_error(
    levels: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = answers_together(FailingNetwork(refused=5), levels, monkeypatch)
    error = repr(ArithmeticError("5 is refused"))
    assert answers == [error if level == 5 else [level] * 10 for level in reversed(levels)]


def test_a_pass_that_fails_by_its_size_is_made_image_by_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = FailingNetwork(refused=0, most=1)
    assert answers_together(network, (4, 5, 6), monkeypatch) == [[6] * 10, [5] * 10, [4] * 10]
    assert network.sizes == [3, 1, 1, 1]


def test_in_threads_each_image_that_is_refused_has_an_error_and_no_other_has() -> None:
    shared = SharedPass(FailingNetwork(refused=7).classify)

    def ask(level: int) -> object:
        try:
            return shared.activations(image(level)).tolist()
        except ArithmeticError:
            return "refused"

    levels = [number % 10 for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, levels))
    assert answers == ["refused" if level == 7 else [level] * 10 for level in levels]


def test_each_of_many_threads_gets_the_activations_of_its_digit() -> None:
    network = Network()
    shared = SharedPass(network.classify)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda level: shared.activations(image(level)).tolist(), range(200)))
    assert found == [[level] * 10 for level in range(200)]
    assert sum(network.sizes) == 200
