"""Waiting for a state: it is looked for again and again, until a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_INTERVAL_S = 0.02


def wait_for(find: Callable[[], T], what: str, timeout_s: float = 100) -> T:
    """Return what is found once it is truthy; fail when that takes longer than the timeout."""
    deadline_s = time.monotonic() + timeout_s
    while not (found := find()):
        assert time.monotonic() < deadline_s, f"Waited {timeout_s} s in vain for {what}"
        time.sleep(_INTERVAL_S)
    return found
