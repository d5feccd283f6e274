"""The gunicorn that ships, started on a free port of this machine, and what can be seen of it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.config import ROOT

STARTING_S = 30
ENDING_S = 30  # longer than any request may take to be finished


@dataclass(frozen=True)
class Server:
    """A running gunicorn: its process, where it listens, and where its words go."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path
    n_workers: int

    def worker_pids(self) -> list[int]:
        """Return the process ids of its workers, in order of age, once all of them are there."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        deadline_s = time.monotonic() + STARTING_S
        while len(pids := children.read_text().split()) < self.n_workers:
            if time.monotonic() > deadline_s:
                raise RuntimeError(f"Only {len(pids)} workers have started")
            time.sleep(0.02)
        return [int(pid) for pid in pids]


@contextmanager
def serving(
    folder: Path,
    app: str = "app.wsgi",
    *,
    n_workers: int = 2,
    within: Sequence[str] = (),
    **environ: str,
) -> Iterator[Server]:
    """Serve an app with the shipped ``gunicorn.conf.py`` for as long as the context lasts.

    Parameters
    ----------
    folder
        Where its log goes: what it prints, and its warnings.
    app
        The module that holds the application.
    n_workers
        Number of worker processes.
    within
        A command that runs another one, which it is given, as ``unshare`` does.
    environ
        Environment variables, which are settings.
    """
    settings = {"HOST": "127.0.0.1", "PORT": "0", "WEB_CONCURRENCY": str(n_workers)} | environ
    command = [*within, sys.executable, "-m", "gunicorn", app]
    log = folder / f"{app}.log"
    environment = os.environ | settings
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        try:
            assert process.stdout
            line = process.stdout.readline().decode()
            if not line.startswith("Inkling is ready: "):
                raise RuntimeError(f"The server did not start: {log.read_text()}")
            url = urlsplit(line.split()[3])
            assert url.hostname and url.port
            yield Server(process, url.hostname, url.port, log, n_workers)
        finally:
            process.terminate()
            process.wait(ENDING_S)


def memory_bytes(pid: int) -> tuple[int, int]:
    """Return a process's resident memory, and that with what others hold too shared out."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    resident, share = (
        1024 * int(re.search(rf"^{name}: +(\d+) kB", rollup, re.M)[1])  # type: ignore[index]
        for name in ("Rss", "Pss")
    )
    return resident, share
