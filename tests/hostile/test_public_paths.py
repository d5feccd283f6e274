"""What of the app is public behind HAProxy, and what a client cannot pretend."""

import json
import posixpath
import re
from http.client import HTTPConnection
from urllib.parse import unquote

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.config import ROOT
from tests.deploy.balancer import CONFIGURATION, HAPROXY, LocalBalancer
from tests.hostile.echo import EchoServer

pytestmark = pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed")

OPERATORS_PATH = "/metrics"

NOT_PUBLIC = [
    *("/metrics", "/metrics/", "/metrics?x=1", "/metrics;x", "/metrics.json", "//metrics"),
    *("/%6detrics", "/%4DETRICS", "/METRICS", "/%2fmetrics", "/metrics%00", "/metrics%20"),
    *("/./metrics", "/predict/../metrics", "/static/../metrics", "/static/%2e%2e/metrics"),
    *("/static/js/../../metrics", "/static/..;/metrics", "/static//example.org/", "/static/"),
    *("/static/.hidden", "/x/metrics", "/predict/metrics", "/healthz/metrics", "/unknown"),
    *("*", "http://127.0.0.1/metrics", "http://127.0.0.1//metrics"),
]


def one_answer(balancer: LocalBalancer, request: bytes) -> tuple[bytes, bytes]:
    """Return the status line and the body of the only answer to these bytes."""
    head, _, body = balancer.send(request).partition(b"\r\n\r\n")
    assert b"HTTP/1.1" not in body
    return head.splitlines()[0], body


def test_every_route_and_file_is_public_but_the_metrics(app: Flask, echo: LocalBalancer) -> None:
    paths = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}
    named = re.search(r"acl is_route path -m str (.+)", CONFIGURATION.read_text())
    assert named
    assert {*named[1].split(), OPERATORS_PATH} == paths
    files = [path.relative_to(ROOT / "static") for path in (ROOT / "static").rglob("*.*")]
    paths |= {f"/static/{name}" for name in files if "__pycache__" not in name.parts}
    paths |= {f"/static/v-0123456789ab/{name}" for name in files[:9]}
    connection = HTTPConnection(echo.address, timeout=30)
    for path in paths - {OPERATORS_PATH}:
        connection.request("GET", path)
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (200, True), path
    connection.close()


@pytest.mark.parametrize("target", NOT_PUBLIC)
def test_any_other_path_is_not_found_and_reaches_no_server(
    target: str, echo: LocalBalancer, echo_server: EchoServer
) -> None:
    n_before = len(echo_server.requests)
    for method in ("GET", "POST", "OPTIONS", "CONNECT"):
        line = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        status, body = one_answer(echo, line.encode())
        assert status in (b"HTTP/1.1 404 Not Found", b"HTTP/1.1 400 Bad request")
        if b"404" in status:
            assert json.loads(body)["status"] == 404
    assert len(echo_server.requests) == n_before


BEGINNINGS = st.sampled_from(["", "/", "/static", "/static/js", "/predict", "http://127.0.0.1"])
MIDDLES = st.lists(
    st.sampled_from(
        ["/", "/.", "/..", "%2e", "%2F", "\\", ";", "?", "%00", "%", ":", "#", "@", "é"]
    ),
    max_size=3,
).map("".join)
ENDS = st.sampled_from(["", "metrics", "/metrics", "/%6detrics", "/METRICS", "/metrics/", "*"])
TARGETS = st.tuples(BEGINNINGS, MIDDLES, ENDS).map("".join)


def meanings(target: str) -> set[str]:
    """Return the paths that a server might take this target for."""
    path = target.partition("?")[0]
    decoded = {path, unquote(path), unquote(unquote(path))}
    paths = {variant.replace("\\", "/").partition(";")[0].lower() for variant in decoded}
    return paths | {posixpath.normpath(variant).replace("//", "/") for variant in paths}


def test_a_target_is_taken_for_the_metrics_in_many_ways() -> None:
    for target in ("/%6detrics?x", "//METRICS/", "/static/%252e%2e/metrics;x", "/.\\metrics"):
        assert OPERATORS_PATH in meanings(target)


@settings(max_examples=150)
@given(target=TARGETS)
def test_no_target_that_reaches_a_server_can_be_taken_for_the_metrics(
    target: str, echo: LocalBalancer, echo_server: EchoServer
) -> None:
    n_before = len(echo_server.requests)
    answer = echo.send(
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer[:12] in (b"HTTP/1.1 200", b"HTTP/1.1 400", b"HTTP/1.1 404")
    for line in echo_server.requests[n_before:]:
        assert OPERATORS_PATH not in meanings(line.split(" ")[1])


FORGED = [
    *("SCRIPT_NAME: /x", "script_name: /x", "PATH_INFO: /metrics", "REMOTE_USER: me", "_: x"),
    *("X_Forwarded_For: 192.0.2.7", "X-Forwarded_For: 192.0.2.7", "X_FORWARDED_PROTO: https"),
    *("X-Forwarded-Prefix: /x", "x-forwarded-host: example.org", "X-FORWARDED-PORT: 1"),
    *("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.8", "X-Forwarded-For:"),
    *("Connection: X-Forwarded-For", "Connection: X-Forwarded-For, X-Request-ID, Host"),
    *("X-Forwarded-Ssl: on", "Forwarded: for=192.0.2.7", "FORWARDED: host=example.org"),
]


@pytest.mark.parametrize("header", FORGED)
def test_no_header_that_a_proxy_sets_reaches_a_server(header: str, echo: LocalBalancer) -> None:
    request = f"GET /models HTTP/1.1\r\nHost: x\r\n{header}\r\nConnection: close\r\n\r\n"
    status, body = one_answer(echo, request.encode())
    assert status == b"HTTP/1.1 200 OK"
    received = {name.lower(): value for name, value in json.loads(body).items()}
    assert received["x-forwarded-for"] == "127.0.0.1"
    assert set(received) == {
        *("host", "connection", "x-forwarded-for", "x-forwarded-proto", "x-request-id")
    }


NAMES = st.sampled_from(["x", "X", "-", "_", "forwarded", "Forwarded", "for", "script", "Name"])


@settings(max_examples=100)
@given(name=st.lists(NAMES, min_size=1, max_size=8).map("".join))
def test_a_header_is_removed_if_its_name_has_an_underscore_or_is_a_proxys_and_only_then(
    name: str, echo: LocalBalancer
) -> None:
    request = f"GET /models HTTP/1.1\r\nHost: x\r\n{name}: forged\r\nConnection: close\r\n\r\n"
    status, body = one_answer(echo, request.encode())
    assert status == b"HTTP/1.1 200 OK"
    is_removed = (
        "_" in name or name.lower() == "forwarded" or name.lower().startswith("x-forwarded-")
    )
    assert ("forged" in json.loads(body).values()) == (not is_removed)


def test_forwarding_headers_of_clients_are_replaced(echo: LocalBalancer) -> None:
    forged = {"X_Forwarded_For": "192.0.2.7", "X_Request_ID": "mine", "X_Forwarded_Proto": "https"}
    status, headers, received = echo.ask("GET", "/", b"", **forged)
    assert status == 200
    assert received["x-forwarded-for"] == "127.0.0.1"
    assert received["x-forwarded-proto"] == "http"
    assert received["x-request-id"] == headers["x-request-id"] != "mine"
    assert echo.entry(received["x-request-id"])["status"] == 200


def test_a_server_gets_the_path_without_the_host_that_stands_before_it(
    echo: LocalBalancer, echo_server: EchoServer
) -> None:
    request = b"GET http://x/predict?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert one_answer(echo, request)[0] == b"HTTP/1.1 200 OK"
    assert echo_server.requests[-1] == "GET /predict?a=1 HTTP/1.1"
