"""Bodies in many chunks, as gunicorn's own reader takes them."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader

from app.errors import Problem, ProblemCode
from app.requests import chunks
from app.requests.chunks import limit_chunks
from app.requests.connections import BoundedArrival


def body_in_chunks(n_chunks: int) -> Body:
    """Return a body in so many chunks of a byte."""
    sent = BytesIO(n_chunks * b"1\r\nx\r\n" + b"0\r\n\r\n")
    return Body(ChunkedReader(None, IterUnreader(iter(lambda: sent.read(8192), b""))))


@pytest.mark.parametrize(("max_turn_s", "n_turns"), [(-1.0, 21), (60.0, 0)])
def test_others_run_between_the_chunks_of_a_large_part_as_often_as_they_take_long(
    max_turn_s: float, n_turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[None] = []
    monkeypatch.setattr(chunks, "MAX_TURN_S", max_turn_s)
    body = body_in_chunks(20)
    limit_chunks(body, lambda: turns.append(None))
    assert body.read(65_536) == 20 * b"x"
    assert len(turns) == n_turns


def test_too_many_chunks_get_400_and_close_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
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
