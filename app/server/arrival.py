"""A request while it arrives: the bytes received, and whether it is complete."""

import re
import socket
import time
from contextlib import suppress

_CHUNK_BYTES = 262_144
_MAX_HEAD_BYTES = 65_536  # gunicorn refuses longer heads
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n|\Z)", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:", re.IGNORECASE)


class Arrival:
    """Receives a request without waiting for it, so that slow senders occupy no thread.

    A request is complete with its head when its body has no length, has too many bytes, or is sent
    only on demand (Expect: 100-continue): the app receives these bodies.

    Parameters
    ----------
    connection
        A non-blocking socket.
    max_body_bytes
        Largest body that is received here.

    Attributes
    ----------
    begun_s, whole_s
        When its first byte came, and when it was complete, by ``time.monotonic()``.
    is_cut_off
        Whether its sender was disconnected for sending too slowly.
    is_refused
        Whether it was refused because too many bytes of incomplete requests are in memory.
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
        """Whether its head is complete, so that it can be answered."""
        return self._size_bytes is not None

    def receive(self) -> bool:
        """Receive what has come; return whether the request is complete or the sender has gone."""
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
        """Stop receiving: reading on finds the end of the stream."""
        self.is_cut_off = True
        with suppress(OSError):  # The sender may have gone.
            self._connection.shutdown(socket.SHUT_RD)

    def hand_over(self) -> bytes:
        """Return the received bytes, and release them."""
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
        """Return how many bytes of the body are received here."""
        length = _LENGTH.search(head)
        if length is None or _EXPECT.search(head):
            return 0
        n_bytes = int(length[1])
        return n_bytes if n_bytes <= self._max_body_bytes else 0
