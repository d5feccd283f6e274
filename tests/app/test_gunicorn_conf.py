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


@pytest.mark.parametrize(("drain_seconds", "timeout_s"), [(0.0, 6), (2.0, 8), (2.1, 9)])
def test_workers_have_six_seconds_after_draining_to_answer_what_they_accepted(
    drain_seconds: float, timeout_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_ready = configuration(monkeypatch)["when_ready"]
    settings: dict[str, object] = {}
    server = SimpleNamespace(
        cfg=SimpleNamespace(set=settings.__setitem__),
        app=SimpleNamespace(wsgi=lambda: SimpleNamespace(config={"DRAIN_SECONDS": drain_seconds})),
        LISTENERS=[SimpleNamespace(sock=SimpleNamespace(getsockname=lambda: ("127.0.0.1", 80)))],
    )
    when_ready(server)
    assert settings == {"graceful_timeout": timeout_s}


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
