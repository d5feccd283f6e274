"""Latency and refusals: at half the peak, with few and many clients, and with too many."""

import statistics
from collections.abc import Iterator

from benchmarks.load import paced, wrk
from benchmarks.load.pictures import drawings, photograph
from benchmarks.load.report import Row, show
from benchmarks.load.requests import Request
from tests.serving import serving

DURATION_S = 10
N_CONNECTIONS = 16  # with which a server of two workers answers the most requests
ROUNDS = 5  # of each number of clients, of which the medians count
ROUND_S = 5
N_BURST = 80  # connections that ask for photographs, of which the server reads a few at a time


def measure() -> Iterator[Row]:
    """Yield the latencies of answers, and the statuses in a burst and after it."""
    small = [Request("/predict", file) for file in drawings(64)]
    large = [Request("/read", photograph(seed), "image/jpeg") for seed in range(4)]
    with serving(n_workers=2) as server:
        peak_per_s = wrk.run(server.address, small, DURATION_S, N_CONNECTIONS).rate_per_s
        run = paced.run(server.address, small, DURATION_S, peak_per_s / 2)
        ratio = f"p99 is {run.p99_s / run.p50_s:.1f} times p50"
        yield (
            f"half of the peak of {peak_per_s:,.0f} drawings a second",
            f"{_summary(run)}; {ratio}",
        )
        for n in (1, 4, 16, 32):
            runs = [wrk.run(server.address, small, ROUND_S, n) for _ in range(ROUNDS)]
            yield f"{n} connections: drawings a second, median of {ROUNDS}", _medians(runs)
        burst = wrk.run(server.address, large, DURATION_S, N_BURST)
        yield f"{N_BURST} connections that ask for photographs", burst.counts_in_words()
        yield "one connection after that", _summary(wrk.run(server.address, small, DURATION_S, 1))


def _medians(runs: list[wrk.Run]) -> str:
    rate = statistics.median(run.rate_per_s for run in runs)
    p50_ms = 1000 * statistics.median(run.p50_s for run in runs)
    ratio = statistics.median(run.p99_s / run.p50_s for run in runs)
    return f"{rate:,.0f}; p50 {p50_ms:.1f} ms; p99 is {ratio:.1f} times p50"


def _summary(run: wrk.Run) -> str:
    return f"{run.counts_in_words()}; {run.latencies_in_words()}"


if __name__ == "__main__":
    show([measure])
