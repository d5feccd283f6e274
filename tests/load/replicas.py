"""How many requests a second one Inkling and two take, behind HAProxy: which load wants how many.

Each has one worker, and so one core. wrk and HAProxy take their share of the same cores.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.deploy.balancer import balancing
from tests.load.connection import http
from tests.load.pictures import drawings, photograph
from tests.load.report import Row, show
from tests.load.server import serving
from tests.load.wrk import rate_per_s

ROUND_S = 5


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rates of drawings and of photographs for one replica and for two."""
    kinds = {
        "drawings": [http("/predict", file) for file in drawings(64)],
        "photographs": [http("/read", photograph(seed), "image/jpeg") for seed in range(4)],
    }
    for n_replicas in (1, 2):
        with ExitStack() as stack:
            ports = []
            for number in range(n_replicas):
                place = folder / f"{n_replicas}-{number}"
                place.mkdir()
                ports.append(stack.enter_context(serving(place, n_workers=1)).port)
            balancer = stack.enter_context(balancing(folder, *ports))
            rates = {
                kind: rate_per_s(balancer, requests, ROUND_S) for kind, requests in kinds.items()
            }
        what = f"{n_replicas} of one worker behind HAProxy, a second"
        yield what, ", ".join(f"{rate:,.0f} {kind}" for kind, rate in rates.items())


if __name__ == "__main__":
    show([measure])
