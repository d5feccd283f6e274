"""How long an answer takes while half as many requests come as the server can answer."""

from collections.abc import Iterator
from pathlib import Path

from tests.load.client import Client, evenly
from tests.load.connection import http
from tests.load.pictures import drawings
from tests.load.report import Row, ms, quantile, show
from tests.load.server import serving
from tests.load.wrk import rate_per_s

DURATION_S = 30
PEAK_S = 5  # for which the peak is measured first


def measure(folder: Path) -> Iterator[Row]:
    """Yield the quantiles of the latency."""
    requests = [http("/predict", file) for file in drawings(64)]
    with serving(folder) as server:
        rate = rate_per_s(server, requests, PEAK_S) / 2
        outcomes = Client(server).send_at(evenly(rate, DURATION_S), requests)
    latencies_s = [outcome.latency_s for outcome in outcomes]
    n_good = sum(outcome.status == 200 for outcome in outcomes)
    half, nine_tenths, most = (quantile(latencies_s, share) for share in (0.5, 0.9, 0.99))
    what = f"latency at half the peak, {rate:,.0f} requests a second for {DURATION_S} s"
    yield f"{what}: p50, p90, p99", f"{ms(half)}, {ms(nine_tenths)}, {ms(most)}"
    yield "p99 over p50", f"{most / half:.1f}"
    yield "answered well", f"{n_good:,} of {len(outcomes):,}"


if __name__ == "__main__":
    show([measure])
