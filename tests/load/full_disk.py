"""No room left for temporary files: are large uploads still answered?

The server gets a small /tmp and a small /dev/shm of its own, in a mount namespace, which are filled
once it runs. That takes Linux and the right to mount.
"""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.load.client import Client, Outcome
from tests.load.connection import http
from tests.load.pictures import batch, drawings
from tests.load.report import Row, counts, show
from tests.load.server import Server, serving

SIZE = "8m"
FOLDERS = ("/tmp", "/dev/shm")
MOUNT = " && ".join(f"mount -t tmpfs -o size={SIZE} tmpfs {folder}" for folder in FOLDERS)
WITHIN = ("unshare", "--mount", "sh", "-c", f'{MOUNT} && exec "$@"', "sh")
LARGE_BYTES = 9_000_000
FORM = "multipart/form-data; boundary=edge"


def can_mount() -> bool:
    """Return whether a server can get folders of its own here."""
    has_tool = shutil.which("unshare") is not None
    return has_tool and not subprocess.run([*WITHIN, "true"], capture_output=True).returncode


def measure(folder: Path) -> Iterator[Row]:
    """Yield what became of the requests."""
    if not can_mount():
        yield "no room for temporary files", "not measured: folders cannot be mounted here"
        return
    with serving(folder, within=WITHIN) as server:
        before = server.worker_pids()
        with full(server):
            outcomes = upload(server)
        is_same = server.worker_pids() == before
    yield (
        f"no room in {' and '.join(FOLDERS)}: uploads of 9 MB, batches, drawings",
        f"{counts(outcomes)}; workers {'the same' if is_same else 'lost'}",
    )


@contextmanager
def full(server: Server) -> Iterator[None]:
    """Leave no byte free in the server's folders."""
    fillers = [Path(f"/proc/{server.process.pid}/root{folder}", "filler") for folder in FOLDERS]
    for filler in fillers:
        _fill(filler)
    try:
        yield
    finally:
        for filler in fillers:
            filler.unlink()


def upload(server: Server) -> list[Outcome]:
    """Return what becomes of pictures, small ones and such that fill a large file."""
    files = drawings(20)
    padded = files[0] + bytes(LARGE_BYTES)  # what follows the end of a PNG does not count
    head = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="7.png"\r\n\r\n'
    large = [http("/predict", padded), http("/predict", head + padded + b"\r\n--edge--\r\n", FORM)]
    small = [http("/predict", file) for file in files]
    return Client(server).send_all([*large * 4, batch(files), *small], n_at_once=4)


def _fill(path: Path) -> None:
    """Write a file until its file system holds no more."""
    with path.open("wb", buffering=0) as file:
        for size_bytes in (65_536, 1):
            try:
                while file.write(bytes(size_bytes)):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


if __name__ == "__main__":
    show([measure])
