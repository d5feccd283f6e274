"""What clients get through HAProxy while Inklings behind it come, go and fall over."""

import errno
import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.deploy.balancer import CONFIGURATION, HAPROXY, LocalBalancer, balancing
from tests.load.server import Server, serving

pytestmark = pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed")


@contextmanager
def two_inklings(folder: Path) -> Iterator[list[Server]]:
    with ExitStack() as stack:
        servers = []
        for name in ("first", "second"):
            (folder / name).mkdir()
            server = stack.enter_context(serving(folder / name, n_workers=1))
            assert server.process.stdout
            stack.enter_context(server.process.stdout)
            servers.append(server)
        yield servers


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers it was sent."""

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBalancer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        with balancing(tmp_path_factory.mktemp("echo"), server.server_port) as balancer:
            yield balancer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def predict(balancer: LocalBalancer, seven: bytes) -> tuple[int, str]:
    """Return the status of an answer, and the identifier of its request."""
    status, headers, answer = balancer.ask("POST", "/predict", seven, Content_Type="image/png")
    assert status != 200 or answer["digit"] == 7
    return status, headers["x-request-id"]


def wait_until_answered_by(balancer: LocalBalancer, n_servers: int) -> Counter[str]:
    """Ask until so many servers have answered; return how many answers each gave."""
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s:
        balancer.ask("GET", "/models")
        servers = Counter(entry["server"] for entry in balancer.entries() if entry["status"] == 200)
        if len(servers) == n_servers:
            return servers
    raise AssertionError(balancer.log.read_text())


def wait_until_nobody_listens(port: int) -> None:
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED:
                return
    raise AssertionError(f"Somebody listens at {port}")


def test_haproxy_finds_nothing_to_warn_of_in_its_configuration() -> None:
    command = [HAPROXY, "-c", "-dW", "-f", str(CONFIGURATION)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_all_inklings_answer_and_when_one_falls_over_no_request_is_lost(
    tmp_path: Path, seven: bytes
) -> None:
    with (
        two_inklings(tmp_path) as (first, second),
        balancing(tmp_path, first.port, second.port) as balancer,
    ):
        wait_until_answered_by(balancer, 2)
        for pid in (first.process.pid, *first.worker_pids()):
            os.kill(pid, signal.SIGKILL)
        first.process.wait()
        wait_until_nobody_listens(first.port)
        answers = [predict(balancer, seven) for _ in range(30)]
        assert Counter(status for status, _ in answers) == {200: 30}
        entries = [balancer.entry(request_id) for _, request_id in answers]
        assert {entry["server"] for entry in entries} == {f"inkling{second.port}"}
        assert any(entry["retries"] for entry in entries)


def test_no_request_is_lost_while_an_inkling_stops(tmp_path: Path, seven: bytes) -> None:
    has_stopped = Event()

    def ask_all_the_time(balancer: LocalBalancer) -> list[int]:
        statuses = []
        while not has_stopped.is_set():
            statuses.append(predict(balancer, seven)[0])
        return statuses

    with (
        two_inklings(tmp_path) as (first, second),
        balancing(tmp_path, first.port, second.port) as balancer,
        ThreadPoolExecutor() as clients,
    ):
        wait_until_answered_by(balancer, 2)
        answers = [clients.submit(ask_all_the_time, balancer) for _ in range(4)]
        try:
            first.process.terminate()
            assert first.process.wait(20) == 0
        finally:
            has_stopped.set()
        statuses = Counter(status for answer in answers for status in answer.result())
        assert set(statuses) == {200}


def test_where_nobody_is_ready_the_answer_is_503_and_says_when_to_come_again(
    tmp_path: Path, seven: bytes
) -> None:
    with balancing(tmp_path) as balancer:
        status, headers, problem = balancer.ask("POST", "/predict", seven)
        assert status == problem["status"] == 503
        assert headers["content-type"] == "application/problem+json"
        assert headers["retry-after"] == "1"
        assert set(problem) == {"type", "title", "status", "detail"}


def test_a_client_that_sends_half_a_request_is_answered_408(tmp_path: Path) -> None:
    with balancing(tmp_path, timeout_http_request="200ms") as balancer:
        connection = HTTPConnection("127.0.0.1", balancer.port, timeout=20)
        connection.putrequest("POST", "/predict")
        connection.putheader("Content-Length", "100")
        connection.endheaders(b"half")
        response = connection.getresponse()
        assert response.status == json.loads(response.read())["status"] == 408
        connection.close()


def test_what_a_client_says_of_itself_is_replaced_by_what_is_seen(echo: LocalBalancer) -> None:
    told = {"X_Forwarded_For": "192.0.2.7", "X_Request_ID": "mine", "X_Forwarded_Proto": "https"}
    status, headers, seen = echo.ask("GET", "/", **told)
    assert status == 200
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert seen["x-request-id"] == headers["x-request-id"] != "mine"
    assert echo.entry(seen["x-request-id"])["status"] == 200


@pytest.mark.parametrize("path", ["/metrics", "/%6detrics", "/metrics/", "/metrics?x=1"])
def test_metrics_are_not_public(path: str, echo: LocalBalancer) -> None:
    status, _, problem = echo.ask("GET", path)
    assert (status, problem["detail"]) == (404, "Metrics are not public.")
