"""Pictures read by this process and others: results come in order, and few are in memory."""

import multiprocessing
import os
import pickle
import signal
import sys
import time
import warnings
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Generic, TypeVar

from PIL import Image

from nn.bulk.items import Item

ALONE_S = 1.0  # then other processes are started, which takes about as long
N_TOGETHER = 8  # pictures that a process gets at a time
N_AHEAD = 4  # such groups for each process that are read, or wait, at most
MAX_AHEAD_BYTES = 100_000_000  # of the groups for each process, unless one alone has more

T = TypeVar("T")
KILLED = "The process that read it was ended by the system: perhaps it had too little memory."
NOT_STARTED = (
    "no process that reads pictures can be started: a program needs if __name__ == '__main__': "
    "around what it does, or processes=1"
)


class EngineError(RuntimeError):
    """An engine cannot read; the message says what to do."""


class Job(ABC, Generic[T]):
    """How pictures are read; each process gets a copy."""

    @abstractmethod
    def read(self, items: Sequence[Item]) -> list[T]:
        """Return the result of each of a few pictures, also where it cannot be read."""

    @abstractmethod
    def killed(self, item: Item) -> T:
        """Return the result of a picture for which a process was ended, as ``KILLED`` says."""


def is_being_started() -> bool:
    """Return whether this process imports the program of the one that starts it.

    Under the name ``__mp_main__``, and before it knows its parent. It cannot start others.
    """
    program = sys.modules.get("__mp_main__")
    is_imported = getattr(program, "__name__", "") == "__mp_main__"
    return is_imported and multiprocessing.parent_process() is None


def silence_pillow_warnings() -> None:
    """Let Pillow warn neither of large pictures nor of damage: they are refused, or are read."""
    Image.MAX_IMAGE_PIXELS = None
    warnings.filterwarnings("ignore", module="PIL")


def read_in_order(
    items: Iterable[Item],
    job: Job[T],
    n_processes: int,
    warn: Callable[[str], None],
    alone_s: float = ALONE_S,
    *,
    n_together: int = N_TOGETHER,
    are_listed: bool = False,
) -> Generator[T, None, None]:
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
    alone_s
        For how long pictures are read here before other processes are started.
    n_together
        How many are read at a time, at most; 1 for a list that goes on while it is read.
    are_listed
        Whether all pictures were there before the first is read. Else one in memory is the last of
        its group: asked for the next one, the caller may fill the same array, or seek in the same
        file.

    Raises
    ------
    EngineError
        When no process can be started.
    Exception
        What ``items`` raises, once the pictures before it are read.
    """
    raised: list[Exception] = []
    remaining, n_pictures = _until_raised(items, raised), 1  # at first: somebody waits for them
    spent_s = 0.0  # not waiting for items
    while group := _next_group(remaining, n_pictures, are_listed=are_listed):
        start_s = time.perf_counter()
        results = job.read(group)
        spent_s += time.perf_counter() - start_s
        yield from results
        if n_processes > 1 and spent_s > alone_s:
            break
        n_pictures = min(2 * n_pictures, n_together)
    if (following := next(remaining, None)) is not None:
        with _Pool(job, n_processes, warn) as pool:
            following_too = chain([following], remaining)
            yield from pool.read(following_too, n_together, are_listed=are_listed)
    if raised:
        raise raised[0]


def _until_raised(items: Iterable[Item], raised: list[Exception]) -> Iterator[Item]:
    """Yield the items; end with an exception of theirs, and add it to ``raised``."""
    try:
        yield from items
    except Exception as error:
        raised.append(error)


def _next_group(items: Iterator[Item], most: int, *, are_listed: bool) -> list[Item]:
    """Return the next pictures, at most so many; ``are_listed`` as of ``read_in_order``."""
    group = list[Item]()
    for item in items:
        group.append(item)
        may_change = not are_listed and not isinstance(item.content, bytes | Exception | None)
        if len(group) == most or may_change:
            break
    return group


class _Pool(Generic[T]):
    """Processes that read groups of pictures."""

    def __init__(self, job: Job[T], n_processes: int, warn: Callable[[str], None]) -> None:
        self._job = job
        self._n_processes = n_processes
        self._warn = warn

    def __enter__(self) -> "_Pool[T]":
        # In a file: a process that fails to start would never take what is sent to it through a
        # pipe, and starting it would not end.
        self._folder = TemporaryDirectory()
        self._job_file = Path(self._folder.name, "job")
        self._job_file.write_bytes(pickle.dumps(self._job))
        self._ended, self._end = multiprocessing.Pipe(duplex=False)
        self._executor = self._start(self._n_processes)
        self._single: ProcessPoolExecutor | None = None
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:  # as Ctrl-C: what they read is not waited for
            self._end.close()
        for executor in filter(None, (self._executor, self._single)):
            executor.shutdown(cancel_futures=True)
        self._end.close()
        self._ended.close()
        self._folder.cleanup()

    def read(self, items: Iterator[Item], n_together: int, *, are_listed: bool) -> Iterator[T]:
        """Yield the result of each picture, in order."""
        waiting: deque[tuple[bytes, Future[list[T]]]] = deque()
        while group := _next_group(items, n_together, are_listed=are_listed):
            pickled = pickle.dumps(group)  # now: the executor pickles while the next ones are taken
            waiting.append((pickled, self._submit(pickled)))
            while waiting and (waiting[0][1].done() or self._are_many(waiting)):
                yield from self._results(*waiting.popleft())
        while waiting:
            yield from self._results(*waiting.popleft())

    def _are_many(self, waiting: Collection[tuple[bytes, Future[list[T]]]]) -> bool:
        n_bytes = sum(len(pickled) for pickled, _ in waiting)
        is_full = n_bytes > MAX_AHEAD_BYTES * self._n_processes
        return is_full or len(waiting) > N_AHEAD * self._n_processes

    def _start(self, n_processes: int) -> ProcessPoolExecutor:
        """Return processes that share nothing with this one: a copy would lack its threads."""
        context, arguments = multiprocessing.get_context("spawn"), (self._job_file, self._ended)
        return ProcessPoolExecutor(
            n_processes, context, initializer=_initialize, initargs=arguments
        )

    def _submit(self, pickled: bytes) -> Future[list[T]]:
        try:
            return self._executor.submit(_read_all, pickled)
        except BrokenProcessPool:
            self._start_single()
            self._warn("A process was ended by the system. Its pictures are read again.")
            self._executor = self._start(self._n_processes)
            return self._executor.submit(_read_all, pickled)

    def _results(self, pickled: bytes, future: Future[list[T]]) -> Iterator[T]:
        try:
            yield from future.result()
        except BrokenProcessPool:
            yield from map(self._read_alone, pickle.loads(pickled))

    def _read_alone(self, item: Item) -> T:
        """Retry one suspect picture in a process of its own."""
        try:
            alone = pickle.dumps([item])
            results: list[T] = self._start_single().submit(_read_all, alone).result()
            return results[0]
        except BrokenProcessPool:
            self._single = None
            return self._job.killed(item)

    def _start_single(self) -> ProcessPoolExecutor:
        """Return a process of its own, or raise EngineError if none can be started."""
        self._single = self._single or self._start(1)
        try:
            self._single.submit(os.getpid).result()
        except BrokenProcessPool as error:
            raise EngineError(NOT_STARTED) from error
        return self._single


_job: Job[Any]  # of a process that was started to read


def _initialize(job: Path, ended: Connection) -> None:
    """Take the job; leave Ctrl-C to the process that started this one, and end when that says so.

    numpy and OpenCV read how many threads they may use when the job imports them: the processes
    use the cores, each with one thread.
    """
    global _job
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    silence_pillow_warnings()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, args=(ended,), daemon=True).start()
    _job = pickle.loads(job.read_bytes())


def _read_all(pickled: bytes) -> list[Any]:
    return _job.read(pickle.loads(pickled))


def _end_with_parent(ended: Connection) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    with suppress(OSError):
        wait([parent.sentinel, ended])
    os._exit(1)
