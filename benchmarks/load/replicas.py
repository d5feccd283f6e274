"""Requests a second of one Inkling and of two behind HAProxy, with one worker each.

wrk and HAProxy use the same cores.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load import wrk
from benchmarks.load.pictures import drawings, photograph
from benchmarks.load.report import Row, show
from benchmarks.load.requests import Request
from tests.deploy.balancer import balancing
from tests.serving import serving

ROUND_S = 5


def measure() -> Iterator[Row]:
    """Yield the rates of drawings and of photographs for one replica and for two."""
    kinds = {
        "drawings": [Request("/predict", file) for file in drawings(64)],
        "photographs": [Request("/read", photograph(seed), "image/jpeg") for seed in range(4)],
    }
    for n_replicas in (1, 2):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ports = [stack.enter_context(serving()).port for _ in range(n_replicas)]
            address = stack.enter_context(balancing(folder, *ports)).address
            rates = {
                kind: wrk.run(address, requests, ROUND_S).rate_per_s
                for kind, requests in kinds.items()
            }
        what = f"{n_replicas} of one worker behind HAProxy, a second"
        yield what, ", ".join(f"{rate:,.0f} {kind}" for kind, rate in rates.items())


if __name__ == "__main__":
    show([measure])
