"""Faults that the service must survive, with the gunicorn that ships."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest

from app.telemetry.worker_metrics import FILE_BYTES, PREFIX
from benchmarks.load.pictures import drawings
from benchmarks.load.requests import Request, form
from tests.hostile.clients import SLOW, slow_clients
from tests.serving import Server, serving
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")

# A test counts answers, not milliseconds: on a busy machine no request may be refused for that.
PATIENT = {"INKLING_MAX_WAIT_SECONDS": "60"}
SMALL = [Request("/predict", file) for file in drawings(20)]
N_CLIENTS, TIMEOUT_S = 4, 60


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(n_workers=2, **PATIENT) as server:
        yield server


def send_all(server: Server, requests: Sequence[Request]) -> Counter[int]:
    """Send each request once, shared among the clients; return how many got which status."""

    def send_share(first: int) -> list[int]:
        with closing(HTTPConnection(server.address, timeout=TIMEOUT_S)) as connection:
            return [status(connection, request) for request in requests[first::N_CLIENTS]]

    with ThreadPoolExecutor(N_CLIENTS) as pool:
        return Counter(each for share in pool.map(send_share, range(N_CLIENTS)) for each in share)


@contextmanager
def sending(server: Server, requests: Sequence[Request]) -> Iterator[list[int]]:
    """Let clients send these requests again and again; give the list of statuses, which grows."""
    statuses: list[int] = []
    is_over = Event()

    def send_on(first: int) -> None:
        own = cycle([*requests[first:], *requests[:first]])
        with closing(HTTPConnection(server.address, timeout=TIMEOUT_S)) as connection:
            while not is_over.is_set():
                statuses.append(status(connection, next(own)))

    with ThreadPoolExecutor(N_CLIENTS) as pool:
        clients = [pool.submit(send_on, first) for first in range(N_CLIENTS)]
        try:
            yield statuses
        finally:
            is_over.set()
    for client in clients:
        client.result()


def status(connection: HTTPConnection, request: Request) -> int:
    """Return the status of the answer to a request, 0 without an answer."""
    try:
        connection.request("POST", request.path, request.body, {"Content-Type": request.media_type})
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, HTTPException):
        connection.close()
        return 0


def wait_for_more(statuses: list[int], n_more: int) -> None:
    end = len(statuses) + n_more
    wait_for(lambda: len(statuses) >= end, f"{n_more} more answers")


def test_beside_slow_clients_of_every_kind_each_request_is_answered(server: Server) -> None:
    with ExitStack() as stack:
        for kind in SLOW:
            stack.enter_context(slow_clients(server, kind, n_clients=20))
        assert send_all(server, SMALL * 5) == {200: 100}


def test_a_killed_worker_loses_only_the_requests_that_it_was_answering(server: Server) -> None:
    killed, kept = server.worker_pids()
    with sending(server, SMALL) as statuses:
        wait_for_more(statuses, 40)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: killed not in server.worker_pids(), "a new worker")
        wait_for_more(statuses, 40)
    counts = Counter(statuses)
    assert counts.keys() <= {200, 0}
    assert counts[0] <= N_CLIENTS
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
        assert send_all(server, requests) == {200: len(requests)}
        assert server.worker_pids() == before
        server.reload()  # The new workers get no files of metrics.
        assert send_all(server, SMALL) == {200: len(SMALL)}


def n_metrics_files(root: Path) -> int:
    """Return how many files of metrics there are with all of their size."""
    files = Path(f"{root}/dev/shm").glob(f"{PREFIX}*/*.db")
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
