"""Bodies in many chunks, as gunicorn's own reader takes them."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader

from app.errors import Problem, ProblemCode
from app.requests import connections
from app.requests.connections import BoundedArrival
from tests.app.requests.limits import limits


def body_in_chunks(n_chunks: int) -> Body:
    sent = BytesIO(n_chunks * b"1\r\nx\r\n" + b"0\r\n\r\n")
    return Body(ChunkedReader(None, IterUnreader(iter(lambda: sent.read(8192), b""))))


def read(environ: dict[str, Any], _: Any) -> Iterable[bytes]:
    try:
        return [environ["wsgi.input"].read(65_536)]
    except Problem as problem:
        return [problem.type.encode()]


def answer(n_chunks: int, **others: Any) -> Any:
    environ = {"wsgi.input": body_in_chunks(n_chunks), "HTTP_TRANSFER_ENCODING": "chunked"}
    return BoundedArrival(read, limits(max_discarding_s=10, **others))(environ, lambda *_: None)


def test_others_run_between_the_chunks_of_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[None] = []
    monkeypatch.setattr(connections, "run_others", lambda: turns.append(None))
    assert [*answer(99)] == [99 * b"x"]
    n_turns = 100 // connections.CHUNKS_OF_A_TURN  # the last of 100 has no bytes
    assert len(turns) == n_turns + 2  # before the request, and after the part


def test_too_many_chunks_get_400_and_close_the_connection() -> None:
    for n_chunks, expected in (
        (9, 9 * b"x"),
        (10, ProblemCode.NOT_A_READABLE_REQUEST.type.encode()),
    ):
        response = answer(n_chunks, max_chunks=10)
        assert [*response] == [expected]
        if n_chunks == 9:
            response.close()
    with pytest.raises(ConnectionResetError):
        response.close()
