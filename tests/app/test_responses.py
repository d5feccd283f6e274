import gzip
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import responses
from app.requests.request import Request
from app.responses import Response

ZIPPED = {"Accept-Encoding": "gzip"}


def answering(size: int, *, in_parts: bool = False, **options: Any) -> FlaskClient:
    app = Flask("answers")
    app.request_class, app.response_class = Request, Response
    responses.register(app)

    @app.get("/")
    def answer() -> Response:
        options.setdefault("mimetype", "application/json")
        return Response(iter(["7" * size]) if in_parts else "7" * size, **options)

    return app.test_client()


@pytest.mark.parametrize("mimetype", ["text/html", "application/json"])
def test_a_large_answer_is_compressed_for_clients_that_accept_it(mimetype: str) -> None:
    response = answering(5000, mimetype=mimetype).get("/", headers=ZIPPED)
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert int(response.headers["Content-Length"]) == len(response.data) < 100
    assert gzip.decompress(response.data) == b"7" * 5000


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0"])
def test_other_clients_get_it_as_it_is_and_caches_tell_them_apart(accepted: str) -> None:
    response = answering(5000).get("/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
    assert len(response.data) == 5000


@pytest.mark.parametrize(
    ("size", "options"),
    [
        (responses.MIN_BYTES - 1, {}),
        (5000, {"mimetype": "image/png"}),
        (5000, {"mimetype": "text/html", "in_parts": True}),
    ],
    ids=["fits into a packet", "neither page nor answer", "in parts"],
)
def test_other_answers_are_not_compressed(size: int, options: dict[str, Any]) -> None:
    response = answering(size, **options).get("/", headers=ZIPPED)
    assert "Content-Encoding" not in response.headers
    assert response.text == "7" * size


def test_head_names_the_length_of_the_compressed_answer() -> None:
    got, head = (
        getattr(answering(5000), method)("/", headers=ZIPPED | {"X-Request-ID": "1"})
        for method in ("get", "head")
    )
    assert head.headers == got.headers
    assert head.data == b""


def test_a_long_answer_is_compressed(client: FlaskClient) -> None:
    plain = client.get("/openapi.json").data
    zipped = client.get("/openapi.json", headers=ZIPPED).data
    assert gzip.decompress(zipped) == plain
    assert len(zipped) < len(plain) / 3
