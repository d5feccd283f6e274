"""Damaged and malicious pictures by the thousand: no 500, no worker lost, no memory kept."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.load.bombs import all_bombs
from tests.load.client import Client, Outcome
from tests.load.connection import http
from tests.load.mutations import MEDIA_TYPES, mutant
from tests.load.report import Row, counts, ms, show
from tests.load.server import memory_bytes, serving

N_MUTANTS = 20_000
N_AT_ONCE = 4  # few enough that the slowest is slow by itself
ROUTES = ("/predict", "/read")
WARM_UP = 2000  # mutants before each look at the memory


def measure(folder: Path, n_mutants: int = N_MUTANTS) -> Iterator[Row]:
    """Yield what became of the mutants and of the bombs, and of the workers that read them."""
    with serving(folder) as server:
        client, pids = Client(server), server.worker_pids()
        client.send_all(mutants(range(WARM_UP)), N_AT_ONCE)
        before = sum(memory_bytes(pid)[1] for pid in pids)
        yield (
            f"{n_mutants:,} damaged pictures",
            _summary(client.send_all(mutants(range(n_mutants)), N_AT_ONCE)),
        )
        bombs = [http(route, file) for _, file in all_bombs() for route in ROUTES]
        yield f"{len(bombs)} that ask for much, one by one", _summary(client.send_all(bombs, 1))
        client.send_all(mutants(range(WARM_UP)), N_AT_ONCE)
        is_same = server.worker_pids() == pids
        after = sum(memory_bytes(pid)[1] for pid in server.worker_pids())
    yield "workers after it", "the same" if is_same else "not the same"
    yield "their memory before and after it", f"{before / 1e6:,.0f} and {after / 1e6:,.0f} MB"


def mutants(numbers: Sequence[int]) -> Iterator[bytes]:
    """Yield the requests with these mutants, to each route in turn."""
    for number in numbers:
        image_format, file = mutant(number)
        yield http(ROUTES[number % len(ROUTES)], file, MEDIA_TYPES[image_format])


def _summary(outcomes: Sequence[Outcome]) -> str:
    slowest_s = max(outcome.latency_s for outcome in outcomes)
    return f"{counts(outcomes)}; the slowest took {ms(slowest_s)}"


if __name__ == "__main__":
    show([partial(measure, n_mutants=int(sys.argv[1])) if sys.argv[1:] else measure])
