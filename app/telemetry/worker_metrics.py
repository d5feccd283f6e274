"""Metrics that all workers of a server count together: in files, which any of them adds up."""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, values
from prometheus_client.multiprocess import MultiProcessCollector

from app.telemetry.metrics import Metrics

FOLDERS = ("/dev/shm", os.environ.get("TMPDIR", "/tmp"))  # the disk may be read-only
PREFIX = "inkling-counts-"
FILE_BYTES = 131_072  # twice what the counts of every route take
FILE_KINDS = ("counter", "histogram")  # of Prometheus's client, which names its files so
MAIN = "main"
"""Name of the files of the process that starts the workers."""


class WorkerMetrics(Metrics):
    """The metrics of a server, of which each worker counts its share in files of its own.

    A worker that replaces another one continues in its files, so that sums never fall and the
    folder does not grow. The files have their size before they are mapped into memory: a process
    is killed (SIGBUS) when it writes to a mapped page for which a full file system has no room.

    Attributes
    ----------
    folder
        Where the files are; None where no file system had room for them.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        for parent in map(Path, FOLDERS):
            remove_abandoned_folders(parent)
            if not self.folder:
                self._make_folder(parent)
        if self.folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self.folder)
            values.ValueClass = values.MultiProcessValue(lambda: self._name)
        else:
            values.ValueClass = values.MutexValue
        super().__init__()
        self.is_counting = False

    def count_as(self, name: str) -> bool:
        """Let this process count in the files of a name that no other process uses now.

        Return whether there is room for them; without it nothing is counted.
        """
        self.is_counting = self.folder is not None and _make_files(self.folder, name)
        if self.is_counting:
            self._name = name
        return self.is_counting

    def add_to(self, registry: CollectorRegistry) -> None:
        """Let a registry collect the sums over all workers."""
        if self.folder:
            MultiProcessCollector(registry, str(self.folder))  # type: ignore[no-untyped-call]

    def _make_folder(self, parent: Path) -> None:
        with suppress(OSError):
            folder, self._lock = _locked_folder(parent)
            atexit.register(_remove, folder, os.getpid())
            if _make_files(folder, MAIN):
                self.folder, self._name = folder, MAIN
            else:
                shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned_folders(parent: Path) -> None:
    """Remove the folders of servers that were killed: those that no process has locked.

    A process id would not tell: each container has its own ones, which begin with 1.
    """
    for folder in parent.glob(f"{PREFIX}*"):
        # It may be another user's, a server's that runs, or removed by another one that starts.
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _locked_folder(parent: Path) -> tuple[Path, int]:
    """Return a new folder, and its lock: a file descriptor, which workers inherit.

    The system frees the lock when the last of these processes has ended, however it ended.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            with suppress(OSError):  # a file system without locks: no server removes it, either
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)  # Another server found it before it was locked, and has removed it.


def _make_files(folder: Path, name: str) -> bool:
    """Make the files of a name unless they exist, and return whether there is room for them."""
    for kind in FILE_KINDS:
        path = folder / f"{kind}_{name}.db"
        partial = path.with_suffix(".partial")
        try:
            if not path.exists():
                partial.write_bytes(bytes(FILE_BYTES))
                partial.rename(path)  # only now, because every .db is added up
        except OSError:
            with suppress(OSError):
                partial.unlink()
            return False
    return True


def _remove(folder: Path, owner: int) -> None:
    """Remove the folder, unless this is a worker, which another one may replace."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
