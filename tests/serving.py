"""The gunicorn that ships, started as `make run` starts it, and requests over real sockets."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from app.config import ROOT
from tests.waiting import wait_for

ENDING_S = 100  # longer than any request may take
# How memory is returned to the operating system, as `make run` and the container set it.
ALLOCATOR = dict(re.findall(r"(MALLOC_\w+)=(\d+)", (ROOT / "Dockerfile").read_text()))


@dataclass(frozen=True)
class Server:
    """A running gunicorn: its process, where it listens, and the file that it logs to."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path
    n_workers: int

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"{self.host}:{self.port}"

    def worker_pids(self) -> list[int]:
        """Return the process ids of its workers, the oldest first, once all have started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")

        def all_workers() -> list[int] | None:
            pids = [int(pid) for pid in children.read_text().split()]
            return pids if len(pids) >= self.n_workers else None

        return wait_for(all_workers, f"{self.n_workers} workers") or []

    def reload(self) -> None:
        """Let it load its files again, and wait until new workers replace the present ones."""
        before = {*self.worker_pids()}
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: not before & {*self.worker_pids()}, "new workers")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop its processes while the context lasts, as ``stopped`` says."""
        with stopped(self.process.pid, *self.worker_pids()):
            yield


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Stop processes while the context lasts.

    What clients send meanwhile is there at once when the processes go on, however slow the clients
    are: no limit of time begins before. It waits until they have stopped: a process that has not
    run since takes a signal that came later, but has a lower number, first.
    """
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    states = [Path(f"/proc/{pid}/status") for pid in pids]
    try:
        wait_for(lambda: all("\nState:\tT" in path.read_text() for path in states), "them to stop")
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def serving(
    *prefix: str,
    app: str = "app.wsgi",
    command: Sequence[object] | None = None,
    n_workers: int = 1,
    cwd: Path = ROOT,
    **environ: str,
) -> Iterator[Server]:
    """Serve on a free port of this machine for as long as the context lasts.

    Parameters
    ----------
    prefix
        A command that runs another one, which it is given, as ``unshare`` does.
    app
        The module that holds the application.
    command
        Another command that serves.
    n_workers
        Number of worker processes.
    cwd
        Where it is started.
    environ
        Environment variables, which are settings.
    """
    settings = {"HOST": "127.0.0.1", "PORT": "0", "WEB_CONCURRENCY": str(n_workers)}
    server = map(str, command or [sys.executable, "-m", "gunicorn", app])
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*prefix, *server],
                cwd=cwd,
                env=os.environ | ALLOCATOR | settings | environ,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            host, port = _address(process, log)
            yield Server(process, host, port, log, n_workers)
        finally:
            process.terminate()
            process.wait(ENDING_S)
        assert "Traceback" not in log.read_text(), log.read_text()


def _address(process: subprocess.Popen[bytes], log: Path) -> tuple[str, int]:
    """Return where a server listens, once it says so."""
    ready = re.compile(r"Inkling is ready: http://([\d.]+):(\d+)")

    def said() -> re.Match[str] | None:
        assert process.poll() is None, log.read_text()
        return ready.search(log.read_text())

    match = wait_for(said, "the line that says that the server is ready", 200)
    assert match
    return match[1], int(match[2])


def n_connections(server: Server) -> int:
    """Return how many sockets the workers of a server have open, with those they listen at."""
    names = []
    for pid in server.worker_pids():
        for path in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # It may have been closed this moment.
                names.append(str(path.readlink()))
    return sum("socket" in name for name in names)


def is_accepting(server: Server) -> bool:
    """Whether a connection is accepted and its request answered."""
    connection = HTTPConnection(server.address, timeout=60)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def send(
    connection: HTTPConnection,
    body: bytes,
    content_type: str = "image/png",
    *,
    is_chunked: bool = False,
    path: str = "/predict",
    **headers: str,
) -> HTTPResponse:
    connection.request(
        "POST",
        path,
        _in_chunks(body) if is_chunked else body,
        {"Content-Type": content_type} | headers,
        encode_chunked=is_chunked,
    )
    return connection.getresponse()


def _in_chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 1_000_000):
        yield body[start : start + 1_000_000]


def problem_in(response: HTTPResponse) -> dict[str, object]:
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = json.loads(response.read())
    assert problem["status"] == response.status
    return problem


def digit_in(response: HTTPResponse) -> int:
    answer = json.loads(response.read())
    assert response.status == 200, answer
    return int(answer["digit"])


def read_digit(server: Server, picture: bytes) -> int:
    """Return the digit in the answer to a picture, on a connection that any worker may take."""
    with closing(HTTPConnection(server.address, timeout=60)) as connection:
        return digit_in(send(connection, picture))


def n_answers(server: Server, route: str, status: int = 200) -> int:
    """Return how many answers to posts of a route the metrics count with a status."""
    with closing(HTTPConnection(server.address, timeout=60)) as connection:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    labels = f'method="POST",route="{route}",status="{status}"'
    found = re.findall(rf"^inkling_requests_total{{{labels}}} (\S+)$", text, re.MULTILINE)
    return sum(int(float(each)) for each in found)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens at, for a program that cannot choose one.

    It is below those that the system gives to connections and to port 0: beside other tests one of
    them might be taken before the program listens at it.
    """
    while True:
        port = random.SystemRandom().randrange(10_000, 32_768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
