"""Trainings that are asked for at once, and what reading digits is like beside them."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.load import paced
from tests.load.pictures import drawings
from tests.load.report import Row, show
from tests.load.requests import Request
from tests.serving import serving
from tests.trainings import train

N_TRAININGS = 30  # of a class
DURATION_S = 20
RATE_PER_S = 20.0  # drawings, as a class sends


def measure() -> Iterator[Row]:
    """Yield the latencies of drawings alone and beside trainings, and how right the seconds are."""
    small = [Request("/predict", file) for file in drawings(64)]
    with serving(n_workers=2) as server, ThreadPoolExecutor(N_TRAININGS) as pool:
        alone = paced.run(server.address, small, DURATION_S, RATE_PER_S)
        yield f"{RATE_PER_S:.0f} drawings a second", alone.latencies_in_words()
        requests = [json.dumps({"seed": seed}).encode() for seed in range(N_TRAININGS)]
        trainings = [pool.submit(train, server.address, each) for each in requests]
        beside = paced.run(server.address, small, DURATION_S, RATE_PER_S)
        answers = [training.result() for training in trainings]
    yield f"the same beside {N_TRAININGS} trainings at once", beside.latencies_in_words()
    waited = [each for each in answers if each.expected_s is not None]
    statuses = {each.status for each in answers}
    last_s = max(each.began_s for each in answers)
    yield "these trainings", f"statuses {statuses}; the last begins after {last_s:.0f} s"
    ratios = np.array([each.expected_s / each.began_s for each in waited if each.expected_s])
    quartiles = ", ".join(f"{ratio:.2f}" for ratio in np.percentile(ratios, (0, 25, 50, 75, 100)))
    yield "the first answer's seconds, divided by those that it took", f"{quartiles} (quartiles)"


if __name__ == "__main__":
    show([measure])
