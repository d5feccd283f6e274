"""The limits of requests in tests, whose clients send and take at once, or never."""

from typing import Any

from app.requests.connections import Limits


def limits(**others: Any) -> Limits:
    """Return limits under which nothing is discarded and a response that is not closed goes on."""
    return Limits(**{"max_upload_s": 60, "max_discarding_s": 0, "max_sending_s": 3600} | others)
