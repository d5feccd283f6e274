"""A worker process killed under load: which requests are lost, and does a new worker come?"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.load.client import Client, Outcome, evenly
from tests.load.connection import http
from tests.load.pictures import drawings
from tests.load.report import Row, counts, show
from tests.load.server import Server, serving

RATE_PER_S = 100
DURATION_S = 6


def measure(folder: Path) -> Iterator[Row]:
    """Yield what became of the requests, and when the lost ones were due."""
    with serving(folder) as server:
        before = server.worker_pids()
        outcomes = kill_under_load(server, RATE_PER_S, DURATION_S)
        n_kept = len(set(server.worker_pids()) & set(before))
    lost_s = [outcome.due_s for outcome in outcomes if outcome.is_lost]
    when = f", due within {max(lost_s) - min(lost_s):.2f} s" if lost_s else ""
    what = f"one of two workers killed, at {RATE_PER_S} requests a second for {DURATION_S} s"
    yield what, f"{counts(outcomes)}{when}"
    yield "workers after it", f"{n_kept} old, {server.n_workers - n_kept} new"


def kill_under_load(server: Server, rate_per_s: float, duration_s: float) -> list[Outcome]:
    """Return what becomes of requests midway of which a worker is killed."""
    victim = server.worker_pids()[0]
    requests = [http("/predict", file) for file in drawings(20)]
    dues_s = evenly(rate_per_s, duration_s)
    return Client(server).send_at(dues_s, requests, lambda: os.kill(victim, signal.SIGKILL))


if __name__ == "__main__":
    show([measure])
