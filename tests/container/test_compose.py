"""All of compose.yaml: Inklings behind HAProxy, one of which is stopped under load."""

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest

from app.config import ROOT
from tests.container.engine import ENGINE, IMAGE, engine, needs_image
from tests.deploy.balancer import Balancer
from tests.serving import free_port
from tests.waiting import wait_for

BALANCER = os.environ.get("HAPROXY_IMAGE", "")
COMPOSE = ["docker", "compose"] if ENGINE.endswith("docker") else ["podman-compose"]
PROJECT = "inkling-test"

pytestmark = [
    *needs_image,
    pytest.mark.skipif(not BALANCER, reason="HAPROXY_IMAGE names no image"),
    pytest.mark.skipif(not shutil.which(COMPOSE[0]), reason=f"{COMPOSE[0]} is not installed"),
]


def compose(*arguments: str, port: int = 8000) -> None:
    # One client sends more than the usual rate limit allows.
    environ = os.environ | {"PORT": str(port), "INKLING_IMAGE": IMAGE, "RATE_LIMIT": ""}
    command = [*COMPOSE, "--project-name", PROJECT, *arguments]
    run = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=200
    )
    assert run.returncode == 0, run.stderr


def containers(service: str) -> list[str]:
    names = engine("ps", "--format={{.Names}}").splitlines()
    return [name for name in names if name.startswith(PROJECT) and service in name[len(PROJECT) :]]


def answering() -> set[str]:
    """Return the names of the servers that have answered, as the balancer logs them."""
    [balancer] = containers("balancer")
    lines = engine("logs", balancer).splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    return {entry["server"] for entry in entries if entry["status"] == 200}


@pytest.fixture(scope="module")
def balancer() -> Iterator[Balancer]:
    port = free_port()
    try:
        compose("up", "--detach", port=port)
        balancer = Balancer(port)
        wait_for(lambda: have_all_answered(balancer), "answers by both Inklings")
        yield balancer
    finally:
        compose("down")


def have_all_answered(balancer: Balancer) -> bool:
    with suppress(OSError):
        balancer.ask("GET", "/readyz")
    return len(answering()) == 2


def test_a_digit_is_read_and_figures_are_kept_inside(balancer: Balancer, seven: bytes) -> None:
    status, _, answer = balancer.ask("POST", "/predict", seven, Content_Type="image/png")
    assert (status, answer["digit"]) == (200, 7)
    assert balancer.ask("GET", "/metrics")[0] == 404


def test_an_inkling_reaches_no_other_host(balancer: Balancer) -> None:
    connect = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=2)"
    command = [ENGINE, "exec", containers("inkling")[0], "python", "-c", connect]
    run = subprocess.run(command, capture_output=True, text=True)
    assert "Network is unreachable" in run.stderr


def test_no_request_is_lost_while_an_inkling_is_stopped(balancer: Balancer, seven: bytes) -> None:
    has_stopped = Event()

    def ask_until_it_has_stopped() -> list[int]:
        statuses = []
        while not has_stopped.is_set():
            statuses.append(balancer.ask("POST", "/predict", seven, Content_Type="image/png")[0])
        return statuses

    with ThreadPoolExecutor() as clients:
        answers = [clients.submit(ask_until_it_has_stopped) for _ in range(4)]
        try:
            engine("stop", "--time=15", containers("inkling")[0])
        finally:
            has_stopped.set()
    statuses = Counter(status for answer in answers for status in answer.result())
    assert set(statuses) == {200}
    assert len(containers("inkling")) == 1
