"""A request: its name in the log, and its times."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder

from app.requests import request as module
from app.requests.request import Request


def request(**environ: object) -> Request:
    return Request(EnvironBuilder().get_environ() | environ)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Return a clock that a test sets."""
    now_s = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now_s[0])
    yield now_s


def test_it_waits_from_its_head_on_and_from_the_end_of_its_body_on(clock: list[float]) -> None:
    environ = EnvironBuilder(method="POST", input_stream=BytesIO(b"seven")).get_environ()
    new = Request(environ | {"CONTENT_LENGTH": "5"})
    new.max_content_length = 100
    clock[0] += 5
    assert (new.started_s, new.waited_s) == (1000.0, 5.0)
    assert new.get_data() == b"seven"
    clock[0] += 2
    assert (new.started_s, new.waited_s) == (1005.0, 2.0)


def test_its_id_stays_the_same() -> None:
    new = request()
    assert new.id == new.id
    assert new.id != request().id
