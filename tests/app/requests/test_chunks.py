"""Bodies in many chunks, as gunicorn's own reader takes them."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader

from app.errors import Problem, ProblemCode
from app.requests import chunks
from app.requests.chunks import CHUNKS_A_TURN, limit_chunks
from app.requests.connections import BoundedArrival


def body_in_chunks(n_chunks: int) -> Body:
    """Return a body in so many chunks of a byte."""
    sent = BytesIO(n_chunks * b"1\r\nx\r\n" + b"0\r\n\r\n")
    return Body(ChunkedReader(None, IterUnreader(iter(lambda: sent.read(8192), b""))))


def test_others_run_between_the_chunks_of_a_large_part() -> None:
    n_turns = 0

    def run_others() -> None:
        nonlocal n_turns
        n_turns += 1

    body = body_in_chunks(10 * CHUNKS_A_TURN)
    limit_chunks(body, run_others)
    assert body.read(65_536) == 10 * CHUNKS_A_TURN * b"x"
    assert n_turns == 10


def test_a_body_in_too_many_chunks_gets_400_and_its_connection_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(environ: dict[str, Any], _: Any) -> Iterable[bytes]:
        try:
            return [environ["wsgi.input"].read(100)]
        except Problem as problem:
            return [problem.type.encode()]

    monkeypatch.setattr(chunks, "MAX_CHUNKS", 10)
    app = BoundedArrival(read, max_upload_s=60)
    for n_chunks, answer in ((9, 9 * b"x"), (10, ProblemCode.NOT_A_READABLE_REQUEST.type.encode())):
        environ = {"wsgi.input": body_in_chunks(n_chunks), "HTTP_TRANSFER_ENCODING": "chunked"}
        response = app(environ, lambda *_: None)
        assert [*response] == [answer]
        if n_chunks == 9:
            response.close()  # type: ignore[attr-defined]
    with pytest.raises(ConnectionResetError):
        response.close()  # type: ignore[attr-defined]
