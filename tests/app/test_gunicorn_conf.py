import os
import re
import resource
import runpy
import socket
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from gevent import monkey

from app.config import ROOT


def configuration(monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Any]:
    """Return the settings of gunicorn.conf.py with these environment variables."""
    for name in ("HOST", "PORT", "METRICS_PORT", "WEB_CONCURRENCY", "INKLING_LOG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(monkey, "patch_all", lambda: None)  # which would hold for all tests
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))


@pytest.mark.parametrize(
    ("environ", "bind"),
    [
        ({}, "127.0.0.1:8000"),
        ({"HOST": "", "PORT": ""}, "127.0.0.1:8000"),
        ({"HOST": "0.0.0.0", "PORT": "80"}, "0.0.0.0:80"),
        ({"HOST": "::1", "PORT": "65535"}, "[::1]:65535"),
    ],
)
def test_it_listens_on_the_host_and_port_of_the_environment(
    environ: dict[str, str], bind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configuration(monkeypatch, **environ)["bind"] == [bind]


@pytest.mark.parametrize(("n_cores", "n_workers"), [(None, 1), (1, 1), (4, 4), (64, 4)])
def test_there_is_a_worker_for_each_core_but_at_most_four(
    n_cores: int | None, n_workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: n_cores)
    assert configuration(monkeypatch)["workers"] == n_workers


@pytest.mark.parametrize(
    ("variable", "value", "bounds"),
    [
        ("PORT", "65536", "from 0 to 65535"),
        ("METRICS_PORT", "on", "from 1 to 65535"),
        *(("WEB_CONCURRENCY", value, "from 1 to 256") for value in ("257", "0", "-1", "two")),
    ],
)
def test_a_bad_number_ends_the_start(
    variable: str, value: str, bounds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configuration(monkeypatch, WEB_CONCURRENCY="256")["workers"] == 256
    with pytest.raises(SystemExit, match=f"{variable} must be .* {bounds}, but it is {value!r}"):
        configuration(monkeypatch, **{variable: value})


def test_each_worker_gets_the_lowest_number_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    pre_fork = configuration(monkeypatch, WEB_CONCURRENCY="3")["pre_fork"]
    server = SimpleNamespace(WORKERS={1: SimpleNamespace(number=0), 2: SimpleNamespace(number=2)})
    worker = SimpleNamespace()
    pre_fork(server, worker)
    assert worker.number == 1


@pytest.mark.parametrize(
    ("soft", "hard", "raised_to", "n_connections"),
    [
        (1024, 524_288, 10_100, 10_000),
        (1024, resource.RLIM_INFINITY, 10_100, 10_000),
        (1024, 4096, 4096, 3996),
        (500_000, 524_288, None, 10_000),
    ],
)
def test_the_limit_of_open_files_is_raised_and_bounds_the_connections(
    soft: int, hard: int, raised_to: int | None, n_connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limit: limits.append(limit))
    assert configuration(monkeypatch)["worker_connections"] == n_connections
    assert limits == ([(raised_to, hard)] if raised_to else [])


def test_a_taken_port_ends_the_start_at_once_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    on_starting = configuration(monkeypatch)["on_starting"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = SimpleNamespace(address=["unix:/run/inkling", taken.getsockname()])
        with pytest.raises(SystemExit, match=r"^Inkling cannot start: port \d+ .* is taken: stop"):
            on_starting(server)
        for variable in ("GUNICORN_FD", "LISTEN_FDS"):  # it has this socket, as after SIGUSR2
            monkeypatch.setenv(variable, "3")
            on_starting(server)
            monkeypatch.delenv(variable)
    on_starting(server)


def test_the_operators_may_have_a_port_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    binds = configuration(monkeypatch, HOST="0.0.0.0", PORT="80", METRICS_PORT="9090")["bind"]
    assert binds == ["0.0.0.0:80", "0.0.0.0:9090"]
    assert configuration(monkeypatch, METRICS_PORT="")["bind"] == ["127.0.0.1:8000"]


NETWORK = r"127\.0\.0\.1:80 \(from this network: http://.+:80\)"


@pytest.mark.parametrize(
    ("host", "log", "address", "is_firewall_named"),
    [
        ("192.0.2.7", "text", r"192\.0\.2\.7:80", False),
        ("::1", "text", r"\[::1\]:80", False),
        ("0.0.0.0", "text", NETWORK, True),
        ("0.0.0.0", "json", NETWORK, False),
    ],
)
def test_it_logs_the_address_and_for_all_interfaces_that_in_the_network_and_the_firewall(
    host: str,
    log: str,
    address: str,
    is_firewall_named: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    options = []
    sock = SimpleNamespace(
        getsockname=lambda: (host, 80), setsockopt=lambda *option: options.append(option)
    )
    with caplog.at_level("INFO", "inkling"):
        ready = configuration(monkeypatch, INKLING_LOG=log)["when_ready"]
        ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=sock)]))
    assert re.fullmatch(f"Inkling is ready: http://{address}", caplog.messages[0])
    assert ("ufw allow 80/tcp" in caplog.text) == is_firewall_named
    assert options == [
        (socket.SOL_SOCKET, socket.SO_SNDBUF, 131_072),
        (socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 16_384),
    ]


def test_it_keeps_connections_longer_than_the_balancer(monkeypatch: pytest.MonkeyPatch) -> None:
    balancer = (ROOT / "deploy/haproxy.cfg").read_text()
    kept_s = re.search(r"timeout http-keep-alive (\d+)s", balancer)
    assert kept_s
    keepalive_s = configuration(monkeypatch)["keepalive"]
    assert int(kept_s[1]) < 60 < keepalive_s < 120  # others keep them for up to 60 seconds


def test_what_is_loaded_before_the_workers_start_is_exempt_from_garbage_collection() -> None:
    script = "import app.wsgi, gc; print(gc.get_freeze_count() > 10_000)"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"
