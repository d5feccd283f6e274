"""The memory of the workers over many requests of all kinds, and the time to start.

A worker's share counts a page that several processes hold, such as the weights, in parts.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path

from tests.load.client import Client
from tests.load.pictures import mixed
from tests.load.report import Row, counts, ms, show
from tests.load.server import Server, memory_bytes, serving

N_REQUESTS = 100_000
N_STEPS = 10
N_STARTS = 5


def measure(folder: Path, n_requests: int = N_REQUESTS) -> Iterator[Row]:
    """Yield the median time to start, and the memory at the start and after each step."""
    times_s = [_start_s(folder) for _ in range(N_STARTS)]
    yield f"from start to ready, median of {N_STARTS}", ms(statistics.median(times_s))
    requests, step = cycle(mixed()), n_requests // N_STEPS
    outcomes, sizes = [], []
    with serving(folder) as server:
        yield "memory of a worker when ready: its share, resident", _memory(server)
        for _ in range(N_STEPS):
            outcomes += Client(server).send_all(islice(requests, step))
            sizes.append(_memory(server))
    yield f"after each {step:,} of {n_requests:,} requests of all kinds", "; ".join(sizes)
    yield "what these got", counts(outcomes)


def _start_s(folder: Path) -> float:
    """Return the seconds from the command until the server says that it is ready."""
    start_s = time.monotonic()
    with serving(folder) as server:
        connection = HTTPConnection(server.host, server.port, timeout=30)
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
        ready_s = time.monotonic() - start_s
        connection.close()
    if status != 200:
        raise RuntimeError(f"/readyz answers {status}")
    return ready_s


def _memory(server: Server) -> str:
    """Return the share and the resident memory of a worker, the mean of all of them, in words."""
    sizes = [memory_bytes(pid) for pid in server.worker_pids()]
    resident, share = (statistics.mean(size) / 1e6 for size in zip(*sizes, strict=True))
    return f"{share:,.0f}, {resident:,.0f} MB"


if __name__ == "__main__":
    show([partial(measure, n_requests=int(sys.argv[1])) if sys.argv[1:] else measure])
