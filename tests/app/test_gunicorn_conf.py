import os
import re
import runpy
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from app.config import ROOT, Settings


def configuration(monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Any]:
    """Return the settings of gunicorn.conf.py with these environment variables."""
    for name in ("HOST", "PORT", "WEB_CONCURRENCY", "INKLING_LOG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
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
    assert configuration(monkeypatch, **environ)["bind"] == bind


@pytest.mark.parametrize(("n_cores", "n_workers"), [(None, 1), (1, 1), (4, 4), (64, 4)])
def test_there_is_a_worker_for_each_core_but_at_most_four(
    n_cores: int | None, n_workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: n_cores)
    assert configuration(monkeypatch)["workers"] == n_workers


def test_a_port_above_65535_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match=r"PORT must be .* from 0 to 65535, but it is '65536'"):
        configuration(monkeypatch, PORT="65536")


def test_up_to_256_workers_may_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configuration(monkeypatch, WEB_CONCURRENCY="256")["workers"] == 256
    for number in ("257", "0", "-1", "two"):
        with pytest.raises(SystemExit, match=r"WEB_CONCURRENCY must be .* from 1 to 256, but it"):
            configuration(monkeypatch, WEB_CONCURRENCY=number)


def test_each_worker_gets_the_lowest_row_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    pre_fork = configuration(monkeypatch, WEB_CONCURRENCY="3")["pre_fork"]
    server = SimpleNamespace(WORKERS={1: SimpleNamespace(row=0), 2: SimpleNamespace(row=2)})
    worker = SimpleNamespace()
    pre_fork(server, worker)
    assert worker.row == 1
    assert len(worker.connections_by_row) == 3


def ready(
    configuration: dict[str, Any], host: str = "127.0.0.1", drain_seconds: float = 2.0
) -> dict[str, object]:
    """Let the configuration see a server that is ready; return what it sets."""
    settings: dict[str, object] = {}
    listener = SimpleNamespace(getsockname=lambda: (host, 80))
    app = SimpleNamespace(config={"DRAIN_SECONDS": drain_seconds})
    configuration["when_ready"](
        SimpleNamespace(
            cfg=SimpleNamespace(set=settings.__setitem__),
            app=SimpleNamespace(wsgi=lambda: app),
            LISTENERS=[SimpleNamespace(sock=listener)],
        )
    )
    return settings


@pytest.mark.parametrize(("drain_seconds", "timeout_s"), [(0.0, 6), (2.0, 8), (2.1, 9)])
def test_workers_have_six_seconds_after_draining_to_answer_what_they_accepted(
    drain_seconds: float, timeout_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ready(configuration(monkeypatch), drain_seconds=drain_seconds)
    assert settings == {"graceful_timeout": timeout_s}


@pytest.mark.parametrize(
    ("host", "line"),
    [
        ("192.0.2.7", r"Inkling is ready: http://192\.0\.2\.7:80"),
        ("::1", r"Inkling is ready: http://\[::1\]:80"),
        (
            "0.0.0.0",
            r"Inkling is ready: http://127\.0\.0\.1:80 \(from this network: http://.+:80\)",
        ),
    ],
)
def test_it_logs_the_address_and_for_all_interfaces_also_the_one_in_the_network(
    host: str, line: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "inkling"):
        ready(configuration(monkeypatch), host)
    assert re.fullmatch(line, caplog.messages[-1])


def test_by_default_it_stops_before_container_engines_kill_it_after_ten_seconds() -> None:
    assert Settings().drain_seconds + 6 < 10


def test_the_balancer_opens_as_many_connections_as_a_server_has_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    n_workers = next(
        int(entry.partition("=")[2])
        for entry in compose["services"]["inkling"]["environment"]
        if entry.startswith("WEB_CONCURRENCY=")
    )
    balancer = (ROOT / "deploy/haproxy.cfg").read_text()
    maxconn = re.search(r"default-server .*maxconn (\d+)", balancer)
    assert maxconn
    assert n_workers * configuration(monkeypatch)["threads"] == int(maxconn[1]) == 64


def test_it_keeps_connections_longer_than_the_balancer(monkeypatch: pytest.MonkeyPatch) -> None:
    balancer = (ROOT / "deploy/haproxy.cfg").read_text()
    kept_s = re.search(r"timeout http-keep-alive (\d+)s", balancer)
    assert kept_s
    keepalive_s = configuration(monkeypatch)["keepalive"]
    assert int(kept_s[1]) < 60 < keepalive_s < 120  # others keep them for up to 60 seconds
