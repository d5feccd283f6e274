"""Class sheets, which take long, one at a time, and other requests beside them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore

import pytest

from app.service.executor import Executor
from app.service.upload import Upload

LONG_S = 10.0


def test_while_six_sheets_wait_for_each_other_a_number_is_read() -> None:
    executor, upload = Executor(LONG_S), Upload([b""], "convnet", 1)
    begun, may_go_on = Semaphore(0), Event()

    def read_sheet() -> str:
        begun.release()
        assert may_go_on.wait(LONG_S)
        return "sheet"

    def run_sheet() -> str:
        return executor.run(upload, read_sheet, is_sheet=True, waited_s=0.0)

    with ThreadPoolExecutor(6) as threads:
        sheets = [threads.submit(run_sheet) for _ in range(6)]
        try:
            assert begun.acquire(timeout=LONG_S)
            end_s = time.monotonic() + LONG_S
            while len(executor.sheets._queue) < 5:
                assert time.monotonic() < end_s
            assert executor.run(upload, lambda: "number", waited_s=0.0) == "number"
            assert not begun.acquire(blocking=False)
        finally:
            may_go_on.set()
        assert [sheet.result() for sheet in sheets] == ["sheet"] * 6


def test_the_wait_for_other_sheets_counts_towards_the_longest_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    executor, waits = Executor(LONG_S), []

    @contextmanager
    def noted(waited_s: float) -> Iterator[float]:
        waits.append(waited_s)
        yield waited_s

    times_s = iter([100.0, 101.5])
    monkeypatch.setattr(executor.large, "slot", noted)
    monkeypatch.setattr("app.service.concurrency.time.monotonic", lambda: next(times_s))
    executor.run(Upload([b""], "convnet", 1), lambda: None, is_sheet=True, waited_s=0.5)
    assert waits == [2.0]
