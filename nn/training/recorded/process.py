"""A recorded training in a process of its own, within limits; the server starts it.

``python -m nn.training.recorded.process PID`` reads the options as JSON, and writes the recording
as JSON, compressed (gzip). PID is that of the process that started it, with which it ends.
"""

import gzip
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType

MAX_CPU_S = 10
FINISHING_S = 0.5  # of CPU time, to measure and to write what was learnt so far
MAX_SECONDS = 30  # where other processes use the CPU
MAX_MEMORY_BYTES = 800_000_000  # of addresses, of which it uses half, and 130 MB of memory
NICENESS = 19  # so that all other processes go first
COMPRESSION_LEVEL = 4


def main() -> None:
    """Read the options, train, and write the recording."""
    limit_resources()
    # Now that others go first: these take longer than a short training.
    from msgspec import json

    from nn.training.recorded.options import Options
    from nn.training.recorded.record import record

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    deadline = Deadline(int(sys.argv[1]))
    signal.signal(signal.SIGTERM, deadline.end_now)
    options = json.decode(sys.stdin.buffer.read(), type=Options)
    recording = record(options, is_over=deadline.is_over)
    sys.stdout.buffer.write(gzip.compress(recording.to_json(), COMPRESSION_LEVEL, mtime=0))


class Deadline:
    """When the training must end: after a time, or at once on SIGTERM or without its parent.

    Parameters
    ----------
    parent
        The process that started this one; another one takes its place when it has ended.
    """

    def __init__(self, parent: int) -> None:
        self._end_s = time.monotonic() + MAX_SECONDS
        self._parent = parent
        self._is_ended = False

    def is_over(self) -> bool:
        """Whether the training must end now."""
        return (
            self._is_ended
            or time.process_time() > MAX_CPU_S - FINISHING_S
            or time.monotonic() > self._end_s
            or self._is_orphan()
        )

    def _is_orphan(self) -> bool:
        """Whether the parent has ended; on Windows that is not known.

        There the parent in a virtual environment is Python's launcher, and never replaced.
        """
        return os.name == "posix" and os.getppid() != self._parent

    def end_now(self, number: int, frame: FrameType | None) -> None:
        """End the training after the present step; a handler of signals."""
        self._is_ended = True


def limit_resources() -> None:
    """Let all other processes go first, and limit memory and CPU time, where the system can."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    try:
        import resource
    except ImportError:  # on Windows, where the time alone is limited
        return
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S + 1, MAX_CPU_S + 2))
    with suppress(ValueError, OSError):  # macOS refuses this one
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


if __name__ == "__main__":
    main()
