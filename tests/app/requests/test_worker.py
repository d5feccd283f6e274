"""The end of gunicorn's worker, in this process."""

import os
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import gevent
import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from app.requests.worker import Worker

REQUEST = b"GET / HTTP/1.1\r\nHost: inkling\r\nConnection: close\r\n\r\n"


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [f"at port {environ['SERVER_PORT']}".encode()]


@pytest.mark.parametrize("n_workers", [1, 2])
def test_connections_that_wait_when_the_worker_stops_are_answered(n_workers: int) -> None:
    config = Config()
    config.set("workers", n_workers)
    listening = socket.create_server(("127.0.0.1", 0))
    address = listening.getsockname()
    worker = Worker(1, os.getppid(), [], None, 30, config, Logger(config))
    worker.sockets = [gevent.socket.socket(fileno=listening.detach())]
    worker.wsgi = app
    worker.alive = False  # SIGTERM has come
    with ExitStack() as stack:
        waiting = [stack.enter_context(socket.create_connection(address, 30)) for _ in range(5)]
        for connection in waiting:
            connection.sendall(REQUEST)
        worker.run()
        for connection in waiting:
            answer = b"".join(iter(lambda each=connection: each.recv(4096), b""))
            assert b"at port %d\r\n" % address[1] in answer
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, 30)
    worker.tmp.close()
