"""Requests of every kind: drawings, photographs, batches, and requests that are refused."""

from typing import NamedTuple

from PIL import Image

from benchmarks.load.pictures import DRAWING_PX, drawings, photograph
from tests.drawing import as_file


class Request(NamedTuple):
    """A request: its path, its body, the media type of the body, and the method."""

    path: str
    body: bytes
    media_type: str = "image/png"
    method: str = "POST"

    def to_bytes(self) -> bytes:
        """Return the request as it is sent."""
        start = f"{self.method} {self.path} HTTP/1.1\r\nHost: inkling\r\n"
        fields = f"Content-Type: {self.media_type}\r\nContent-Length: {len(self.body)}\r\n"
        return f"{start}{fields}\r\n".encode() + self.body


def form(path: str, files: list[bytes]) -> Request:
    """Return a request with pictures in a form."""
    head = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="digit.png"\r\n\r\n'
    body = b"".join(head + file + b"\r\n" for file in files) + b"--edge--\r\n"
    return Request(path, body, "multipart/form-data; boundary=edge")


def mixed() -> list[Request]:
    """Return requests of all kinds, including some that are refused."""
    files, paper = drawings(40), photograph()
    blank = as_file(Image.new("L", (DRAWING_PX, DRAWING_PX), "white"), "PNG")
    return [
        *(Request("/predict", file) for file in files),
        *(Request(path, paper, "image/jpeg") for path in ("/predict", "/read?explain=1")),
        form("/predict/batch", files[:8]),
        form("/predict/batch", [blank, files[0], b"no picture"]),
        *(Request("/predict", file) for file in (blank, files[5][:200], b"")),
        Request("/predict?explain=1", files[3]),
        Request("/predict?model=mlp", files[4]),
        Request("/predict?model=oracle", files[7]),
        Request("/nowhere", files[6]),
    ]
