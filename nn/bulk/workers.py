"""Processes that read pictures: results come in the order of the pictures, few are in memory."""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from multiprocessing.connection import wait
from threading import Thread

from nn.bulk.job import Item, Job, leave_warnings_to_results
from nn.bulk.results import Result

ALONE_S = 1.0  # then other processes are started, which takes about as long
N_TOGETHER = 8  # pictures that a process gets at a time
N_AHEAD = 4  # such groups for each process that are read, or wait, at most

KILLED = "The process that read it was ended by the system: perhaps it had too little memory."


def read_in_order(
    items: Iterable[Item], job: Job, n_processes: int, warn: Callable[[str], None]
) -> Generator[Result, None, None]:
    """Yield the result of each picture, in order: few are read here, more by other processes.

    Parameters
    ----------
    items
        The pictures.
    job
        How they are read.
    n_processes
        How many others are started, when it takes long enough and if it is more than one.
    warn
        Takes a sentence if a process was killed. Its pictures are read again.
    """
    remaining = iter(items)
    end_s = time.perf_counter() + ALONE_S
    for item in remaining:
        yield job.read(item)
        if n_processes > 1 and time.perf_counter() > end_s:
            break
    if (following := next(remaining, None)) is not None:
        with _Pool(job, n_processes, warn) as pool:
            yield from pool.read(chain([following], remaining))


class _Pool:
    """Processes that read groups of pictures."""

    def __init__(self, job: Job, n_processes: int, warn: Callable[[str], None]) -> None:
        self._job = job
        self._n_processes = n_processes
        self._warn = warn

    def __enter__(self) -> "_Pool":
        self._executor, self._single = _executor(self._n_processes), _executor(1)
        return self

    def __exit__(self, *_: object) -> None:
        for executor in (self._executor, self._single):
            executor.shutdown(cancel_futures=True)

    def read(self, items: Iterable[Item]) -> Iterator[Result]:
        """Yield the result of each picture, in order."""
        waiting: deque[tuple[Sequence[Item], Future[list[Result]]]] = deque()
        remaining = iter(items)
        while group := list(islice(remaining, N_TOGETHER)):
            waiting.append((group, self._submit(group)))
            if len(waiting) > N_AHEAD * self._n_processes:
                yield from self._results(*waiting.popleft())
        while waiting:
            yield from self._results(*waiting.popleft())

    def _submit(self, group: Sequence[Item]) -> Future[list[Result]]:
        try:
            return self._executor.submit(self._job.read_all, group)
        except BrokenProcessPool:
            self._warn("A process was ended by the system. Its pictures are read again.")
            self._executor = _executor(self._n_processes)
            return self._executor.submit(self._job.read_all, group)

    def _results(self, group: Sequence[Item], future: Future[list[Result]]) -> Iterator[Result]:
        try:
            yield from future.result()
        except BrokenProcessPool:
            yield from map(self._read_alone, group)

    def _read_alone(self, item: Item) -> Result:
        """Return the result of a picture that may have been what a process was killed for."""
        try:
            return self._single.submit(self._job.read_all, [item]).result()[0]
        except BrokenProcessPool:
            self._single = _executor(1)
            return Result(item.name, {}, KILLED)


def _executor(n_processes: int) -> ProcessPoolExecutor:
    """Return processes that share nothing with this one, whose threads a copy would not have."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(n_processes, context, initializer=_initialize)


def _initialize() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that ends."""
    leave_warnings_to_results()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    with suppress(OSError):
        wait([parent.sentinel])
    os._exit(1)
