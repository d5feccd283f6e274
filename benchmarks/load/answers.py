"""Clients that do not read their answers, or leave before: latencies and memory beside them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial
from threading import Event, Thread

from app.config import ROOT
from benchmarks.load import paced
from benchmarks.load.memory import memory_mb
from benchmarks.load.pictures import drawings, photograph
from benchmarks.load.report import Row, show
from benchmarks.load.requests import Request, form
from tests.hostile.clients import connected, head, unsent_bytes
from tests.serving import Server, is_accepting, serving

N_CLIENTS = 60
DURATION_S = 8
RATE_PER_S = 20  # of the drawings of others, whose latency is measured
INTERVAL_S = 0.5  # between two crowds of clients that leave
PIPELINED = 50  # requests that a client sends at once
NUMBER = (ROOT / "static/examples/number.jpg").read_bytes()
EXPLAINED = Request("/read?explain=1", NUMBER, "image/jpeg").to_bytes()
BATCH = form("/predict/batch", drawings(64)).to_bytes()
GZIP = "Accept-Encoding: gzip"
# What clients of each kind ask for.
UNREAD = {
    "the digits": head("/lesson/digits.bin"),
    "the digits, compressed": head("/lesson/digits.bin", GZIP),
    "ranges of the digits": PIPELINED * head("/lesson/digits.bin", "Range: bytes=0-5000000"),
    "a file": PIPELINED * head("/static/examples/number.jpg"),
    "the description": PIPELINED * head("/openapi.json"),
    "the description, compressed": PIPELINED * head("/openapi.json", GZIP),
    "class sheets": PIPELINED * head("/sheet?pupils=30"),
    "metrics": PIPELINED * head("/metrics"),
    "pages that are not there": PIPELINED * head("/nowhere", "Accept: text/html"),
    "forms without a picture": PIPELINED * head("/", "Content-Length: 0", method="POST"),
    "explained numbers": 5 * EXPLAINED,
    "batches": 5 * BATCH,
}
LEFT = UNREAD | {
    "explained numbers": EXPLAINED,
    "photographs": Request("/read?explain=1", photograph(), "image/jpeg").to_bytes(),
    "drawings": Request("/predict", drawings(1)[0]).to_bytes(),
    "batches": BATCH,
}


def measure() -> Iterator[Row]:
    """Yield for each kind the latencies beside 60 such clients, and the most memory meanwhile."""
    with serving(n_workers=1) as server:
        yield "no such clients", _beside(server, lambda _: None)
        yield "memory of the worker", f"{memory_mb(server):,.0f} MB"
    for crowd, kinds in ((_do_not_read, UNREAD), (_leave, LEFT)):
        for kind, request in kinds.items():
            name = f"{kind}, {crowd.__name__.strip('_').replace('_', ' ')}"
            if not any(word in name for word in sys.argv[1:] or [""]):
                continue
            with serving(n_workers=1) as server:
                figures = _beside(server, partial(crowd, server, request))
            yield name, figures


def _beside(server: Server, act: Callable[[Event], None]) -> str:
    """Return the latencies of drawings, and the memory, while other clients act."""
    is_over, most_mb, buffered_mb = Event(), [0.0], [0.0]

    def watch() -> None:
        while not is_over.wait(0.2):
            most_mb[0] = max(most_mb[0], memory_mb(server))
            buffered_mb[0] = max(buffered_mb[0], sum(unsent_bytes(server.port)) / 1e6)

    small = [Request("/predict", file) for file in drawings(64)]
    paced.run(server.address, small, 1, RATE_PER_S)
    threads = [Thread(target=watch), Thread(target=act, args=[is_over])]
    for thread in threads:
        thread.start()
    try:
        run = paced.run(server.address, small, DURATION_S, RATE_PER_S)
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
        is_accepting(server)  # so that no connection is left that a server that stops would drop
    memory = f"{most_mb[0]:,.0f} MB, and {buffered_mb[0]:.1f} MB in the system's buffers"
    return f"/predict {run.latencies_in_words()}, {run.counts_in_words()}; {memory}"


def _do_not_read(server: Server, request: bytes, is_over: Event) -> None:
    with ExitStack() as stack:
        for _ in range(N_CLIENTS):
            client = stack.enter_context(connected(server))
            client.settimeout(0.05)
            with suppress(OSError):  # The server reads no further request.
                client.sendall(request)
        is_over.wait()


def _leave(server: Server, request: bytes, is_over: Event) -> None:
    while not is_over.wait(INTERVAL_S):
        for _ in range(N_CLIENTS):
            with closing(connected(server)) as client:
                client.settimeout(1)
                with suppress(OSError):
                    client.sendall(request)


if __name__ == "__main__":
    show([measure])
