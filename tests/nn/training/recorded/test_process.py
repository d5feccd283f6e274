import os
import signal

import pytest

from nn.training.recorded import process
from nn.training.recorded.process import MAX_CPU_S, MAX_SECONDS, Deadline


@pytest.fixture(autouse=True)
def time_since_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of a process that has just begun, which that of the tests has not."""
    monkeypatch.setattr(process.time, "process_time", lambda: 0.2)


def test_a_training_goes_on_while_there_is_time_and_its_parent_is_there() -> None:
    assert not Deadline(os.getppid()).is_over()


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (process.time, "process_time", MAX_CPU_S - 0.4),
        (process.time, "monotonic", float("inf")),
        (process.os, "getppid", 1),
    ],
)
def test_it_ends_when_its_time_is_over_or_its_parent_has_ended(
    module: object, name: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = Deadline(os.getppid())
    monkeypatch.setattr(module, name, lambda: value)
    assert deadline.is_over()


def test_on_windows_where_a_launcher_is_in_between_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deadline = Deadline(os.getppid())
    monkeypatch.setattr(process.os, "getppid", lambda: 4321)
    assert deadline.is_over()
    monkeypatch.setattr(process.os, "name", "nt")
    assert not deadline.is_over()


def test_it_ends_on_sigterm() -> None:
    deadline = Deadline(os.getppid())
    deadline.end_now(signal.SIGTERM, None)
    assert deadline.is_over()


def test_there_is_time_to_measure_before_the_system_ends_the_process() -> None:
    assert 0 < process.FINISHING_S < MAX_CPU_S
    assert MAX_SECONDS > MAX_CPU_S
