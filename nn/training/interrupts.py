"""Ctrl-C while a training writes: ignored, or delayed until a file is whole."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ignore_sigint() -> Iterator[None]:
    """Ignore Ctrl-C while a training is written: a second one would lose it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def delay_sigint() -> Iterator[None]:
    """Let Ctrl-C take effect at the end of the block: KeyboardInterrupt, unless it is ignored.

    Where a file is written, an interrupt may come in a destructor, in which Python ignores it, or
    while a lock is taken.
    """
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupts and callable(before):  # A shell starts background jobs with Ctrl-C ignored.
        before(interrupts[0], None)
