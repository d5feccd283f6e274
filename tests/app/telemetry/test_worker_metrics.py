"""The files in which workers count: their room, and what is left of servers that were killed.

Each test runs processes of its own: Prometheus's client counts in files for as long as it lives.
"""

import ast
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import ROOT
from app.telemetry.worker_metrics import FILE_BYTES, PREFIX
from tests.waiting import wait_for

# Files are made in the folder that the argument names.
IN_FOLDER = """
import os
import sys
from app.telemetry import worker_metrics
from app.telemetry.worker_metrics import WorkerMetrics
worker_metrics.FOLDERS = sys.argv[1:]
"""
# A server with one worker, which outlives it until the standard input ends.
SERVER = """
metrics = WorkerMetrics()
if not os.fork():
    metrics.count_as("0")
    print(metrics.folder, flush=True)
sys.stdin.read()
"""


def printed_by(program: str, folder: Path) -> str:
    """Return what a program prints that makes its files in a folder."""
    command = [sys.executable, "-c", IN_FOLDER + program, folder]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def server(parent: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Run a server with one worker; give its main process and its folder."""
    command = [sys.executable, "-c", IN_FOLDER + SERVER, parent]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())


def is_locked(folder: Path) -> bool:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def test_the_files_of_a_worker_hold_the_counts_of_every_route(tmp_path: Path) -> None:
    program = """
from app import create_app
metrics = WorkerMetrics()
for route in [rule.rule for rule in create_app().url_map.iter_rules()]:
    metrics._durations.labels(route).observe(1)
    for status in (200, 304, 400, 404, 413, 415, 422, 429, 503):
        for method in ("GET", "HEAD"):
            metrics._requests.labels(method, route, str(status)).inc()
print({path.name: path.stat().st_size for path in metrics.folder.iterdir()})
"""
    sizes = ast.literal_eval(printed_by(program, tmp_path))
    assert sizes == {"counter_main.db": FILE_BYTES, "histogram_main.db": FILE_BYTES}


def test_a_server_that_starts_removes_the_files_of_killed_ones_only(tmp_path: Path) -> None:
    others = [tmp_path / name for name in ("inkling", f"{PREFIX}link", f"{PREFIX}file")]
    others[0].mkdir()
    others[1].symlink_to(others[0])
    others[2].touch()
    with server(tmp_path) as (_, kept), server(tmp_path) as (killed, folder):
        killed.kill()
        killed.wait()
        printed_by("WorkerMetrics()", tmp_path)
        assert {*tmp_path.iterdir()} == {kept, folder, *others}  # The worker still counts.
        assert killed.stdin
        killed.stdin.close()
        wait_for(lambda: not is_locked(folder), "the worker's end")
        printed_by("WorkerMetrics()", tmp_path)
        assert {*tmp_path.iterdir()} == {kept, *others}


def test_servers_that_are_killed_again_and_again_leave_the_files_of_one(tmp_path: Path) -> None:
    for _ in range(3):
        printed_by("WorkerMetrics(); os.kill(os.getpid(), 9)", tmp_path)
        assert len([*tmp_path.iterdir()]) == 1


def test_a_folder_that_is_removed_before_it_is_locked_is_made_again(tmp_path: Path) -> None:
    program = """
import fcntl
removed, flock = [], fcntl.flock
def remove_once(lock, operation):
    if not removed:
        removed.append(os.readlink(f"/proc/self/fd/{lock}"))
        os.rmdir(removed[0])
    flock(lock, operation)
fcntl.flock = remove_once
folder = WorkerMetrics().folder
print(str(folder) not in removed, len([*folder.iterdir()]))
"""
    assert printed_by(program, tmp_path) == "True 2\n"
    assert not [*tmp_path.iterdir()]


def test_a_file_is_whole_before_it_is_counted_in_and_added_up(tmp_path: Path) -> None:
    program = """
import resource
metrics = WorkerMetrics()
half = metrics.folder / "counter_0.partial"  # of a worker that was killed
half.touch()
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
print(metrics.count_as("0"), metrics.is_counting, *metrics.folder.glob("*_0.*"))
half.touch()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(metrics.count_as("0"), metrics.is_counting, half.exists())
print(*{path.stat().st_size for path in metrics.folder.iterdir()})
"""
    lines = ["False False", "True True False", str(FILE_BYTES), ""]
    assert printed_by(program, tmp_path) == "\n".join(lines)


def test_a_reload_frees_the_replaced_app_and_one_it_could_not_load(tmp_path: Path) -> None:
    program = """
import gc
from collections import Counter
from app import wsgi
def n_objects():
    gc.unfreeze()
    counts = Counter(type(each).__name__ for each in gc.get_objects())
    gc.freeze()
    return counts["Flask"], counts["MmapedValue"]
before = n_objects()
wsgi.application.reload()
def load_half(*arguments, **options):
    loaded = create_app(*arguments, **options)
    raise MemoryError("no room")
create_app, wsgi.create_app = wsgi.create_app, load_half
wsgi.application.reload()
print(before[0], n_objects() == before)
"""
    assert printed_by(program, tmp_path) == "1 True\n"
