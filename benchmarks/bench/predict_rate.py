"""Requests a second of `/predict`, beside FastAPI with MNIST's recipe in OpenCV and ONNX Runtime.

``make bench`` runs it; alone, ``python -m benchmarks.bench.predict_rate`` needs wrk and the
packages fastapi and uvicorn[standard]. Both have the shipped convnet and two workers, and
get the same drawings as the body of a request, on 16 connections. They are measured in turn in one
run, and medians are compared, since machines are noisy.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.config import ROOT
from benchmarks.bench.onnx_peer import onnx_session
from benchmarks.load import wrk
from benchmarks.load.pictures import drawings
from benchmarks.load.requests import Request
from nn.export.onnx_model import to_onnx
from nn.models import weights
from tests.serving import free_port, serving
from tests.waiting import wait_for

WEIGHTS = Path("models/convnet.npz")
N_WORKERS, N_CONNECTIONS, N_DRAWINGS = 2, 16, 64
ROUNDS, ROUND_S = 5, 3


def main() -> None:
    """Print the medians and Inkling's as a multiple of the other."""
    requests = [Request("/predict", file) for file in drawings(N_DRAWINGS)]
    with (
        exported() as onnx_file,
        serving(n_workers=N_WORKERS) as inkling,
        uvicorn("benchmarks.bench.fastapi_peer:app", CONVNET_ONNX=onnx_file) as fastapi,
    ):
        addresses = {"inkling": inkling.address, "FastAPI, uvicorn, ONNX Runtime": fastapi}
        rates: dict[str, list[float]] = {name: [] for name in addresses}
        for _ in range(ROUNDS):
            for name, address in addresses.items():
                run = wrk.run(address, requests, ROUND_S, N_CONNECTIONS)
                assert set(run.counts) == {"200"}, (name, run.counts)
                rates[name].append(run.rate_per_s)
    medians = {name: statistics.median(of_app) for name, of_app in rates.items()}
    print(f"\n/predict, drawings; medians of {ROUNDS} rounds")
    for name, median in medians.items():
        print(
            f"{name:32} {median:7,.0f} a second   inkling {medians['inkling'] / median:.2f} of it"
        )


@contextmanager
def exported() -> Iterator[str]:
    """Write the shipped convnet as an ONNX file; fail if that computes anything else."""
    shipped = weights.load(WEIGHTS).network
    model = to_onnx(weights.load_trainable(WEIGHTS).network)
    inputs = np.random.default_rng(0).random((8, 784), np.float32)
    (activations,) = onnx_session(model).run(None, {"inputs": inputs})
    np.testing.assert_allclose(activations, shipped.activations(inputs), rtol=1e-3, atol=1e-5)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "convnet.onnx")
        file.write_bytes(model)
        yield str(file)


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
