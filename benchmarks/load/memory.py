"""The memory of the workers over many requests of all kinds, and the time to start."""

import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load import wrk
from benchmarks.load.report import Row, show
from benchmarks.load.requests import mixed
from tests.serving import Server, serving

N_STARTS = 5
N_STEPS = 10
STEP_S = 30


def measure() -> Iterator[Row]:
    """Yield the median time to start, and the memory at the start and after each step."""
    times_s = [_start_s() for _ in range(N_STARTS)]
    yield f"from start to ready, median of {N_STARTS}", f"{statistics.median(times_s):.2f} s"
    requests, sizes, n_requests = mixed(), [], 0
    with serving(n_workers=2) as server:
        yield "memory of a worker when ready", f"{memory_mb(server):,.0f} MB"
        for _ in range(N_STEPS):
            n_requests += sum(wrk.run(server.address, requests, STEP_S).counts.values())
            sizes.append(f"{memory_mb(server):,.0f}")
    yield f"in {N_STEPS} steps to {n_requests:,} requests of all kinds", f"{', '.join(sizes)} MB"


def _start_s() -> float:
    """Return the seconds from the command until the server is ready."""
    start_s = time.monotonic()
    with serving(n_workers=2):
        return time.monotonic() - start_s


def memory_mb(server: Server) -> float:
    """Return the mean memory of a worker; pages that processes share count in parts (PSS)."""
    sizes_mb = []
    for pid in server.worker_pids():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        sizes_mb += [1024 * int(kb) / 1e6 for kb in re.findall(r"^Pss: +(\d+) kB", rollup, re.M)]
    return statistics.mean(sizes_mb)


if __name__ == "__main__":
    show([measure])
