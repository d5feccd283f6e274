"""HAProxy in front of a server that echoes what it gets."""

from collections.abc import Iterator

import pytest

from tests.deploy.balancer import LocalBalancer, balancing
from tests.hostile.echo import EchoServer, echoing


@pytest.fixture(scope="module")
def echo_server() -> Iterator[EchoServer]:
    with echoing() as server:
        yield server


@pytest.fixture(scope="module")
def echo(
    echo_server: EchoServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalBalancer]:
    with balancing(tmp_path_factory.mktemp("echo"), echo_server.server_port) as balancer:
        yield balancer
