"""An HTTP connection of a client that waits for one answer at a time."""

import asyncio


def http(path: str, body: bytes, media_type: str = "image/png") -> bytes:
    """Return a POST request as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: inkling\r\nContent-Type: {media_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def header(head: str, name: str) -> str | None:
    """Return a header of an answer, None where it has none of that name."""
    for line in head.split("\r\n")[1:]:
        key, _, value = line.partition(": ")
        if key.lower() == name.lower():
            return value
    return None


class Connection(asyncio.Protocol):
    """A connection, which is kept for the next request for as long as the server keeps it."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.is_kept = True
        self._received = b""
        self._head: asyncio.Future[str] | None = None

    def ask(self, request: bytes) -> "asyncio.Future[str]":
        """Send a request; return the head of its answer, once that has come whole.

        Raises
        ------
        OSError
            When the connection ends before.
        """
        self._received, self._head = b"", asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._head

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_bytes, end, body = self._received.partition(b"\r\n\r\n")
        head = head_bytes.decode("latin-1")
        if end and len(body) >= int(header(head, "Content-Length") or 0):
            self.is_kept = header(head, "Connection") != "close"
            if self._head and not self._head.done():
                self._head.set_result(head)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_kept = False
        if self._head and not self._head.done():
            self._head.set_exception(error or ConnectionResetError("closed before an answer"))
