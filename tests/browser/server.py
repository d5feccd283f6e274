"""The real server, for a browser on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.app.serving import running


@contextmanager
def running_app() -> Iterator[str]:
    """Yield the address of the app, with its settings from the environment, on a free port."""
    with running(INKLING_DRAIN_SECONDS="0") as (_, address):
        yield f"http://{address}"
