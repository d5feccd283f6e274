"""A request on its way in: what has come of it, and whether that is all."""

import re
import socket
import time
from contextlib import suppress

_CHUNK_BYTES = 262_144
_MAX_HEAD_BYTES = 65_536  # What is longer, gunicorn refuses.
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n|\Z)", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:", re.IGNORECASE)


class Arrival:
    """Receives a request without waiting for it, so that slow senders cost no thread.

    A request without a length, or whose sender wants to be asked for the body, counts as whole with
    its head, as does one with a body that is too large: the app goes on with it.

    Parameters
    ----------
    connection
        A socket that does not block.
    max_body_bytes
        Largest body that is taken in.

    Attributes
    ----------
    begun_s, whole_s
        When it began to arrive, and when a thread could have had it, by ``time.monotonic()``.
    is_cut_off
        Whether its sender was too slow to be heard to the end.
    is_refused
        Whether there was no room for the rest of it.
    """

    def __init__(self, connection: socket.socket, max_body_bytes: int) -> None:
        self.begun_s = self.whole_s = time.monotonic()
        self.is_cut_off = self.is_refused = False
        self.received = bytearray()
        self._connection = connection
        self._max_body_bytes = max_body_bytes
        self._size_bytes: int | None = None  # of the whole request, once its head is here

    @property
    def has_head(self) -> bool:
        """Whether its head is here, so that it can be answered."""
        return self._size_bytes is not None

    def receive(self) -> bool:
        """Take in what has come; return whether the request is whole, or its sender gone."""
        while not self._is_whole():
            try:
                chunk = self._connection.recv(_CHUNK_BYTES)
            except BlockingIOError:
                return False
            except OSError:
                return True
            if not chunk:
                return True
            self.received += chunk
        return True

    def cut_off(self) -> None:
        """Hear no more of it: whoever reads on finds its end."""
        self.is_cut_off = True
        with suppress(OSError):  # The sender may have gone.
            self._connection.shutdown(socket.SHUT_RD)

    def hand_over(self) -> bytes:
        """Return what has come, and keep it no longer."""
        received, self.received = bytes(self.received), bytearray()
        return received

    def _is_whole(self) -> bool:
        if self._size_bytes is None:
            end = self.received.find(_END_OF_HEAD)
            if end < 0:
                return len(self.received) > _MAX_HEAD_BYTES
            self._size_bytes = end + len(_END_OF_HEAD) + self._body_bytes(self.received[:end])
        return len(self.received) >= self._size_bytes

    def _body_bytes(self, head: bytearray) -> int:
        """Return how many bytes of the body to wait for."""
        length = _LENGTH.search(head)
        if length is None or _EXPECT.search(head):
            return 0
        n_bytes = int(length[1])
        return n_bytes if n_bytes <= self._max_body_bytes else 0
