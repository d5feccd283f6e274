"""A training in a process of its own, which ends when nobody waits for it."""

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
POLL_S = 0.2  # how often is asked whether the client is still there
COMMAND = (sys.executable, "-m", "nn.training.recorded.process")


class TrainingError(Exception):
    """The process ended without a recording."""


class Abandoned(Exception):
    """The client has gone."""


def run(
    request: bytes,
    *,
    is_wanted: Callable[[], bool],
    on_start: Callable[[Callable[[], None]], None] = lambda stop: None,
) -> bytes:
    """Return the recording of a training, JSON compressed with gzip.

    Parameters
    ----------
    request
        The options as JSON.
    is_wanted
        Whether the client still waits.
    on_start
        Called with what ends the training early, with what was learnt so far.

    Raises
    ------
    Abandoned
        If the client has gone; the process is killed.
    TrainingError
        If the process ended without a recording, or took too long.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("INKLING_")}
    with subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=environment | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        on_start(process.terminate)
        received: Queue[bytes | None] = Queue()
        thread = Thread(target=_converse, args=(process, request, received), daemon=True)
        thread.start()
        try:
            return _wait(received, is_wanted)
        finally:
            process.kill()
            thread.join()


def _wait(received: "Queue[bytes | None]", is_wanted: Callable[[], bool]) -> bytes:
    """Return the recording when it has come."""
    end_s = time.monotonic() + MAX_SECONDS
    while time.monotonic() < end_s:
        try:
            recording = received.get(timeout=POLL_S)
        except Empty:
            if not is_wanted():
                raise Abandoned from None
            continue
        if recording is None:
            raise TrainingError("it ended without a recording")
        return recording
    raise TrainingError("it took too long")


def _converse(
    process: "subprocess.Popen[bytes]", request: bytes, received: "Queue[bytes | None]"
) -> None:
    """Send the request and receive the recording, None where there is none."""
    assert process.stdin and process.stdout
    recording, last_line = None, b""
    try:
        process.stdin.write(request)
        process.stdin.close()
        for line in process.stdout:
            if line == b"\n":
                recording = process.stdout.read()
                break
            last_line = line
    except OSError:  # The process has ended.
        pass
    if recording is None:
        logging.getLogger("inkling").warning("A training failed: %r", last_line)
    received.put(recording)
