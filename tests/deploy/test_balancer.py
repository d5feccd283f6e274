"""HAProxy with its configuration: what clients get while servers stop, and its own errors."""

import errno
import json
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest

from app.config import Settings
from app.errors import ProblemCode
from tests.deploy.balancer import (
    CONFIGURATION,
    HAPROXY,
    PATIENT,
    LocalBalancer,
    adapted_configuration,
    balancing,
)
from tests.hostile.echo import echoing
from tests.serving import free_port, serving
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed")


def wait_until_answered_by(balancer: LocalBalancer, n_servers: int) -> Counter[str]:
    """Ask until so many servers have answered; return how many answers each gave."""

    def answers_by_all() -> Counter[str] | None:
        balancer.ask("GET", "/models")
        servers = Counter(entry["server"] for entry in balancer.entries() if entry["status"] == 200)
        return servers if len(servers) == n_servers else None

    return wait_for(answers_by_all, f"answers by {n_servers} servers") or Counter()


def is_refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def test_haproxy_has_no_warning_about_its_configuration() -> None:
    command = [HAPROXY, "-c", "-dW", "-f", str(CONFIGURATION)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_haproxy_takes_a_certificate_as_the_readme_says(tmp_path: Path) -> None:
    lines = re.findall(r"`(bind :\S+(?: ssl crt \S+)?)`", Path("deploy/README.md").read_text())
    plain, secure = lines
    subject = ["-subj", "/CN=example.org", "-newkey", "rsa:2048", "-nodes", "-x509"]
    command = ["openssl", "req", *subject, "-keyout", tmp_path / "key", "-out", tmp_path / "cert"]
    subprocess.run(command, check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_text((tmp_path / "cert").read_text() + (tmp_path / "key").read_text())
    file = re.sub(r"crt \S+", f"crt {both}", secure)
    configuration = tmp_path / "haproxy.cfg"
    configuration.write_text(CONFIGURATION.read_text().replace(plain, file))
    assert f"ssl crt {both}" in configuration.read_text()
    run = subprocess.run([HAPROXY, "-c", "-f", configuration], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_haproxy_does_not_start_without_files_for_all_connections(tmp_path: Path) -> None:
    configuration = tmp_path / "haproxy.cfg"
    configuration.write_text(adapted_configuration(free_port()))
    command = 'ulimit -n 8000 && exec "$0" -db -f "$1"'
    arguments = ["sh", "-c", command, HAPROXY, str(configuration)]
    run = subprocess.run(arguments, capture_output=True, text=True)
    assert run.returncode != 0
    assert "Cannot raise FD limit" in run.stderr


def test_all_that_is_about_rooms_goes_to_one_of_two_servers(tmp_path: Path) -> None:
    with (
        echoing() as first,
        echoing() as second,
        balancing(tmp_path, first.server_port, second.server_port) as balancer,
    ):
        for path in ("/join", "/room", "/room/digit", "/room/photograph") * 3:
            assert balancer.ask("GET", path)[0] == 200
        assert {len(first.requests), len(second.requests)} == {0, 12}
        wait_until_answered_by(balancer, 2)


def test_no_request_is_lost_when_a_server_is_gone(tmp_path: Path, seven: bytes) -> None:
    # No check tells the balancer that it is gone, so requests are sent to it.
    unchecked = PATIENT | {"default-server": "check port 9090 inter 1h fall 2 rise 1"}
    with (
        echoing() as first,
        echoing() as second,
        balancing(tmp_path, first.server_port, second.server_port, changes=unchecked) as balancer,
    ):
        wait_until_answered_by(balancer, 2)
        first.shutdown()
        first.server_close()
        assert is_refused(first.server_port)
        answers = [balancer.ask("POST", "/predict", seven) for _ in range(30)]
        assert Counter(status for status, *_ in answers) == {200: 30}
        entries = [balancer.entry(headers["x-request-id"]) for _, headers, _ in answers]
        assert {entry["server"] for entry in entries} == {f"inkling{second.server_port}"}
        assert any(entry["retries"] for entry in entries)


def test_no_request_is_lost_while_a_server_stops(tmp_path: Path, seven: bytes) -> None:
    has_stopped = Event()

    def ask_until_it_has_stopped(balancer: LocalBalancer) -> list[int]:
        statuses = []
        while not has_stopped.is_set():
            status, *_ = balancer.ask("POST", "/predict", seven, Content_Type="image/png")
            statuses.append(status)
        return statuses

    with (
        serving() as first,
        echoing() as second,
        balancing(tmp_path, first.port, second.server_port) as balancer,
        ThreadPoolExecutor() as clients,
    ):
        wait_until_answered_by(balancer, 2)
        answers = [clients.submit(ask_until_it_has_stopped, balancer) for _ in range(4)]
        try:
            first.process.terminate()
            assert first.process.wait(60) == 0
        finally:
            has_stopped.set()
        statuses = Counter(status for answer in answers for status in answer.result())
        assert set(statuses) == {200}


def test_without_a_ready_server_there_is_503_to_retry(tmp_path: Path, seven: bytes) -> None:
    with balancing(tmp_path) as balancer:
        status, headers, problem = balancer.ask("POST", "/predict", seven)
        assert status == problem["status"] == 503
        assert headers["content-type"] == "application/problem+json"
        assert headers["retry-after"] == "1"
        assert set(problem) == {"type", "title", "status", "detail"}


@contextmanager
def serving_with(handler: type[StreamRequestHandler]) -> Iterator[int]:
    """Run a server whose connections are handled so; give its port."""
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


READY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
FAILED = b"HTTP/1.1 500 Failed\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@pytest.mark.parametrize(("n_bytes", "n_tries"), [(100, 3), (100_000, 1)])
def test_a_request_without_an_answer_is_sent_again_twice_if_it_is_small(
    n_bytes: int, n_tries: int, tmp_path: Path
) -> None:
    received = []

    class Silent(StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline()
            if b"/readyz" in line:
                self.wfile.write(READY)
            else:
                received.append(line)

    with serving_with(Silent) as port, balancing(tmp_path, port) as balancer:
        status, _, problem = balancer.ask("POST", "/predict", bytes(n_bytes))
    assert status == problem["status"] == 502
    assert received == [b"POST /predict HTTP/1.1\r\n"] * n_tries


def test_a_failure_of_a_server_is_not_hidden(tmp_path: Path) -> None:
    class Failing(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(READY if b"/readyz" in self.rfile.readline() else FAILED)

    with serving_with(Failing) as port, balancing(tmp_path, port) as balancer:
        assert balancer.ask("GET", "/models")[0] == 500


TEXT = CONFIGURATION.read_text()
PROBLEMS = [json.loads(text) for text in re.findall(r"string '(\{.*?\})'", TEXT)]
CODES = {code.type: code for code in ProblemCode}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: str(problem["status"]))
def test_an_error_of_the_balancer_is_a_problem_of_the_app(problem: dict[str, str | int]) -> None:
    assert problem.keys() == {"type", "title", "status", "detail"}
    if problem["type"] == "about:blank":
        names = {
            414: "URI Too Long",
            422: "Unprocessable Content",
        }  # RFC 9110; Python's are older before 3.13
        status = int(problem["status"])
        assert problem["title"] == names.get(status, HTTPStatus(status).phrase)
    else:
        code = CODES[str(problem["type"])]
        assert (problem["title"], problem["status"]) == (code.title, code.status)


def test_every_error_is_worded_and_sent_with_its_own_status() -> None:
    answered = re.findall(r"http-error status (\d+)", TEXT)
    assert answered == ["400", "408", "422", "502", "503", "504"]
    pairs = re.findall(r"status (\d+) content-type \S+ .*?\"status\": (\d+)", TEXT)
    assert len(pairs) == len(PROBLEMS)
    assert all(sent == said for sent, said in pairs)


def test_the_limits_of_the_balancer_are_those_of_the_app() -> None:
    [limit] = re.findall(r"req.body_size gt (\d+)", TEXT)
    [seconds] = re.findall(r"timeout server (\d+)s", TEXT)
    settings = Settings()
    assert int(limit) == settings.max_body_bytes
    assert f" {int(limit):,} bytes" in TEXT
    assert int(seconds) > settings.max_upload_seconds + settings.max_wait_seconds
