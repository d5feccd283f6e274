import gzip
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import responses
from app.responses import Response

ZIPPED = {"Accept-Encoding": "gzip"}


def answering(size: int, **options: Any) -> FlaskClient:
    """Return a client of an app whose answer has this many bytes."""
    app = Flask("answers")
    app.response_class = Response
    responses.register(app)

    @app.get("/")
    def answer() -> Response:
        options.setdefault("mimetype", "application/json")
        return Response("7" * size, **options)

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


def test_an_answer_that_fits_into_a_packet_is_not_compressed() -> None:
    response = answering(responses.MIN_BYTES - 1).get("/", headers=ZIPPED)
    assert "Content-Encoding" not in response.headers
    assert "Vary" not in response.headers


def test_what_is_neither_a_page_nor_an_answer_is_not_compressed() -> None:
    response = answering(5000, mimetype="image/png").get("/", headers=ZIPPED)
    assert "Content-Encoding" not in response.headers


def test_what_is_sent_in_parts_is_not_compressed() -> None:
    app = Flask("parts")
    app.response_class = Response
    responses.register(app)
    app.add_url_rule("/", view_func=lambda: Response(iter(["7" * 5000]), mimetype="text/html"))
    response = app.test_client().get("/", headers=ZIPPED)
    assert response.text == "7" * 5000


def test_head_names_the_length_of_the_compressed_answer() -> None:
    got, head = (
        getattr(answering(5000), method)("/", headers=ZIPPED) for method in ("get", "head")
    )
    assert head.headers == got.headers
    assert head.data == b""


def test_the_inside_of_a_network_is_compressed(client: FlaskClient, seven: bytes) -> None:
    def post(**headers: str) -> Any:
        at = "/predict?explain=1"
        return client.post(at, data=seven, content_type="image/png", headers=headers)

    zipped, plain = post(**ZIPPED), post()
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 3
