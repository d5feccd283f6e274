"""2,000 slow clients of each kind: latencies beside them, until when they are held, the memory."""

import time
from collections.abc import Iterator

from benchmarks.load import wrk
from benchmarks.load.memory import memory_mb
from benchmarks.load.pictures import drawings
from benchmarks.load.report import Row, show
from benchmarks.load.requests import Request
from tests.hostile.clients import SLOW, slow_clients
from tests.serving import Server, n_connections, serving

N_CLIENTS = 2000
DURATION_S = 5
HELD_AT_MOST_S = 120
PROBE = Request("/healthz", b"", method="GET")


def measure() -> Iterator[Row]:
    """Yield for each kind the latencies, the time until the last is closed, and the memory."""
    small = [Request("/predict", file) for file in drawings(64)]
    with serving(n_workers=2) as server:
        wrk.run(server.address, small, DURATION_S, 1)
        n_before = n_connections(server)
        yield "memory of a worker before", f"{memory_mb(server):,.0f} MB"
        for kind in SLOW:
            start_s = time.monotonic()
            with slow_clients(server, kind, N_CLIENTS) as held:
                _wait_until_accepted(server)
                predict = wrk.run(server.address, small, DURATION_S, 1)
                probe = wrk.run(server.address, [PROBE], DURATION_S, 1)
                during_mb = memory_mb(server)
                n_held = _wait_until_closed(server, n_before, start_s + HELD_AT_MOST_S)
                held_s = time.monotonic() - start_s
            yield (
                kind,
                f"/predict p99 {1000 * predict.p99_s:.1f} ms, {predict.counts_in_words()}; "
                f"/healthz p99 {1000 * probe.p99_s:.1f} ms, {probe.counts_in_words()}; "
                f"{n_held} of {len(held)} held after {held_s:.0f} s; "
                f"{during_mb:,.0f}, then {memory_mb(server):,.0f} MB",
            )


def _wait_until_accepted(server: Server) -> None:
    """Wait until the number of connections grows no more."""
    n_connected, n_before = n_connections(server), -1
    while n_connected > n_before:
        time.sleep(1)
        n_connected, n_before = n_connections(server), n_connected


def _wait_until_closed(server: Server, n_before: int, end_s: float) -> int:
    """Wait until the workers have no more connections than before; return how many are left."""
    while (n_more := n_connections(server) - n_before) > 0 and time.monotonic() < end_s:
        time.sleep(0.5)
    return max(0, n_more)


if __name__ == "__main__":
    show([measure])
