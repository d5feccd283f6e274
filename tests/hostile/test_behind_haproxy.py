"""The app behind HAProxy: hostile requests get no 5xx, and slow ones are in no other's way."""

import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.deploy.balancer import HAPROXY, LocalBalancer, balancing, get, post
from tests.serving import Server, n_connections
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed")

UNUSUAL = {
    "TRACE": get().replace(b"GET", b"TRACE"),
    "a method that does not exist": get().replace(b"GET", b"BREW"),
    "a method in lower case": get().replace(b"GET", b"get"),
    "a method of 30 letters": get().replace(b"GET", b"G" * 30),
    "HTTP/1.0 in chunks": post(b"Transfer-Encoding: chunked", b"0\r\n\r\n").replace(b"1.1", b"1.0"),
    "HTTP/1.0": get(b"/unknown").replace(b"1.1", b"1.0"),
    "HTTP/1.2": get().replace(b"1.1", b"1.2"),
    "HTTP/2.0 in text": get().replace(b"1.1", b"2.0"),
    "an expectation that does not exist": post(b"Expect: 200-ok\r\nContent-Length: 4", b"abcd"),
    "no host": get(headers=b"X: a"),
    "an empty host": get(headers=b"Host:"),
    "a host with a port that does not exist": get(headers=b"Host: x:99999999"),
    "a host of brackets": get(headers=b"Host: [::1]:1"),
    "HTTP/2 offered": get(headers=b"Host: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk"),
    "a header named by Connection": get(headers=b"Host: x\r\nConnection: Host, X-Request-ID"),
    "a query of percent signs": get(b"/predict?model=%&explain=%zz&%00=%ff"),
    "a body with trailers": post(
        b"Transfer-Encoding: chunked",
        b"2\r\nab\r\n0\r\nX-Forwarded-For: 192.0.2.7\r\nSCRIPT_NAME: /x\r\n\r\n",
    ),
    "a body on GET": get(headers=b"Host: x\r\nContent-Length: 4") + b"abcd",
}


@pytest.fixture(scope="module")
def balancer(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBalancer]:
    with balancing(tmp_path_factory.mktemp("app"), server.port) as balancer:
        yield balancer


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_request_gets_a_problem_and_no_5xx(name: str, balancer: LocalBalancer) -> None:
    head, _, body = balancer.send(UNUSUAL[name]).partition(b"\r\n\r\n")
    status = int(head.split()[1])
    assert 400 <= status < 500
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


TOO_LONG = {
    "a path of 4,001 bytes": (get(b"/predict?" + b"a" * 3992), 414),
    "45 fields": (
        get(headers=b"\r\n".join([b"Host: x", *(b"X%d: a" % n for n in range(44))])),
        431,
    ),
    "a field of 2,001 bytes": (get(headers=b"Host: x\r\nX: " + b"a" * 1998), 431),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_head_that_is_too_long_gets_its_problem(name: str, balancer: LocalBalancer) -> None:
    request, expected = TOO_LONG[name]
    head, _, body = balancer.send(request).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == json.loads(body)["status"] == expected


def test_a_head_that_the_balancer_admits_is_read_by_gunicorn(balancer: LocalBalancer) -> None:
    fields = [b"Host: x", *(b"X%d: a" % n for n in range(42)), b"X: " + b"a" * 1997]
    target = b"/healthz?" + b"a" * 3991
    assert (len(fields), len(fields[-1]), len(target)) == (44, 2000, 4000)
    assert balancer.send(get(target, b"\r\n".join(fields))).startswith(b"HTTP/1.1 200 ")


def predict_25_times(balancer: LocalBalancer, seven: bytes) -> Counter[int]:
    """Return how many answers had each status."""
    return Counter(
        balancer.ask("POST", "/predict", seven, Content_Type="image/png")[0] for _ in range(25)
    )


def test_beside_two_hundred_uploads_that_have_reached_a_server_every_request_is_answered(
    server: Server, balancer: LocalBalancer, seven: bytes
) -> None:
    begun = post(b"Content-Type: image/png\r\nContent-Length: 9000000", bytes(40_000))
    with ExitStack() as stack:
        for _ in range(200):
            client = stack.enter_context(socket.create_connection((balancer.host, balancer.port)))
            client.sendall(begun)
        wait_for(lambda: n_connections(server) >= 200, "the uploads to reach the server")
        assert predict_25_times(balancer, seven) == {200: 25}
