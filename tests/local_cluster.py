"""A Dask cluster on this machine, whose workers are processes that can be killed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image


@dataclass
class Cluster:
    """A scheduler and its workers, which another process starts.

    Attributes
    ----------
    address
        Of the scheduler.
    process
        The process, which ends with its standard input.
    """

    address: str
    process: subprocess.Popen[str]

    def kill_worker(self) -> None:
        """Kill a worker as the system does; another one is started."""
        assert self.process.stdin
        self.process.stdin.write("kill\n")
        self.process.stdin.flush()


@contextmanager
def local_cluster(n_workers: int = 2, python: str | Path = sys.executable) -> Iterator[Cluster]:
    """Start a cluster of workers with a thread each."""
    command = [python, "-m", "tests.local_cluster", str(n_workers)]
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=null) as process:
        assert process.stdout
        yield Cluster(process.stdout.readline().strip(), process)
        assert process.stdin
        process.stdin.close()


def main(n_workers: int) -> None:
    """Print the address of a cluster; kill a worker for each line of standard input."""
    import dask  # which takes a second: tests import this module
    from distributed import LocalCluster

    dask.config.set({"distributed.scheduler.allowed-failures": 1})
    options = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=n_workers, threads_per_worker=1, **options) as cluster:
        print(cluster.scheduler_address, flush=True)
        for _ in sys.stdin:
            os.kill(cluster.workers[0].process.pid, signal.SIGKILL)


def write_pictures(folder: Path, n_pictures: int) -> None:
    """Write copies of an example in a smaller size, and among them a file that is no picture."""
    folder.mkdir()
    with Image.open("static/examples/number.jpg") as picture:
        picture.resize((400, 300)).save(folder / "00000.jpg")
    for number in range(1, n_pictures):
        shutil.copy(folder / "00000.jpg", folder / f"{number:05}.jpg")
    (folder / f"{n_pictures // 3:05}.jpg").write_text("no picture")


def n_rows(path: Path) -> int:
    """Return the number of lines in a file, 0 where there is none."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
