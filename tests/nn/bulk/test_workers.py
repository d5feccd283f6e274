"""Processes that read pictures: order, memory, and what happens when one is killed."""

import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from nn.bulk import workers
from nn.bulk.results import Result
from nn.bulk.workers import KILLED, Item, Job, read_in_order


@dataclass(frozen=True)
class FakeJob(Job[Result]):
    """Reads no picture; a name that begins with "kill" ends the process that reads it."""

    def read(self, item: Item) -> Result:
        if item.name.startswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        return Result(item.name, {"place": item.place, "process": os.getpid()})

    def killed(self, item: Item) -> Result:
        return Result(item.name, {}, KILLED)


JOB = FakeJob()


def items(names: Iterable[str]) -> Iterator[Item]:
    return (Item(place, name) for place, name in enumerate(names, 1))


@pytest.mark.parametrize(
    ("n_processes", "alone_s"), [(1, -1), (2, 60)], ids=["one process", "few pictures"]
)
def test_one_process_or_few_pictures_need_no_other_process(n_processes: int, alone_s: int) -> None:
    results = list(read_in_order(items("abc"), JOB, n_processes, pytest.fail, alone_s))
    assert [each.members["process"] for each in results] == [os.getpid()] * 3


def test_results_come_in_order_and_names_are_taken_as_they_are_needed() -> None:
    taken = 0

    def counted() -> Iterator[Item]:
        nonlocal taken
        for item in items(str(number) for number in range(1000)):
            taken += 1
            yield item

    n_ahead = (2 * workers.N_AHEAD + 2) * workers.N_TOGETHER
    for number, result in enumerate(read_in_order(counted(), JOB, 2, pytest.fail, -1)):
        assert result.members["place"] == number + 1
        assert taken <= number + n_ahead
    assert number == 999


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
