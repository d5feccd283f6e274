"""A training in a process of its own, which ends when no client waits for it."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread

from app.config import ROOT

MAX_SECONDS = 45.0  # then it is killed; it should have ended itself before
POLL_S = 0.2  # between two looks whether the client is still there
COMMAND = (sys.executable, "-m", "nn.training.recorded.process")


class TrainingError(Exception):
    """The process ended without a recording."""


class Abandoned(Exception):
    """The client has gone."""


def run(
    request: bytes,
    *,
    is_wanted: Callable[[], bool],
    on_start: Callable[[Callable[[], None]], None],
) -> bytes:
    """Return the recording of a training, JSON compressed with gzip.

    Parameters
    ----------
    request
        The options as JSON.
    is_wanted
        Whether the client still waits.
    on_start
        Called with a function that ends the training early, with what was learnt so far.

    Raises
    ------
    Abandoned
        If the client has gone; the process is killed.
    TrainingError
        If the process ended without a recording, or took too long.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("INKLING_")}
    with subprocess.Popen(
        [*COMMAND, str(os.getpid())],
        cwd=ROOT,
        env=environment | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        on_start(process.terminate)
        outputs: Queue[tuple[bytes, bytes]] = Queue()
        thread = Thread(target=lambda: outputs.put(process.communicate(request)), daemon=True)
        thread.start()
        try:
            recording, errors = _wait(outputs, is_wanted)
        finally:
            process.kill()
            thread.join()
    if process.returncode:
        last_line = errors.decode(errors="replace").strip().rpartition("\n")[2]
        logging.getLogger("inkling").warning(
            "A training ended with status %s: %s", process.returncode, last_line
        )
        raise TrainingError("its process was ended")
    return recording


def _wait(
    outputs: "Queue[tuple[bytes, bytes]]", is_wanted: Callable[[], bool]
) -> tuple[bytes, bytes]:
    """Return what the process wrote to its two outputs when it has ended."""
    end_s = time.monotonic() + MAX_SECONDS
    while time.monotonic() < end_s:
        try:
            return outputs.get(timeout=POLL_S)
        except Empty:
            if not is_wanted():
                raise Abandoned from None
    raise TrainingError("it took too long")
