"""A burst of ten times what the server can answer: who is refused, how, and when it is over.

It is of photographs, of which a few dozen a second are the peak: so many more small drawings would
take the client on the same cores longer to send than the server to refuse.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.load.client import Client, Outcome, evenly
from tests.load.connection import http
from tests.load.pictures import photograph
from tests.load.report import Row, counts, ms, quantile, show
from tests.load.server import serving
from tests.load.wrk import rate_per_s

PEAK_S = 5
BURST_S, AFTER_S = 5, 10
TIMES = 10
WELL_S = 1.0  # an answer that takes longer is not yet as it was before


def measure(folder: Path) -> Iterator[Row]:
    """Yield what became of the requests in the burst, and of those after it."""
    requests = [http("/read", photograph(seed), "image/jpeg") for seed in range(4)]
    with serving(folder) as server:
        peak = rate_per_s(server, requests, PEAK_S)
        dues_s = evenly(TIMES * peak, BURST_S) + evenly(peak / 2, AFTER_S, BURST_S)
        outcomes = Client(server).send_at(dues_s, requests)
    in_burst = [outcome for outcome in outcomes if outcome.due_s < BURST_S]
    shed = [outcome for outcome in outcomes if outcome.status == 503]
    good_s = [outcome.latency_s for outcome in in_burst if outcome.status == 200]
    n_told = sum(outcome.is_told_when for outcome in shed)
    load = f"{TIMES * peak:,.0f} photographs a second for {BURST_S} s"
    yield f"burst of {TIMES} times the peak, {load}", counts(in_burst)
    yield "503 with Retry-After", f"{n_told:,} of {len(shed):,}"
    half, most = (ms(quantile(good_s, share)) for share in (0.5, 0.99))
    yield "latency of its answers: p50, p99", f"{half}, {most}"
    yield "how late the client was, at most", ms(max(outcome.late_s for outcome in outcomes))
    yield "until all is as before", f"{recovery_s(outcomes):.1f} s after the burst"
    after = [outcome for outcome in outcomes if outcome.due_s >= BURST_S]
    yield f"at half the peak after it, for {AFTER_S} s", counts(after)


def recovery_s(outcomes: Sequence[Outcome]) -> float:
    """Return for how long after the burst a request still was refused, or answered slowly."""
    slow_s = [o.due_s for o in outcomes if o.status != 200 or o.latency_s > WELL_S]
    return max(0, max(slow_s, default=0) - BURST_S)


if __name__ == "__main__":
    show([measure])
