"""Requests a second of `/predict`, beside FastAPI with MNIST's recipe in OpenCV and ONNX Runtime.

``make bench`` runs it; alone, ``python -m benchmarks.bench.predict_rate`` needs wrk and the
packages fastapi and uvicorn[standard]. Both have the shipped convnet and two workers, and
get the same drawings as the body of a request.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from app.config import ROOT
from benchmarks.bench.in_turn import Figures, compare
from benchmarks.bench.onnx_peer import exported
from benchmarks.load import wrk
from benchmarks.load.pictures import drawings
from benchmarks.load.requests import Request
from tests.serving import free_port, serving
from tests.waiting import wait_for

N_WORKERS, N_DRAWINGS, ROUND_S = 2, 64, 3
N_CONNECTIONS = (16, 32)  # those with which two workers answer the most, and twice as many


def main() -> None:
    """Measure the rate with as many connections as serve it best, and latencies with more."""
    requests = [Request("/predict", file) for file in drawings(N_DRAWINGS)]

    def measured(address: str, n_connections: int) -> Figures:
        run = wrk.run(address, requests, ROUND_S, n_connections)
        assert set(run.counts) == {"200"}, (address, run.counts)
        latencies = {"p99 in ms": 1000 * run.p99_s, "p99 over p50": run.p99_s / run.p50_s}
        return {"a second": run.rate_per_s} | latencies

    with (
        exported() as onnx_file,
        serving(n_workers=N_WORKERS) as inkling,
        uvicorn("benchmarks.bench.fastapi_peer:app", CONVNET_ONNX=onnx_file) as fastapi,
    ):
        addresses = {"inkling": inkling.address, "FastAPI, uvicorn, ONNX Runtime": fastapi}
        for n_connections in N_CONNECTIONS:
            ways = {
                name: partial(measured, address, n_connections)
                for name, address in addresses.items()
            }
            compare(f"/predict, drawings, {n_connections} connections", ways)


@contextmanager
def uvicorn(app: str, **environ: str) -> Iterator[str]:
    """Serve an app by uvicorn for as long as the context lasts; yield its address."""
    port = free_port()
    options = [f"--port={port}", f"--workers={N_WORKERS}", "--no-access-log", "--log-level=warning"]
    command = [sys.executable, "-m", "uvicorn", app, *options]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)
    try:
        wait_for(lambda: _is_listening(port), "uvicorn", 60)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
