"""A server that answers with what it was sent, and keeps the first line of each request."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class EchoServer(ThreadingHTTPServer):
    """Answers every request with 200 and the headers of the request as JSON.

    Attributes
    ----------
    requests
        The first line of each request, without those that ask whether it is ready.
    """

    request_queue_size = 1000

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, EchoServer)
        if self.path != "/readyz":
            self.server.requests.append(self.requestline)
        self._receive_body()
        headers = {name: ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        body = json.dumps(headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # The client may have gone.
            self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 (the name is the standard library's)

    def _receive_body(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "Transfer-Encoding" in self.headers:
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + len(b"\r\n"))
            while self.rfile.readline().strip():
                pass  # the trailers

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def echoing() -> Iterator[EchoServer]:
    """Run an echo server for as long as the context lasts."""
    server = EchoServer()
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
