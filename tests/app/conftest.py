"""The server that ships, one for all tests that need nothing special of it."""

from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.serving import Server, serving

UPLOAD_S = 4  # which a test of slow bodies waits for


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Serve with short limits where clients are slow, and patience where others are."""
    with serving(  # which looks for tracebacks in the log
        FORWARDED_ALLOW_IPS="*",
        INKLING_RATE_LIMIT="1000000 per second",
        INKLING_MAX_UPLOAD_SECONDS=str(UPLOAD_S),
        INKLING_MAX_WAIT_SECONDS="60",
    ) as server:
        yield server


@pytest.fixture
def connection(server: Server) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(server.address, timeout=60)
    yield connection
    connection.close()
