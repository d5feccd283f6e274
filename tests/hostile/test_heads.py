"""Headers with any content: the server does not fail, and its own headers hold nothing of them."""

import re
import socket

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app import create_app
from app.config import Settings
from tests.serving import Server

KEY = "correct horse battery"
ORIGIN = "https://example.com"
PATHS = ["/", "/predict", "/models", "/metrics", "/openapi.json", "/api", "/healthz", "/nowhere"]
PATHS += ["/static/css/base.css", "/static//css/base.css", "/predict/batch"]
# Each header with what its parsers look for.
BEGINNINGS = {
    "HTTP_AUTHORIZATION": ["Basic ", "Bearer ", "Digest ", "basic ="],
    "HTTP_X_API_KEY": [KEY],
    "HTTP_X_REQUEST_ID": [""],
    "HTTP_X_FORWARDED_FOR": ['"', "1.2.3.4, ", "[::1]:"],
    "HTTP_ACCEPT": ["text/html;q=", "application/openmetrics-text; version=", "*/*;q="],
    "HTTP_HOST": ["a:", "[::1]:", "a.example,"],
    "HTTP_ORIGIN": [ORIGIN, "null"],
    "HTTP_RANGE": ["bytes=", "bytes=1-"],
    "HTTP_IF_NONE_MATCH": ['W/"', "*"],
    "HTTP_IF_MODIFIED_SINCE": ["Thu, 01 Jan 1970 "],
    "HTTP_COOKIE": ["a=", '="'],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD": ["POST"],
    "QUERY_STRING": ["model=", "explain="],
    "CONTENT_TYPE": ["multipart/form-data; boundary=", "application/json;", "image/png"],
}
any_text = st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"))


@st.composite
def environs(draw: st.DrawFn) -> dict[str, str]:
    """Return some of the headers as they are in a WSGI environ."""
    names = draw(st.lists(st.sampled_from(sorted(BEGINNINGS)), min_size=1, max_size=4, unique=True))
    return {name: draw(st.sampled_from(["", *BEGINNINGS[name]])) + draw(any_text) for name in names}


@pytest.fixture(scope="module")
def apps() -> list[Flask]:
    limit = "1000000 per second"
    guarded = Settings(api_key=KEY, rate_limit=limit, allowed_origins=ORIGIN)
    return [create_app(guarded), create_app(Settings())]


def check(app: Flask, environ: dict[str, str], path: str, method: str) -> None:
    data = b"--a\r\nx" if method == "POST" else None
    response = app.test_client().open(
        path, method=method, environ_overrides=environ, data=data, buffered=True
    )
    assert response.status_code < 500
    assert "Location" not in response.headers
    assert response.headers.get("Access-Control-Allow-Origin") in (None, ORIGIN)
    (name,) = response.headers.getlist("X-Request-ID")
    assert re.fullmatch("[A-Za-z0-9._-]{1,128}", name)


@given(environs(), st.sampled_from(PATHS), st.sampled_from(["GET", "POST", "OPTIONS", "PUT"]))
@settings(max_examples=100, derandomize=True, database=None)
def test_no_header_makes_the_server_fail_or_shows_in_the_answers_headers(
    apps: list[Flask], environ: dict[str, str], path: str, method: str
) -> None:
    for app in apps:
        check(app, environ, path, method)


@pytest.mark.parametrize(
    "header",
    [
        ("HTTP_AUTHORIZATION", "Basic \x80"),
        ("HTTP_ACCEPT", "application/openmetrics-text; version=1.\xb2"),
        ("HTTP_HOST", "\x80:80:80"),
        ("QUERY_STRING", "model=\x80"),  # which gunicorn refuses, but not Flask's own server
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_old_faults_do_not_come_back(header: tuple[str, str], path: str, apps: list[Flask]) -> None:
    for app in apps:
        check(app, dict([header]), path, "GET")


METHODS = [b"GET", b"POST", b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT", b"PROPFIND", b"get", b"G\0T"]
TARGETS = [
    *(b"/", b"*", b"?x", b"", b"http://evil.example/", b"//evil.example/", b"/\\evil.example"),
    *(b"/static//x", b"/static/..%2f..%2fREADME.md", b"/static/%00", b"/static/css/base.css"),
    *(b"/predict", b"/%6detrics", b"/models?model=%ff", b"/models?model=%ed%a0%80", b"/?read=%00"),
]
NAMES = [
    *(b"Authorization", b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Host", b"Accept"),
    *(b"X-Request-ID", b"Origin", b"Content-Length", b"Transfer-Encoding", b"Content-Type"),
    *(b"Connection", b"Upgrade", b"Expect", b"Range", b"SCRIPT_NAME", b"Script-Name", b"Cookie"),
]
VALUES = [
    *(b"", b"a, b", b"chunked", b"gzip, chunked", b"-1", b"+5", b"5", b"1e3", b"100-continue"),
    *(b"upgrade", b"h2c", b"https", b"bytes=-1", b"multipart/form-data", b"Basic \x80", b"/x"),
    *(b"image/png", b"application/json", b"multipart/form-data; boundary=a", b"text/html"),
]
BODIES = [b"", b"abcde", b"0\r\n\r\n", b"5\r\nabcde\r\n0\r\n\r\n", b"--a--\r\n", b"\xff" * 50]
any_value = st.sampled_from(VALUES) | st.binary(max_size=12)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    target = draw(st.sampled_from(TARGETS)) + draw(st.just(b"") | st.binary(max_size=4))
    lines = [b"%s %s HTTP/1.1" % (draw(st.sampled_from(METHODS)), target)]
    lines += [b"Host: " + draw(st.sampled_from([b"a", b"a:1", b"evil.example", b"", b"a b"]))]
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4)):
        lines.append(b"%s: %s" % (name, draw(any_value)))
    return b"\r\n".join([*lines, b"Connection: close", b"", draw(st.sampled_from(BODIES))])


def response_to(server: Server, request: bytes) -> bytes:
    with socket.create_connection((server.host, server.port), timeout=30) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65_536), b""))


@given(requests())
@settings(max_examples=100, derandomize=True, database=None)
def test_every_head_gets_a_response_and_no_server_error(server: Server, request: bytes) -> None:
    head = response_to(server, request).partition(b"\r\n\r\n")[0]
    status = re.match(rb"HTTP/1\.1 (\d\d\d) ", head)
    assert status
    # RFC 9112: 501 for a transfer coding that the server does not know.
    assert int(status[1]) < 500 or (status[1] == b"501" and b"Transfer-Encoding" in request)
    assert b"\r\nlocation:" not in head.lower()
