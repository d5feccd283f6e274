"""The container's health check: ready, not ready, and a server that does not answer in time."""

import inspect
import re
import runpy
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.config import ROOT

is_ready: Callable[..., bool] = runpy.run_path(str(ROOT / "deploy/healthcheck.py"))["is_ready"]


@pytest.fixture(params=[200, 503])
def server(request: pytest.FixtureRequest) -> Iterator[HTTPServer]:
    """Run a server that answers /readyz with a status, and all else with 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.status = request.param  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_container_is_healthy_when_its_server_is_ready(server: HTTPServer) -> None:
    assert is_ready(server.server_port, timeout_s=60) == (server.status == 200)  # type: ignore[attr-defined]


def test_a_server_that_does_not_listen_or_not_answer_is_not_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert not is_ready(port, timeout_s=0.1)
    assert not is_ready(port)


def test_the_health_check_ends_before_the_engine_kills_it() -> None:
    timeout_s = inspect.signature(is_ready).parameters["timeout_s"].default
    of_engine = re.search(r"--timeout=(\d+)s", (ROOT / "Dockerfile").read_text())
    assert of_engine
    assert 1 <= timeout_s < int(of_engine[1])
