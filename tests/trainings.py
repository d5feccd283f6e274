"""A client that trains as the page does: it waits for its turn, and asks again as it is told."""

import json
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple

from tests.serving import send

JSON = "application/json"
MAX_PAUSE_S = 2.0


class Answer(NamedTuple):
    """The answer to a training.

    Attributes
    ----------
    status, body
        Of the response, which is JSON.
    began_s
        How long after the first request the last one was sent.
    expected_s
        The seconds to wait that the first answer gave, None where there was no wait.
    """

    status: int
    body: Any
    began_s: float
    expected_s: float | None


def train(address: str, options: bytes) -> Answer:
    """Ask for a training until it is answered with something else than a place in the queue."""
    start_s, query, expected_s = time.monotonic(), "", None
    while True:
        began_s = time.monotonic() - start_s
        with closing(HTTPConnection(address, timeout=60)) as connection:
            response = send(connection, options, JSON, path=f"/training{query}")
            body = json.loads(response.read())
        if response.status != 202:
            return Answer(response.status, body, began_s, expected_s)
        expected_s = body["seconds"] if expected_s is None else expected_s
        query = f"?ticket={body['ticket']}"
        time.sleep(min(body["seconds"], MAX_PAUSE_S))  # as the API asks
