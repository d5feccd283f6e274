"""Pictures read by the workers of a Dask cluster; results come in the order of the pictures.

The bytes of each picture are read here and travel with its task, so that workers need neither its
path nor access to an object store. The weights travel to each worker once, which keeps one reader.
The scheduler gives the pictures of a worker that dies to another one.
"""

import hashlib
import logging
import pickle
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures import Future as OpenedFuture
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby, islice

import cv2
from distributed import Client, Future, KilledWorker, Worker, WorkerPlugin, get_worker, wait

from nn.arguments import version
from nn.bulk.items import Item, opened
from nn.bulk.results import Result
from nn.bulk.workers import N_AHEAD, N_TOGETHER, EngineError, Job, silence_pillow_warnings
from nn.decoding.picture_files import Picture
from nn.decoding.scans import to_png

CONNECT_S = 10  # to reach the scheduler
NO_WORKER_S = 300  # then a cluster without workers is given up: machines take a while to start
LOOK_S = 5  # between two looks at how many workers there are
N_OPENED = 16  # pictures at the same time: an object store takes a while to open each
MIN_TOGETHER, MAX_TOGETHER = 8, 128  # pictures in a group
MAX_GROUP_BYTES = 4_000_000  # a group ends with the picture that reaches it: memory is bounded


class JobPlugin(WorkerPlugin):
    """The job with its networks, which each worker gets once, also a worker that joins later.

    Parameters
    ----------
    job
        How pictures are read.
    """

    job: Job[Result]
    is_same_version: bool

    def __init__(self, job: Job[Result]) -> None:
        self._pickled = pickle.dumps(job)
        self.version = version()
        digest = hashlib.sha256(self.version.encode() + self._pickled)
        self.name = f"inkling-{digest.hexdigest()[:16]}"

    def setup(self, worker: Worker) -> None:
        """Load the job for all threads of a worker."""
        cv2.setNumThreads(1)  # the worker's own threads use the cores
        silence_pillow_warnings()
        self.is_same_version = version() == self.version
        if self.is_same_version:
            self.job = pickle.loads(self._pickled)


def read_group(plugin_name: str, group: Sequence[Item]) -> list[Result]:
    """Return the results of a group, on a worker."""
    plugin = get_worker().plugins[plugin_name]
    assert isinstance(plugin, JobPlugin)
    if not plugin.is_same_version:
        raise EngineError(f"a worker's inkling-digits is another version than {plugin.version}")
    starts = range(0, len(group), N_TOGETHER)
    return [found for at in starts for found in plugin.job.read(group[at : at + N_TOGETHER])]


def read_on_cluster(
    items: Iterable[Item], job: Job[Result], scheduler: str, warn: Callable[[str], None]
) -> Generator[Result, None, None]:
    """Yield the result of each picture, in order.

    Parameters
    ----------
    items
        The pictures.
    job
        How they are read.
    scheduler
        Address of the cluster's scheduler.
    warn
        Takes a sentence when the cluster has no worker.

    Raises
    ------
    EngineError
        When the scheduler cannot be reached, is lost, or has no worker.
    """
    with ThreadPoolExecutor(N_OPENED) as threads, _Cluster(scheduler, job, warn) as cluster:
        yield from cluster.read(_opened(items, threads))


def _opened(items: Iterable[Item], threads: ThreadPoolExecutor) -> Iterator[Item]:
    """Yield the pictures with their bytes; consecutive pages of a scan are opened together."""
    waiting = deque[OpenedFuture[list[Item]]]()
    for _, of_file in groupby(items, lambda item: item.file):
        while pages := list(islice(of_file, N_TOGETHER)):
            waiting.append(threads.submit(_open_all, pages))
            if len(waiting) == N_OPENED:
                yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _open_all(items: Sequence[Item]) -> list[Item]:
    return [
        replace(item, content=to_png(item.content)) if isinstance(item.content, Picture) else item
        for item in opened(items)
    ]


class _Cluster:
    """Workers that read groups of pictures."""

    def __init__(self, scheduler: str, job: Job[Result], warn: Callable[[str], None]) -> None:
        self._scheduler = scheduler
        self._job = job
        self._warn = warn
        self._plugin = JobPlugin(job)
        self._waiting = deque[tuple[Sequence[Item], Future[list[Result]]]]()

    def __enter__(self) -> "_Cluster":
        loggers = ("distributed", "distributed.client", "distributed.core", "tornado.application")
        for name in loggers:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # the errors below say it
        warnings.filterwarnings("ignore", "Sending large graph")  # of one large picture
        warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # after Ctrl-C
        try:
            self._client = Client(self._scheduler, timeout=CONNECT_S)
        except (OSError, ValueError) as error:
            reason = "nothing answers" if isinstance(error, OSError) else f"{error}"
            text = f"the scheduler {self._scheduler} cannot be reached: {reason}"
            raise EngineError(text) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=CONNECT_S)

    def read(self, items: Iterator[Item]) -> Iterator[Result]:
        """Yield the result of each picture, in order."""
        n_threads = self._wait_for_workers()
        with self._described():
            self._client.register_plugin(self._plugin)
        next_look_s = time.monotonic() + LOOK_S
        while group := _next_group(items, n_threads):
            self._waiting.append((group, self._submit(group)))
            if len(self._waiting) > N_AHEAD * n_threads:
                yield from self._first()
            if time.monotonic() > next_look_s:  # workers come and go
                n_threads, next_look_s = self._wait_for_workers(), time.monotonic() + LOOK_S
        while self._waiting:
            yield from self._first()

    def _submit(self, group: Sequence[Item]) -> Future[list[Result]]:
        with self._described():
            name = self._plugin.name
            return self._client.submit(read_group, name, group, pure=False)

    def _first(self) -> Iterator[Result]:
        """Yield the results of the group that was submitted first."""
        group, future = self._waiting.popleft()
        try:
            yield from self._results(future)
        except KilledWorker:
            yield from map(self._read_alone, group)

    def _read_alone(self, item: Item) -> Result:
        """Retry one suspect picture while no other is read, which would be suspected too."""
        self._wait([future for _, future in self._waiting])
        try:
            return self._results(self._submit([item]))[0]
        except KilledWorker:
            return self._job.killed(item)

    def _results(self, future: Future[list[Result]]) -> list[Result]:
        """Return the results of a group; raise KilledWorker when too many workers died of it."""
        while True:
            try:
                with self._described():
                    results: list[Result] = future.result(timeout=LOOK_S)
            except TimeoutError:
                self._wait_for_workers()
            else:
                future.release()  # its __del__ would, where Python ignores Ctrl-C
                return results

    def _wait(self, futures: list[Future[list[Result]]]) -> None:
        """Wait until all are done, as long as there are workers."""
        while not all(future.done() for future in futures):
            try:
                with self._described():
                    wait(futures, timeout=LOOK_S)
            except TimeoutError:
                self._wait_for_workers()

    def _wait_for_workers(self) -> int:
        """Return the number of the workers' threads as soon as there is a worker."""
        end_s, is_said = time.monotonic() + NO_WORKER_S, False
        with self._described():
            while not (threads := dict[str, int](self._client.nthreads())):
                if time.monotonic() > end_s:
                    text = f"the scheduler {self._scheduler} has no worker for {NO_WORKER_S} s"
                    raise EngineError(f"{text}: start some and go on with --resume")
                if not is_said:
                    self._warn("The cluster has no worker: waiting for one.")
                is_said = True
                time.sleep(LOOK_S)
        return sum(threads.values())

    @contextmanager
    def _described(self) -> Iterator[None]:
        """Turn errors of the cluster into EngineError, except those that the callers handle."""
        try:
            yield
        except (EngineError, KilledWorker, TimeoutError):
            raise
        except (CancelledError, OSError) as error:
            text = f"the scheduler {self._scheduler} was lost: go on with --resume when it is back"
            raise EngineError(text) from error
        except Exception as error:  # of any type: a worker cannot load what is sent
            wanted = f"install inkling-digits {self._plugin.version} with its extra dask on each"
            raise EngineError(f"a worker failed with {error!r}: {wanted}") from error


def _next_group(items: Iterator[Item], n_threads: int) -> list[Item]:
    """Return the next pictures: more of them for more workers, since one scheduler serves all."""
    group, n_bytes = list[Item](), 0
    size = min(max(MIN_TOGETHER, 2 * n_threads), MAX_TOGETHER)
    for item in items:
        group.append(item)
        n_bytes += len(item.content) if isinstance(item.content, bytes) else 0
        if len(group) == size or n_bytes >= MAX_GROUP_BYTES:
            break
    return group
