"""Logs, metrics and guards of the server that ships, workers and all."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.config import ROOT
from tests.app.serving import digit_in, problem_in, running, send, start

# Runs a command with so little shared memory that a page of it is already too much.
WITH_FULL_SHARED_MEMORY = (
    *("unshare", "--map-root-user", "--mount", "sh", "-c"),
    "mount -t tmpfs -o size=64k tmpfs /dev/shm; head -c 65536 /dev/zero >/dev/shm/full; exec $0 $*",
)


def read_seven(address: str, seven: bytes) -> None:
    """Have a digit read, on a connection of its own: any worker may take it."""
    connection = HTTPConnection(address, timeout=30)
    assert digit_in(send(connection, seven)) == 7
    connection.close()


def n_read(address: str) -> int:
    """Return how many answers of `/predict` the metrics count."""
    connection = HTTPConnection(address, timeout=30)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    start = 'inkling_requests_total{method="POST",route="/predict",status="200"} '
    return sum(int(float(line.removeprefix(start))) for line in lines if line.startswith(start))


def workers_of(server: subprocess.Popen[str]) -> set[int]:
    return set(map(int, Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()))


def test_the_metrics_are_those_of_all_workers_and_stay_when_these_are_killed(seven: bytes) -> None:
    with running(WEB_CONCURRENCY="2") as (server, address):
        for n_sevens in range(1, 9):
            read_seven(address, seven)
            assert n_read(address) == n_sevens
        killed = workers_of(server)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        while len(workers_of(server) - killed) < 2:
            time.sleep(0.05)
        read_seven(address, seven)
        assert {n_read(address) for _ in range(8)} == {9}


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
def test_full_shared_memory_stops_no_counting(seven: bytes) -> None:
    with running(*WITH_FULL_SHARED_MEMORY, WEB_CONCURRENCY="2") as (_, address):
        for n_sevens in range(1, 5):
            read_seven(address, seven)
            assert n_read(address) == n_sevens


@contextmanager
def logging_server(lines: list[str]) -> Iterator[str]:
    """Run a server that logs JSON; give its address, and afterwards what it has written."""
    server = start(stderr=subprocess.STDOUT, INKLING_LOG="json")
    try:
        assert server.stdout
        lines.append(server.stdout.readline())
        yield urlsplit(json.loads(lines[0])["message"].split()[3]).netloc
    finally:
        server.terminate()
        lines += server.communicate(timeout=20)[0].splitlines()


def test_a_server_that_logs_json_writes_nothing_else(seven: bytes) -> None:
    lines: list[str] = []
    with logging_server(lines) as address:
        read_seven(address, seven)
        host, port = address.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"NOT HTTP, name=secret\r\n\r\n")
            while connection.recv(1000):
                pass
        connection = HTTPConnection(address, timeout=30)
        assert problem_in(send(connection, b"secret", path="/predict?name=secret"))["status"] == 400
        connection.close()
    entries = [json.loads(line) for line in lines]
    assert [entry["level"] for entry in entries] == ["info", "info", "warning", "info"]
    outcomes = [entry["outcome"] for entry in entries if entry.get("event") == "request"]
    assert outcomes == ["certain", "urn:inkling:not-a-picture"]
    for secret in ("secret", "127.0.0.1:", "PNG"):
        assert secret not in "".join(lines[1:])


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("INKLING_API_KEY", "short", "at least 16 characters"),
        ("INKLING_RATE_LIMIT", "often", "written like '10 per second"),
        ("INKLING_ALLOWED_ORIGINS", "example.com", "origins such as https://example.com"),
    ],
)
def test_a_guard_that_is_set_up_wrongly_ends_the_start_with_one_line(
    variable: str, value: str, words: str
) -> None:
    environ = os.environ | {"PORT": "0", variable: value}
    command = [sys.executable, "-m", "gunicorn"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith(f"Inkling cannot start: {variable} must ")
    assert words in run.stderr
