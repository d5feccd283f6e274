"""Requests sent by wrk, which takes little of the cores itself: rates, latencies and statuses."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.requests import Request

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True)
class Run:
    """A run of wrk: its duration, latencies, and the number of answers by status or "lost"."""

    duration_s: float
    p50_s: float
    p99_s: float
    counts: dict[str, int]

    @property
    def rate_per_s(self) -> float:
        """Answers with status 200 a second."""
        return self.counts.get("200", 0) / self.duration_s

    def counts_in_words(self) -> str:
        """Return how many requests got which status."""
        return ", ".join(f"{n:,} {end}" for end, n in sorted(self.counts.items()))

    def latencies_in_words(self) -> str:
        """Return the quantiles of the latency."""
        return f"p50 {1000 * self.p50_s:,.1f} ms, p99 {1000 * self.p99_s:,.1f} ms"


def run(address: str, requests: Sequence[Request], duration_s: int, n_connections: int = 8) -> Run:
    """Send these requests in turn, on so many connections, each as soon as the last is answered."""
    if not (wrk := shutil.which("wrk")):
        raise SystemExit("This needs wrk. On Debian: apt install wrk")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, str(number)) for number in range(len(requests))]
        for path, request in zip(paths, requests, strict=True):
            path.write_bytes(request.to_bytes())
        options = [f"-c{n_connections}", "-t1", f"-d{duration_s}s", "--timeout=60s", f"-s{SCRIPT}"]
        command = [wrk, *options, f"http://{address}", "--", *map(str, paths)]
        printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    words = (line.split()[1:] for line in printed.splitlines() if line.startswith("outcome "))
    figures = {name: round(float(number)) for name, number in words}
    measured_s, p50_s, p99_s = (figures.pop(n) / 1e6 for n in ("duration_us", "p50_us", "p99_us"))
    counts = {name.replace("_", " "): n for name, n in figures.items() if n}
    return Run(measured_s, p50_s, p99_s, counts)
