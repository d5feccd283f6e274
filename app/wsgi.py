"""The app as gunicorn loads it, or one line that says why it cannot start."""

import ctypes
import gc
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from flask import Flask
from gevent import get_hub, sleep, spawn

from app import create_app
from app.config import Settings, SettingsError
from app.requests.connections import BoundedArrival
from app.telemetry.metrics import EXTENSION, WorkerFiles

# Pillow warns of damage in a picture that it can still read; an operator cannot act on that.
warnings.filterwarnings("ignore", module="PIL")

TRIM_INTERVAL_S = 10


class Application:
    """The WSGI app, which can be loaded again: with the files of that moment."""

    def __init__(self) -> None:
        self._files = WorkerFiles()
        self.flask = self._load()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        return self.flask(environ, start_response)

    def count_as(self, number: int) -> None:
        """Let this worker count metrics in the files of a number that no other worker has."""
        has_room = self._files.use(str(number))
        self.flask.extensions[EXTENSION].is_counting = has_room
        if not has_room:
            logging.getLogger("inkling").warning("No room for metrics: a worker counts nothing")

    def start(self) -> None:
        """Begin, in a worker, to return freed memory; on SIGTERM, to end what would go on."""
        spawn(_return_memory)
        stop = signal.getsignal(signal.SIGTERM)

        def stop_all(number: int, frame: FrameType | None) -> None:
            if callable(stop):
                stop(number, frame)
            spawn(self._arrival.stop)

        signal.signal(signal.SIGTERM, stop_all)

    def reload(self) -> None:
        """Load the weights and the API key again; keep the present ones where these are bad."""
        try:
            self.flask = self._load()
        except SettingsError as error:
            logging.getLogger("inkling").error("The present weights and key stay in use: %s", error)

    def _load(self) -> Flask:
        settings = Settings.from_environ()
        flask = create_app(settings, in_thread=_in_thread)
        self._arrival = BoundedArrival(flask.wsgi_app, max_upload_s=settings.max_upload_seconds)
        flask.wsgi_app = self._arrival  # type: ignore[method-assign]
        # Wait for timers of libraries, which a worker that is forked now would inherit.
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
        # Workers share the memory of what is loaded here until one writes to it, as the garbage
        # collector does: collect once, and exempt from later collections what is left.
        gc.collect()
        gc.freeze()
        return flask


def _return_memory() -> None:
    """Return freed memory to the system now and then, which glibc's allocator keeps otherwise."""
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
