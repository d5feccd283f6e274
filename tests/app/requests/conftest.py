"""What all tests of requests need."""

import pytest

from app.requests import connections


@pytest.fixture(autouse=True)
def _answers_may_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A response that a test does not close ends no later test."""
    monkeypatch.setattr(connections, "MAX_SENDING_S", 3600)
