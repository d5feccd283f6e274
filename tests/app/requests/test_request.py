"""A request: its times, and its dates that are none."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from app.requests import request as module
from app.requests.request import Request


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


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2000 00:00:00 +99999999999999999999",
        "yesterday",
        "",
    ],
)
def test_a_date_that_is_none_is_ignored(name: str, date: str, client: FlaskClient) -> None:
    headers = {name: date, "Range": "bytes=0-1"}
    with client.get("/static/client.py", headers=headers) as response:
        assert response.status_code in (200, 206)


def test_a_file_that_was_not_modified_is_not_sent_again(client: FlaskClient) -> None:
    with client.get("/static/client.py") as response:
        modified = response.headers["Last-Modified"]
    with client.get("/static/client.py", headers={"If-Modified-Since": modified}) as response:
        assert response.status_code == 304
