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


def test_each_of_many_threads_gets_the_activations_of_its_digit() -> None:
    network = Network()
    shared = SharedPass(network.classify)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda level: shared.activations(image(level)).tolist(), range(200)))
    assert found == [[level] * 10 for level in range(200)]
    assert sum(network.sizes) == 200
