"""Heads of requests with any content, on a real socket: each gets a response, and none fails."""

import re
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving import Server, serving

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


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(  # which looks for tracebacks in the log
        FORWARDED_ALLOW_IPS="*",
        INKLING_RATE_LIMIT="1000000 per second",
        INKLING_MAX_UPLOAD_SECONDS="1",
    ) as server:
        yield server


def response_to(server: Server, request: bytes) -> bytes:
    with socket.create_connection((server.host, server.port), timeout=30) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65_536), b""))


@given(requests())
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_every_head_gets_a_response_that_is_no_error_of_the_server(
    server: Server, request: bytes
) -> None:
    head = response_to(server, request).partition(b"\r\n\r\n")[0]
    status = re.match(rb"HTTP/1\.1 (\d\d\d) ", head)
    assert status
    # RFC 9112: 501 for a transfer coding that the server does not know.
    assert int(status[1]) < 500 or (status[1] == b"501" and b"Transfer-Encoding" in request)
    assert b"\r\nlocation:" not in head.lower()
