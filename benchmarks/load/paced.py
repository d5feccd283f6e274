"""Requests sent at a rate that does not depend on the answers, as by clients who do not wait.

wrk sends a request when the last one is answered: while a server is slow it sends fewer, and so
measures too few slow answers (coordinated omission). Here the times are drawn before, at random
(a Poisson process), and a latency is counted from the time at which its request was due.
"""

import asyncio
import re
from collections.abc import Sequence

import numpy as np

from benchmarks.load.requests import Request
from benchmarks.load.wrk import Run

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def run(address: str, requests: Sequence[Request], duration_s: float, rate_per_s: float) -> Run:
    """Send these requests in turn, so many a second, on as many connections as it takes."""
    gaps_s = np.random.default_rng(0).exponential(1 / rate_per_s, round(duration_s * rate_per_s))
    return asyncio.run(_Client(address).run([each.to_bytes() for each in requests], gaps_s))


class _Client:
    """Sends requests on idle connections, or on new ones where none is idle."""

    def __init__(self, address: str) -> None:
        self.host, _, self.port = address.partition(":")
        self.idle: list[Connection] = []

    async def run(self, requests: Sequence[bytes], gaps_s: np.ndarray) -> Run:
        """Send a request after each gap; return the latencies and the numbers of statuses."""
        now_s = asyncio.get_running_loop().time
        start_s = now_s()
        tasks = []
        for number, due_s in enumerate((start_s + np.cumsum(gaps_s)).tolist()):
            await asyncio.sleep(due_s - now_s())  # 0 or less where it is late
            tasks.append(asyncio.create_task(self._send(requests[number % len(requests)], due_s)))
        results = await asyncio.gather(*tasks)
        duration_s = now_s() - start_s
        for _, writer in self.idle:
            writer.close()
        statuses = [status for status, _ in results]
        p50_s, p99_s = np.percentile([latency_s for _, latency_s in results], (50, 99)).tolist()
        counts = {status: statuses.count(status) for status in set(statuses)}
        return Run(duration_s, p50_s, p99_s, counts)

    async def _send(self, request: bytes, due_s: float) -> tuple[str, float]:
        """Return the status, "lost" without an answer, and the latency in seconds."""
        try:
            connection = self.idle.pop() if self.idle else await self._connect()
            reader, writer = connection
            writer.write(request)
            head = await reader.readuntil(_HEAD_END)
            length = _LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
        except (OSError, asyncio.IncompleteReadError):
            return "lost", float("inf")
        self.idle.append(connection)
        return head.split()[1].decode(), asyncio.get_running_loop().time() - due_s

    async def _connect(self) -> Connection:
        return await asyncio.open_connection(self.host, int(self.port))
