"""No room left for temporary files: are large uploads still answered?

The server gets a small $TMPDIR and a small /dev/shm of its own, in a mount namespace, which are
filled once it runs. That takes Linux and the right to mount.
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
SHARED = Path("/dev/shm")
LARGE_BYTES = 9_000_000
FORM = "multipart/form-data; boundary=edge"


def can_mount(folder: Path) -> bool:
    """Return whether a server can get a file system of its own in a folder here."""
    has_tool = shutil.which("unshare") is not None
    command = [*_within(folder), "true"]
    return has_tool and not subprocess.run(command, capture_output=True).returncode


def measure(folder: Path) -> Iterator[Row]:
    """Yield what became of the requests."""
    if not can_mount(folder):
        yield "no room for temporary files", "not measured: folders cannot be mounted here"
        return
    with serving_without_room(folder) as server:
        before = server.worker_pids()
        outcomes = upload(server)
        is_same = server.worker_pids() == before
    yield (
        f"no room in $TMPDIR and {SHARED}: uploads of 9 MB, batches, drawings",
        f"{counts(outcomes)}; workers {'the same' if is_same else 'lost'}",
    )


@contextmanager
def serving_without_room(folder: Path, **environ: str) -> Iterator[Server]:
    """Serve with no byte free for temporary files, once the server runs."""
    temporary = folder / "temporary"
    temporary.mkdir()
    with serving(folder, within=_within(temporary), TMPDIR=str(temporary), **environ) as server:
        root = f"/proc/{server.process.pid}/root"
        for place in (temporary, SHARED):
            _fill(Path(f"{root}{place}", "filler"))
        yield server


def _within(folder: Path) -> tuple[str, ...]:
    """Return the command that runs another with small file systems of its own."""
    places = (folder, SHARED)
    mounts = " && ".join(f"mount -t tmpfs -o size={SIZE} tmpfs '{place}'" for place in places)
    return ("unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh")


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
