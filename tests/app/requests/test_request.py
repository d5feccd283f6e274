"""A request: its name in the log, its times, and how much of an unread body is received."""

import time
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from app.requests import request as module
from app.requests.request import Request


class Endless(BytesIO):
    """A body without end."""

    n_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size
        self.n_bytes += size
        return bytes(size)


def request(**environ: object) -> Request:
    return Request(EnvironBuilder().get_environ() | environ)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Return a clock that a test sets."""
    now_s = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now_s[0])
    yield now_s


def test_it_began_when_the_server_had_it_whole(clock: list[float]) -> None:
    arrived = request(**{"inkling.arrived_s": 990.0})
    assert (arrived.started_s, arrived.waited_s) == (990.0, 10.0)


def test_without_that_it_begins_now_and_has_not_waited(clock: list[float]) -> None:
    new = request()
    clock[0] += 5
    assert (new.started_s, new.waited_s) == (1000.0, 0.0)


def test_its_id_stays_the_same() -> None:
    new = request()
    assert new.id == new.id
    assert new.id != request().id


def post_endless(client: FlaskClient) -> int:
    body = Endless()
    response = client.post(
        "/predict",
        input_stream=body,
        content_type="image/png",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert response.status_code == 413
    return body.n_bytes


def test_of_a_body_that_is_too_large_64_megabytes_more_are_received(app: Flask) -> None:
    max_bytes = app.config["MAX_CONTENT_LENGTH"]
    received = post_endless(app.test_client())
    assert max_bytes + 62_000_000 < received < max_bytes + 67_000_000


def test_of_a_body_that_is_too_large_no_more_is_received_after_10_seconds(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_s = time.monotonic()
    now_s = iter(range(1, 10_000))
    read = Endless.read

    def slowly(body: Endless, size: int | None = -1) -> bytes:
        clock[0] = start_s + next(now_s)  # a second for each read
        return read(body, size)

    clock = [start_s]
    monkeypatch.setattr(Endless, "read", slowly)
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    n_reads = (post_endless(app.test_client()) - app.config["MAX_CONTENT_LENGTH"]) / 1_048_576
    assert 9 <= n_reads <= 13
