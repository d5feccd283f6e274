"""Pictures read by this process and others: results come in order, and few are in memory."""

import multiprocessing
import os
import re
import signal
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import TypeVar

import numpy as np
from PIL import Image

from nn.bulk.addresses import read_name
from nn.bulk.results import OutputError, Result
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.reader import Reader, load
from nn.reading.allowed import Restriction
from nn.reading.mnist import Pixels
from nn.reading.risk import RISK

MAX_STEM_BYTES = 60  # of a name in the names of its stages
ALONE_S = 1.0  # then other processes are started, which takes about as long
N_TOGETHER = 8  # pictures that a process gets at a time
N_AHEAD = 4  # such groups for each process that are read, or wait, at most

T = TypeVar("T")
KILLED = "The process that read it was ended by the system: perhaps it had too little memory."


class EngineError(Exception):
    """An engine cannot read; the message says what to do."""


@dataclass(frozen=True)
class Item:
    """A picture to read.

    Attributes
    ----------
    place
        In the order of all, from 1.
    name
        Of the file.
    content
        Its bytes, if they were read already.
    """

    place: int
    name: str
    content: bytes | None = None


@dataclass(frozen=True)
class Job:
    """How pictures are read.

    Attributes
    ----------
    model
        Name of the network.
    models
        Folder of the networks.
    is_of_digits
        Whether each picture is of one digit.
    explain
        Folder to which the stages of each picture are written, if any.
    restriction
        Which texts a line may hold, if not any.
    risk
        Greatest share of errors among certain answers.
    """

    model: str
    models: Path
    is_of_digits: bool = False
    explain: Path | None = None
    restriction: Restriction | None = None
    risk: float = RISK

    def prepare(self) -> None:
        """Load the network and make the folder, or raise WeightsError or OSError."""
        silence_pillow_warnings()
        _reader(self.model, self.models, self.risk)
        if self.explain:
            self.explain.mkdir(parents=True, exist_ok=True)

    def read_all(self, items: Iterable[Item]) -> list[Result]:
        """Return the results of several pictures."""
        return [self.read(item) for item in items]

    def read(self, item: Item) -> Result:
        """Return what is read in a picture, or why it is not.

        Raise OutputError if its stages cannot be written.
        """
        reader = _reader(self.model, self.models, self.risk)

        def compute() -> tuple[Result, dict[str, Pixels]]:
            picture = read_name(item.name) if item.content is None else item.content
            if self.is_of_digits:
                reading = reader.predict(picture)
            else:
                reading = reader.read(picture, self.restriction)
            images: dict[str, Pixels] = {}
            if self.explain:
                images |= reader.stages(picture, reading)
                for place, digit in enumerate(reading.digits, 1):
                    images[f"digit-{place}-{digit.digit}"] = digit.image
            return Result(item.name, reading.to_dict()), images

        found = _or_failure(item.name, compute)
        if isinstance(found, Result):
            return found
        result, images = found
        if self.explain:
            _write_images(images, self.explain, item)
        return result


def open_item(item: Item) -> Item | Result:
    """Return a picture with its bytes, or why they cannot be read."""
    if item.content is not None:
        return item
    return _or_failure(item.name, lambda: replace(item, content=read_name(item.name)))


def _or_failure(name: str, compute: Callable[[], T]) -> T | Result:
    """Return what is computed of a picture, or a result with the error, so that others are read."""
    try:
        return compute()
    except PictureError as error:
        is_several = error.fault is PictureFault.SEVERAL_DIGITS
        advice = " Leave --digit out, or cut one digit out." if is_several else ""
        return Result(name, {}, f"{error}{advice}")
    except OSError as error:
        return Result(name, {}, f"{error.strerror or error}.")
    except Exception as error:  # a fault of ours, or no memory
        return Result(name, {}, f"Reading failed: {error!r}.")


def silence_pillow_warnings() -> None:
    """Let Pillow warn neither of large pictures nor of damage: they are refused, or are read."""
    Image.MAX_IMAGE_PIXELS = None
    warnings.filterwarnings("ignore", module="PIL")


@cache
def _reader(model: str, models: Path, risk: float) -> Reader:
    return load(model, models, risk=risk)


def _write_images(images: Mapping[str, Pixels], folder: Path, item: Item) -> None:
    stem = re.sub(r"[^\w.-]", "_", Path(item.name).stem).encode()[:MAX_STEM_BYTES]
    start = f"{item.place:06}-{stem.decode(errors='ignore')}"
    try:
        for number, (name, image) in enumerate(images.items(), 1):
            path = folder / f"{start}-{number}-{name}.png"
            Image.fromarray(np.ascontiguousarray(image)).save(path)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from error


def read_in_order(
    items: Iterable[Item],
    job: Job,
    n_processes: int,
    warn: Callable[[str], None],
    alone_s: float = ALONE_S,
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
    alone_s
        For how long pictures are read here before other processes are started.
    """
    remaining = iter(items)
    end_s = time.perf_counter() + alone_s
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
        """Retry one suspect picture in a process of its own."""
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
    silence_pillow_warnings()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    with suppress(OSError):
        wait([parent.sentinel])
    os._exit(1)
