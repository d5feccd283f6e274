"""The limits of requests in tests, whose clients send and take at once, or never; and turns."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import gevent

from app.requests.connections import Limits


def limits(**others: Any) -> Limits:
    """Return limits under which nothing is discarded and a response that is not closed goes on."""
    return Limits(**{"max_upload_s": 60, "max_discarding_s": 0, "max_sending_s": 3600} | others)


def app_with_limits(**limits: float) -> dict[str, str]:
    """Return what ``serving`` is given so that the app has these limits, which are no settings."""
    return {"app": "tests.app.requests.limited_app", "TEST_LIMITS": json.dumps(limits)}


@contextmanager
def turns() -> Iterator[list[int]]:
    """Give a list that grows with each turn of another greenlet while the context lasts."""
    taken: list[int] = []

    def take() -> None:
        for number in count():
            taken.append(number)
            gevent.sleep(0)

    other = gevent.spawn(take)
    yield taken
    other.kill()
