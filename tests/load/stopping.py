"""A server told to stop under load: is all that it took in answered?

Clients go on all the while, as without a balancer that turns them to others: once the server has
stopped they cannot connect, which is no loss, for they know it.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

from tests.load.client import Client, Outcome, evenly
from tests.load.connection import http
from tests.load.pictures import drawings
from tests.load.report import Row, counts, show
from tests.load.server import ENDING_S, Server, serving

RATE_PER_S = 100
DURATION_S = 12  # half of it after the signal: more than the server takes to stop


def measure(folder: Path) -> Iterator[Row]:
    """Yield what became of the requests, and how the server ended."""
    with serving(folder) as server:
        outcomes, status = stop_under_load(server, RATE_PER_S, DURATION_S)
    what = f"SIGTERM at {RATE_PER_S} requests a second"
    yield what, f"{counts(outcomes)}; ended with {status}"


def stop_under_load(
    server: Server, rate_per_s: float, duration_s: float
) -> tuple[list[Outcome], int]:
    """Return what becomes of requests midway of which the server is told to stop, and its end."""
    requests = [http("/predict", file) for file in drawings(20)]
    outcomes = Client(server).send_at(
        evenly(rate_per_s, duration_s), requests, lambda: server.process.send_signal(signal.SIGTERM)
    )
    return outcomes, server.process.wait(ENDING_S)


if __name__ == "__main__":
    show([measure])
