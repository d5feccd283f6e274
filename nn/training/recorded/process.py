"""A recorded training in a process of its own, within limits; the server starts it.

``python -m nn.training.recorded.process`` reads the options as JSON, and writes the part of the
training that is done, a number a line, then an empty line and the recording as JSON, compressed
(gzip). As it writes after each frame, it ends soon after its reader, however that ends.
"""

import gzip
import os
import signal
import sys
import time
from types import FrameType

import msgspec

from nn.training.recorded.options import Options
from nn.training.recorded.record import record

MAX_CPU_S = 10
FINISHING_S = 0.5  # of CPU time, to measure and to write what was learnt so far
MAX_SECONDS = 30  # where other processes use the CPU
MAX_MEMORY_BYTES = 1_000_000_000
NICENESS = 19  # so that all other processes go first
COMPRESSION_LEVEL = 4


def main() -> None:
    """Read the options, train, and write the recording."""
    limit_resources()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    deadline = Deadline()
    signal.signal(signal.SIGTERM, deadline.end_now)
    options = msgspec.json.decode(sys.stdin.buffer.read(), type=Options)
    recording = record(options, is_over=deadline.is_over, on_frame=write_progress)
    content = gzip.compress(recording.to_json(), COMPRESSION_LEVEL, mtime=0)
    sys.stdout.buffer.write(b"\n" + content)
    sys.stdout.buffer.flush()


class Deadline:
    """When the training must end: after a time, or at once where SIGTERM came."""

    def __init__(self) -> None:
        self._end_s = time.monotonic() + MAX_SECONDS
        self._is_ended = False

    def is_over(self) -> bool:
        """Whether the training must end now."""
        return (
            self._is_ended
            or time.process_time() > MAX_CPU_S - FINISHING_S
            or time.monotonic() > self._end_s
        )

    def end_now(self, number: int, frame: FrameType | None) -> None:
        """End the training after the present step."""
        self._is_ended = True


def limit_resources() -> None:
    """Let all other processes go first, and limit memory and CPU time, where the system can."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        import resource
    except ImportError:  # on Windows, where the time alone is limited
        return
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S + 1, MAX_CPU_S + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def write_progress(done: float) -> None:
    """Write the part of the training that is done, 0 to 1."""
    sys.stdout.buffer.write(b"%.4f\n" % done)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
