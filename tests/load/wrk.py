"""The rate that a server keeps up with, by wrk, which takes little of the cores itself."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

SCRIPT = Path(__file__).with_name("wrk.lua")
N_CONNECTIONS = 8  # as many as two workers of four threads take up


class Listener(Protocol):
    """A server, or what stands before some: where it listens."""

    @property
    def host(self) -> str:
        """Its address."""

    @property
    def port(self) -> int:
        """Its port."""


def rate_per_s(server: Listener, requests: Sequence[bytes], duration_s: int) -> float:
    """Return how many of these requests, sent in turn, a server answers well in a second."""
    if not (wrk := shutil.which("wrk")):
        raise SystemExit("This is measured with wrk, which is not here. On Debian: apt install wrk")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, str(number)) for number in range(len(requests))]
        for path, request in zip(paths, requests, strict=True):
            path.write_bytes(request)
        options = [f"-c{N_CONNECTIONS}", "-t1", f"-d{duration_s}s", "--timeout=60s", "-s", SCRIPT]
        command = [wrk, *options, f"http://{server.host}:{server.port}", "--", *paths]
        printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    n_requests, duration_us, n_failed = map(int, printed.rpartition("outcome ")[2].split())
    return (n_requests - n_failed) / duration_us * 1e6
