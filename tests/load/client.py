"""A client that sends requests at fixed times, whatever becomes of those before them.

One that waits for an answer before it asks again asks the less the slower the server is, and so
hides just what was to be measured ("coordinated omission"). Here a request is due when it is due,
and its latency counts from then. The client takes its share of the same cores.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.load.connection import Connection, header
from tests.load.server import Server

ANSWER_S = 60.0  # a request that has no answer by then has failed
NO_ANSWER = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a request.

    Attributes
    ----------
    due_s
        When it was due, in seconds from the start.
    latency_s
        Seconds from then until the last byte of its answer.
    status
        HTTP status, or ``NO_ANSWER`` where no whole answer came.
    head
        The head of the answer, or the error that came instead.
    late_s
        Seconds from when it was due until the client got to it: where this is not next to nothing,
        the client is what is measured.
    """

    due_s: float
    latency_s: float
    status: int
    head: str
    late_s: float

    @property
    def is_lost(self) -> bool:
        """Whether it was sent and not answered; a server that has stopped refuses to connect."""
        return self.status == NO_ANSWER and "ConnectionRefusedError" not in self.head

    @property
    def is_told_when(self) -> bool:
        """Whether the answer says when to come again."""
        return header(self.head, "Retry-After") is not None


class Client:
    """A client of one server, which keeps its connections, and takes a free one or a new one."""

    def __init__(self, server: Server) -> None:
        self._address = (server.host, server.port)
        self._free: list[Connection] = []

    def send_at(
        self,
        dues_s: Sequence[float],
        requests: Sequence[bytes],
        midway: Callable[[], object] = lambda: None,
    ) -> list[Outcome]:
        """Send requests in turn, one at each of these times, and wait for the last answer.

        Parameters
        ----------
        dues_s
            When they are due, in seconds from now, in order.
        requests
            What is sent; the first follows the last.
        midway
            Called when half of them have been sent.
        """

        async def send() -> list[Outcome]:
            start_s, tasks = time.monotonic(), []
            for number, due_s in enumerate(dues_s):
                if number == len(dues_s) // 2:
                    midway()
                if (early_s := start_s + due_s - time.monotonic()) > 0:
                    await asyncio.sleep(early_s)
                outcome = self._outcome(requests[number % len(requests)], start_s, due_s)
                tasks.append(asyncio.create_task(outcome))
            return list(await asyncio.gather(*tasks))

        return self._run(send)

    def send_all(self, requests: Iterable[bytes], n_at_once: int = 8) -> list[Outcome]:
        """Send each of these requests, so many at once, each when one before it is answered."""

        async def send() -> list[Outcome]:
            start_s, left = time.monotonic(), iter(requests)

            async def send_on() -> list[Outcome]:
                return [
                    await self._outcome(request, start_s, time.monotonic() - start_s)
                    for request in left
                ]

            parts = await asyncio.gather(*(send_on() for _ in range(n_at_once)))
            return [outcome for part in parts for outcome in part]

        return self._run(send)

    def _run(self, send: Callable[[], Coroutine[Any, Any, list[Outcome]]]) -> list[Outcome]:
        """Do this in a thread and an event loop of its own, and close all connections."""

        async def send_and_close() -> list[Outcome]:
            try:
                return await send()
            finally:
                for connection in self._free:
                    connection.transport.close()
                self._free.clear()

        with ThreadPoolExecutor(1) as thread:  # for this one may run an event loop already
            return thread.submit(lambda: asyncio.run(send_and_close())).result()

    async def _outcome(self, request: bytes, start_s: float, due_s: float) -> Outcome:
        """Send a request and return what became of it."""
        late_s, status = time.monotonic() - start_s - due_s, NO_ANSWER
        try:
            async with asyncio.timeout(ANSWER_S):
                connection = await self._connection()
                head = await connection.ask(request)
            self._free.append(connection)
            status = int(head.split()[1])
        except (OSError, TimeoutError) as error:
            head = repr(error)
        return Outcome(due_s, time.monotonic() - start_s - due_s, status, head, late_s)

    async def _connection(self) -> Connection:
        """Return the connection that was used last, if the server keeps it, or a new one."""
        while self._free:
            connection = self._free.pop()
            if connection.is_kept:
                return connection
            connection.transport.close()
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Connection, *self._address))[1]


def evenly(rate_per_s: float, duration_s: float, start_s: float = 0) -> list[float]:
    """Return the times of requests that come at a rate, for so long, from then on."""
    return [start_s + number / rate_per_s for number in range(round(rate_per_s * duration_s))]
