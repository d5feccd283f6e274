"""Requests as bytes, valid or not: no client library would send most of them."""


def get(target: bytes = b"/predict", headers: bytes = b"Host: x") -> bytes:
    """Return a GET request with these lines of headers."""
    return b"GET " + target + b" HTTP/1.1\r\n" + headers + b"\r\nConnection: close\r\n\r\n"


def post(headers: bytes, body: bytes = b"") -> bytes:
    """Return a request with these lines of headers, which say how long the body is."""
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    return head + headers + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    """Return a request whose body is these chunks."""
    return post(b"Transfer-Encoding: chunked", body)
