"""Connections of clients when the server stops: those without a request are closed."""

import gc
import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from socket import SHUT_RD, SO_ACCEPTCONN, SOL_SOCKET
from typing import Any

from gevent import monkey, sleep
from gevent.socket import socket

INTERVAL_S = 0.5
MAX_FINISHING_S = 6


def close_idle(under_way: Collection[socket], refuse_bodies: Callable[[], None]) -> None:
    """Close each connection that has no request for some time, until the process ends.

    gunicorn waits for connections, also for idle ones, then writes an error to them.

    Parameters
    ----------
    under_way
        The connections that have a request, as they come and go.
    refuse_bodies
        Ends the bodies that are still arriving after ``MAX_FINISHING_S``.
    """
    ports = {_port(each) for each in _sockets() if each.getsockopt(SOL_SOCKET, SO_ACCEPTCONN)}
    end_s = time.monotonic() + MAX_FINISHING_S
    idle_before: set[socket] = set()
    while True:
        sleep(INTERVAL_S)
        idle = {each for each in _sockets() if _port(each) in ports} - set(under_way)
        for each in idle & idle_before:
            _end_reading(each)
        idle_before = idle
        if time.monotonic() > end_s:
            refuse_bodies()


def _end_reading(connection: socket) -> None:
    """Let a connection read the end of the stream, after what has come."""
    with suppress(OSError), _plain(connection) as same:  # The client may have gone.
        same.shutdown(SHUT_RD)


def _plain(connection: socket) -> Any:
    """Return the connection as a socket of Python's own, to close after use.

    gevent's would wait for data, and raise an error in another greenlet that reads.
    """
    plain = monkey.get_original("socket", "socket")(fileno=os.dup(connection.fileno()))
    plain.setblocking(False)
    return plain


def _sockets() -> list[socket]:
    """Return the open sockets of this process."""
    sockets = [each for each in gc.get_objects() if type(each) is socket]
    return [each for each in sockets if each.fileno() >= 0]


def _port(each: socket) -> int | None:
    """Return the port of a socket on this machine."""
    try:
        return int(each.getsockname()[1])
    except (OSError, IndexError):
        return None
