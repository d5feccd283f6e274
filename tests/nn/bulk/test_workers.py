"""Processes that read pictures: order, memory, and what happens when one is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nn.bulk import workers
from nn.bulk.items import Item
from nn.bulk.workers import KILLED, read_in_order
from tests.nn.bulk.deadly_job import DeadlyJob, items
from tests.waiting import wait_for

JOB = DeadlyJob()


@pytest.mark.parametrize(
    ("n_processes", "alone_s"), [(1, -1), (2, 60)], ids=["one process", "few pictures"]
)
def test_one_process_or_few_pictures_need_no_other_process(n_processes: int, alone_s: int) -> None:
    results = list(read_in_order(items("abc"), JOB, n_processes, pytest.fail, alone_s))
    assert [each.members["process"] for each in results] == [os.getpid()] * 3


@pytest.mark.parametrize("n_together", [1, workers.N_TOGETHER])
def test_results_come_in_order_and_names_are_taken_as_they_are_needed(n_together: int) -> None:
    taken = 0

    def counted() -> Iterator[Item]:
        nonlocal taken
        for item in items(str(number) for number in range(1000)):
            taken += 1
            yield item

    n_ahead = (2 * workers.N_AHEAD + 2) * n_together
    reading = read_in_order(counted(), JOB, 2, pytest.fail, -1, n_together=n_together)
    for number, result in enumerate(reading):
        assert result.members["place"] == number + 1
        assert taken <= number + n_ahead
    assert number == 999


def test_few_large_pictures_of_a_program_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MAX_AHEAD_BYTES", 2_000)
    taken = 0

    def counted() -> Iterator[Item]:
        nonlocal taken
        for place in range(1, 21):
            taken += 1
            yield Item(place, f"{place}", np.zeros((30, 30), np.uint8))

    for number, _ in enumerate(read_in_order(counted(), JOB, 2, pytest.fail, -1)):
        assert taken <= number + 6  # of 4,000 bytes together, one more, and one that is to be sent
    assert number == 19


def test_who_takes_no_more_results_does_not_wait_for_what_is_being_read() -> None:
    slow = DeadlyJob(delay_s=300)
    reading = read_in_order(
        items(["a", "b", *["kill"] * 9]), slow, 2, pytest.fail, -1, n_together=1
    )
    assert [next(reading).members["place"] for _ in "ab"] == [1, 2]
    start_s = time.monotonic()
    reading.close()
    assert time.monotonic() - start_s < 150


def test_a_picture_that_a_process_is_killed_for_is_named_and_all_others_are_read() -> None:
    names = [str(number) for number in range(200)]
    names[50], names[180] = "kill 50", "kill 180"
    said: list[str] = []
    results = list(read_in_order(items(names), JOB, 2, said.append, -1))
    assert [each.name for each in results] == names
    assert {each.name: each.error for each in results if each.error} == {
        "kill 50": KILLED,
        "kill 180": KILLED,
    }
    assert "was ended by the system" in said[0]


ENDLESS = """
import signal
from itertools import count
from nn.bulk.workers import read_in_order
from tests.nn.bulk.deadly_job import DeadlyJob, items

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have let it be ignored
    try:
        for result in read_in_order(items(map(str, count())), DeadlyJob(), 2, print, -1):
            print(result.members["process"], flush=True)
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_other_processes_end_with_the_one_that_started_them(stop: int, tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    command = [sys.executable, tmp_path / "endless.py"]
    environ = os.environ | {"PYTHONPATH": str(Path.cwd())}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environ, text=True, **pipes) as process:
        assert process.stdout
        others = {int(process.stdout.readline()) for _ in range(1000)} - {process.pid}
        process.send_signal(stop)
        printed, errors = process.communicate(timeout=200)
    assert others
    wait_for(lambda: not any(map(is_alive, others)), "the end of the others")
    assert "Traceback" not in errors
    assert printed.endswith("interrupted\n") == (stop == signal.SIGINT)


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z " not in stat.read_text()
