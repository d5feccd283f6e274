"""Pictures read by a cluster: the bytes are those of one machine, whatever ends in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nn.bulk.workers import KILLED
from tests.local_cluster import Cluster, local_cluster, n_rows, write_pictures
from tests.serving import free_port
from tests.waiting import wait_for

N_PICTURES = 48
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path.cwd())}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with local_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``many`` pictures, and with ``expected``, what one machine reads."""
    parent = tmp_path_factory.mktemp("parent")
    write_pictures(parent / "many", N_PICTURES)
    command = [sys.executable, "-m", "nn", "read", parent / "many", "--json"]
    ended = subprocess.run(command, capture_output=True)
    assert ended.returncode == 1, ended.stderr
    names = ended.stdout.replace(f"{parent}/".encode(), b"")
    (parent / "expected").write_bytes(names)
    return parent


def options(cluster: Cluster | str, out: Path) -> list[str]:
    address = cluster if isinstance(cluster, str) else cluster.address
    engine = ["--engine", "dask", "--scheduler", address]
    return [*engine, "--json", "--out", str(out), "--resume"]


# The workers' current folder is another one: the names of the pictures lead nowhere there.
def test_a_worker_that_is_killed_costs_no_row_and_the_bytes_are_those_of_one_machine(
    cluster: Cluster, parent: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with reading(parent, *options(cluster, out)) as process:
        wait_for(lambda: n_rows(out) > N_PICTURES // 4, "some rows", 200)
        cluster.kill_worker()
        assert process.wait(200) == 1  # for the file that is no picture
    assert out.read_bytes() == (parent / "expected").read_bytes()


def test_a_picture_that_workers_die_of_is_named_and_all_others_are_read(cluster: Cluster) -> None:
    program = f"""
from nn.bulk.dask_engine import read_on_cluster
from tests.nn.bulk.deadly_job import DeadlyJob, items

names = ["kill" if number == 20 else str(number) for number in range(40)]
# Dask starts no worker again that dies while it is being started.
for each in read_on_cluster(items(names), DeadlyJob(delay_s=2), "{cluster.address}", print):
    print(each.name, each.error)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if not line.startswith("The cluster has")]
    expected = [f"{number} None" for number in range(40)]
    expected[20] = f"kill {KILLED}"
    assert lines == expected


def reading(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start to read ``many`` of a folder, which Ctrl-C ends wherever the tests were started."""
    command = [sys.executable, "-m", "nn", "read", "many", *arguments]

    def heed() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(
        command, stderr=subprocess.PIPE, cwd=folder, env=ENVIRONMENT, preexec_fn=heed
    )


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start a program of Dask's command line."""
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, env=ENVIRONMENT)


def test_a_scheduler_that_is_lost_ends_the_run_which_is_continued_also_after_a_torn_row(
    cluster: Cluster, parent: Path, tmp_path: Path
) -> None:
    address, out = f"tcp://127.0.0.1:{(port := free_port())}", tmp_path / "out"
    at = ["--host", "127.0.0.1", "--no-dashboard"]
    with (
        start("dask_scheduler", *at, "--port", str(port)) as scheduler,
        start("dask_worker", address, *at, "--nthreads", "1", "--no-nanny") as worker,
        reading(parent, *options(address, out)) as process,
    ):
        wait_for(lambda: n_rows(out) > N_PICTURES // 4, "some rows", 200)
        scheduler.kill()
        assert process.wait(100) == 2
        assert process.stderr
        errors = process.stderr.read().decode().splitlines()
        worker.kill()
    lost = f"the scheduler {address} was lost: go on with --resume when it is back"
    assert errors[-1].endswith(lost)
    assert len(errors) <= 2  # the other names the file that is no picture
    out.write_bytes(out.read_bytes()[:-20])
    with reading(parent, *options(cluster, out)) as process:
        process.wait(200)
    assert out.read_bytes() == (parent / "expected").read_bytes()


# Python ignores what is raised in Future.__del__, where Dask would call release.
RELEASED = """
release = Future.release

def interrupted(future):
    Future.release = release
    signal.raise_signal(signal.SIGINT)
    release(future)

Future.release = interrupted
"""
# Dask's loop is busy before it begins to wait for a result, or when it is about to: an error or a
# warning would be printed.
ASKED_FOR = """
result = Future.result

def interrupted(future, timeout):
    Future.result = result
    add = future.client.loop.add_callback
    add(time.sleep, {seconds})
    add(add, time.sleep, 1)
    threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT)).start()
    return result(future, timeout)

Future.result = interrupted
"""
INTERRUPTED_WHILE = {
    "a result is released": RELEASED,
    "a result is asked for": ASKED_FOR.format(seconds=1),
    "a result is waited for": ASKED_FOR.format(seconds=0.3),
}


def test_ctrl_c_is_heeded_at_any_time_and_silently(cluster: Cluster) -> None:
    program = f"""
import os, signal, threading, time
from distributed import Future
from nn.bulk.dask_engine import read_on_cluster
from tests.nn.bulk.deadly_job import DeadlyJob, items

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have let it be ignored
for name, change in {INTERRUPTED_WHILE}.items():
    exec(change, globals())
    try:
        for each in read_on_cluster(items("7" * 200), DeadlyJob(), "{cluster.address}", print):
            pass
    except KeyboardInterrupt:
        print("interrupted while", name)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout.splitlines() == [f"interrupted while {name}" for name in INTERRUPTED_WHILE]
    assert ended.stderr == ""


def test_a_silent_scheduler_is_said_and_one_without_workers_given_up() -> None:
    silent, pigeon = "tcp://127.0.0.1:9", "carrier-pigeon://x"
    with local_cluster(n_workers=0) as cluster:
        program = f"""
from nn.bulk import dask_engine
from nn.bulk.workers import EngineError
from tests.nn.bulk.deadly_job import DeadlyJob

dask_engine.CONNECT_S, dask_engine.NO_WORKER_S, dask_engine.LOOK_S = 1, 0.2, 0.1
for address in ("{silent}", "{pigeon}", "{cluster.address}"):
    try:
        list(dask_engine.read_on_cluster([], DeadlyJob(), address, print))
    except EngineError as error:
        print(error)
"""
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    lines = ended.stdout.splitlines()
    assert lines[0] == f"the scheduler {silent} cannot be reached: nothing answers"
    assert lines[1].startswith(
        f"the scheduler {pigeon} cannot be reached: unknown address scheme 'carrier-pigeon'"
    )
    assert lines[2] == "The cluster has no worker: waiting for one."
    assert lines[3:] == [
        f"the scheduler {cluster.address} has no worker for 0.2 s: start some and go on with "
        "--resume"
    ]
    assert ended.stderr == ""


def test_a_missing_package_is_named_with_the_extra_that_brings_it(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['distributed'] = None\n"
        "from nn.__main__ import main\n"
        f"sys.exit(main(['read', 'a.png', *{options('tcp://127.0.0.1:9', tmp_path / 'out')}]))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 1
    assert "needs the package distributed: make install brings it" in ended.stderr
