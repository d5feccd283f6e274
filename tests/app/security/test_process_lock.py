"""The lock that the server's processes share: taken once, and free when its holder has ended."""

import os

import pytest

from app.security import shared_counts as shared
from app.security.shared_counts import ProcessLock

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def in_another_process(function: object) -> int:
    """Return the status of a forked process that calls a function, and ends at once."""
    assert callable(function)
    pid = os.fork()
    if not pid:
        os._exit(int(function()))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_lock_is_taken_once_in_a_process() -> None:
    lock = ProcessLock()
    assert lock.acquire(blocking=False)
    assert not lock.acquire(blocking=False)
    lock.release()
    assert lock.acquire(blocking=False)
    lock.release()


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_lock_is_taken_once_by_all_processes_and_is_free_when_its_holder_has_ended() -> None:
    lock, other = ProcessLock(), ProcessLock()
    assert lock.acquire(blocking=False)
    assert in_another_process(lambda: not lock.acquire(blocking=False)) == 1
    assert in_another_process(lambda: other.acquire(blocking=False)) == 1
    assert other.acquire(blocking=False)
    lock.release()
    other.release()


def test_it_needs_no_disk_where_files_can_be_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "memfd_create"):
        pytest.skip("needs files in memory")

    def fail() -> None:
        raise OSError("no room")

    monkeypatch.setattr(shared.tempfile, "TemporaryFile", fail)
    ProcessLock()


def test_without_files_in_memory_it_takes_a_file_without_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    lock = ProcessLock()
    assert lock.acquire(blocking=False)
    lock.release()


def test_without_locks_of_the_system_it_is_one_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared, "fcntl", None)
    lock = ProcessLock()
    assert lock.acquire()
    assert not lock.acquire(blocking=False)
    lock.release()
