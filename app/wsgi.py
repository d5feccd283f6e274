"""The app as gunicorn loads it, or one line that says why it cannot start."""

import ctypes
import gc
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from flask import Flask
from gevent import get_hub, sleep, spawn

from app import create_app
from app.config import Settings, SettingsError
from app.errors import Problem
from app.requests.connections import BoundedArrival, Limits
from app.service.rooms import FILE_NAME, Rooms
from app.telemetry.worker_metrics import FOLDERS, WorkerMetrics

# Pillow warns of damage in a picture that it can still read; an operator cannot act on that.
warnings.filterwarnings("ignore", module="PIL")

TRIM_INTERVAL_S = 10
ERASE_INTERVAL_S = 60


class Application:
    """The WSGI app, which can load its files again."""

    def __init__(self) -> None:
        self._metrics = WorkerMetrics()
        self.flask = self._load()
        _freeze()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        return self.flask(environ, start_response)

    def count_as(self, number: int) -> None:
        """Let this worker count metrics in the files of a number that no other worker has."""
        if not self._metrics.count_as(str(number)):
            logging.getLogger("inkling").warning(
                "No room for metrics in %s: a worker counts nothing; make room, then reload",
                " or ".join(FOLDERS),
            )

    def start(self) -> None:
        """Begin, in a worker, to return freed memory, and to erase rooms that have ended."""
        spawn(_return_memory)
        spawn(self._erase_rooms)

    def _erase_rooms(self) -> None:
        while True:
            sleep(ERASE_INTERVAL_S)
            with suppress(Problem):  # another worker does it
                self._rooms.erase_ended()

    def stop(self, *, is_replaced: bool) -> None:
        """Begin to stop; the server stays ready where other workers replace this one."""
        self._arrival.stop(is_replaced=is_replaced)

    def reload(self) -> None:
        """Load the weights and the API key again; keep the present ones where these are bad."""
        if not self._metrics.folder:
            self._metrics = WorkerMetrics()  # There may be room now.
        try:
            self.flask = self._load()
        except Exception as error:  # Whatever it is, the present app can go on.
            logging.getLogger("inkling").error(
                "The present weights and key stay in use: %s",
                error,
                exc_info=not isinstance(error, SettingsError),
            )
        _freeze()

    def _load(self) -> Flask:
        settings = Settings.from_environ()
        folder = self._metrics.folder
        self._rooms = Rooms(folder / FILE_NAME if folder else None)
        flask = create_app(
            settings, in_thread=_in_thread, metrics=self._metrics, held_rooms=self._rooms
        )
        self._arrival = BoundedArrival(flask.wsgi_app, Limits(settings.max_upload_seconds))
        flask.wsgi_app = self._arrival  # type: ignore[method-assign]
        # Wait for timers of libraries, which a worker that is forked now would inherit.
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
        return flask


def _freeze() -> None:
    """Exempt everything that is loaded from garbage collection.

    Workers share this memory until one writes to it, as the garbage collector does. What was frozen
    before is collected first, because a replaced app would never be freed otherwise.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _return_memory() -> None:
    """Return freed memory, which glibc's allocator would keep, to the system now and then."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    while trim:
        sleep(TRIM_INTERVAL_S)
        trim(0)


def _in_thread(function: Callable[[], Any]) -> Any:
    """Run a function in a real thread, while the worker's event loop goes on."""
    return get_hub().threadpool.apply(function)


try:
    application = Application()
except SettingsError as error:
    sys.exit(f"Inkling cannot start: {error}")
