"""gunicorn's gevent worker: the connections that it accepts, and their end on SIGTERM."""

import mmap
import os
from contextlib import suppress
from functools import partial
from socket import SHUT_RD
from typing import Any

from gevent import monkey, sleep, spawn
from gevent.server import StreamServer
from gevent.socket import socket
from gunicorn.workers.ggevent import GeventWorker

INTERVAL_S = 0.5


class Worker(GeventWorker):  # type: ignore[misc]
    """gunicorn's worker, which closes idle connections when it stops.

    gunicorn waits for all connections, also for idle ones, then writes an error to them. It looks
    once a second whether it is to stop: until then connections are accepted.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.server_class = partial(Listener, self)
        self._replaced = mmap.mmap(-1, 1)  # memory that the main process and the worker share
        self._idle: set[socket] = set()  # the connections without a request

    @property
    def is_replaced(self) -> bool:
        """Whether other workers replace this one, as the main process says before SIGTERM."""
        return bool(self._replaced[0])

    @is_replaced.setter
    def is_replaced(self, value: bool) -> None:
        self._replaced[0] = value

    def handle(self, listener: Any, client: socket, addr: Any) -> None:
        """Serve a connection until it ends."""
        self._idle.add(client)
        try:
            super().handle(listener, client, addr)
        finally:
            self._idle.discard(client)

    def handle_request(self, listener_name: Any, req: Any, sock: socket, addr: Any) -> None:
        """Answer a request."""
        self._idle.discard(sock)
        super().handle_request(listener_name, req, sock, addr)
        self._idle.add(sock)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop, on SIGTERM."""
        super().handle_exit(sig, frame)
        spawn(self._end_idle)
        if stop := getattr(self.wsgi, "stop", None):  # not of the tests' apps
            stop(is_replaced=self.is_replaced)

    def _end_idle(self) -> None:
        """Make reading a connection that is idle for some time return the end of the stream.

        That comes after what has arrived. A socket of Python's own does so at once; gevent's would
        wait for data, and raise an error in another greenlet that reads.
        """
        plain = monkey.get_original("socket", "socket")
        idle_before: set[socket] = set()
        while True:
            sleep(INTERVAL_S)
            for connection in self._idle & idle_before:
                # The client may have gone.
                with suppress(OSError), plain(fileno=os.dup(connection.fileno())) as same:
                    same.setblocking(False)
                    same.shutdown(SHUT_RD)
            idle_before = set(self._idle)


class Listener(StreamServer):  # type: ignore[misc]
    """A socket at which a worker accepts connections, and before it closes, all that wait.

    gunicorn's own would lose them, and those accepted last, too: it asks the socket of each
    connection's listener for its address, which a closed one no longer has.
    """

    def __init__(self, worker: Worker, listening: socket, *, spawn: Any, **_: Any) -> None:
        if worker.cfg.workers > 1:
            self.max_accept = 1  # at a time: the other workers accept, too
        super().__init__(listening, handle=partial(worker.handle, self), spawn=spawn)

    def getsockname(self) -> Any:
        """Return the address, also after the end."""
        return self.address

    def close(self) -> None:
        """Accept what waits, then close the socket."""
        with suppress(OSError):
            while self.started and not self.full() and (accepted := self.do_read()):
                self.do_handle(*accepted)
        super().close()
