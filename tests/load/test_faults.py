"""Faults that the service must survive, with the gunicorn that ships."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app.telemetry.metrics import FILE_BYTES
from tests.load.clients import Outcome, send_all, sending
from tests.load.pictures import drawings
from tests.load.requests import Request, form
from tests.load.slow_clients import SLOW, slow_clients
from tests.serving import Server, serving
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")

# A test counts answers, not milliseconds: on a busy machine no request may be refused for that.
PATIENT = {"INKLING_MAX_WAIT_SECONDS": "60"}
SMALL = [Request("/predict", file) for file in drawings(20)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(n_workers=2, **PATIENT) as server:
        yield server


def statuses(outcomes: Iterable[Outcome]) -> Counter[int]:
    return Counter(outcome.status for outcome in outcomes)


def wait_for_more(outcomes: list[Outcome], n_more: int) -> None:
    end = len(outcomes) + n_more
    wait_for(lambda: len(outcomes) >= end, f"{n_more} more answers")


@pytest.mark.parametrize("kind", SLOW)
def test_beside_a_hundred_slow_clients_every_request_is_answered(kind: str, server: Server) -> None:
    with slow_clients(server, kind, n_clients=100):
        assert statuses(send_all(server, SMALL * 5, n_clients=4)) == {200: 100}


def test_a_killed_worker_loses_only_the_requests_that_it_was_answering(server: Server) -> None:
    killed, kept = server.worker_pids()
    with sending(server, SMALL, n_clients=4) as outcomes:
        wait_for_more(outcomes, 40)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: killed not in server.worker_pids(), "a new worker")
        wait_for_more(outcomes, 40)
    counts = statuses(outcomes)
    assert counts.keys() <= {200, 0}
    assert counts[0] <= 4
    assert kept in server.worker_pids()


def test_without_room_for_temporary_files_every_request_is_answered(tmp_path: Path) -> None:
    folders = (tmp_path, Path("/dev/shm"))
    mounts = " && ".join(f"mount -t tmpfs -o size=8m tmpfs '{folder}'" for folder in folders)
    with_small_folders = ("unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh")
    if not shutil.which("unshare") or subprocess.run([*with_small_folders, "true"]).returncode:
        pytest.skip("needs the right to mount")
    large = SMALL[0].body + bytes(9_000_000)  # what follows the end of a PNG is ignored
    requests = [Request("/predict", large), form("/predict", [large])] * 4
    requests += [form("/predict/batch", [request.body for request in SMALL]), *SMALL]
    with serving(*with_small_folders, n_workers=2, TMPDIR=str(tmp_path), **PATIENT) as server:
        before = server.worker_pids()
        root = Path(f"/proc/{server.process.pid}/root")
        wait_for(lambda: n_metrics_files(root) == 2 * 3, "the main process and both workers")
        for folder in folders:
            fill(Path(f"{root}{folder}/filler"))
        assert statuses(send_all(server, requests, n_clients=4)) == {200: len(requests)}
        assert server.worker_pids() == before
        server.process.send_signal(signal.SIGHUP)  # The new workers get no files of metrics.
        wait_for(lambda: not {*before} & {*server.worker_pids()}, "new workers")
        assert statuses(send_all(server, SMALL, n_clients=4)) == {200: len(SMALL)}


def n_metrics_files(root: Path) -> int:
    """Return how many files of metrics there are with all of their size."""
    files = Path(f"{root}/dev/shm").glob("inkling-metrics-*/*.db")
    return sum(file.stat().st_size >= FILE_BYTES for file in files)


def fill(path: Path) -> None:
    """Write to a file until its file system is full."""
    with path.open("wb", buffering=0) as file:
        for size_bytes in (65_536, 1):
            try:
                while file.write(bytes(size_bytes)):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
