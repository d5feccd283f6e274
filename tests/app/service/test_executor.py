"""Requests are read in their order, small ones beside large ones, and none waits for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore, Thread

import pytest

from app.errors import Problem, ProblemCode
from app.service.executor import ConcurrencyLimit, Executor
from app.service.upload import Upload
from tests.waiting import wait_for

LONG_S = 60.0


def wait_for_queue(limit: ConcurrencyLimit, n_waiting: int) -> None:
    wait_for(lambda: limit.n_waiting == n_waiting, "the requests to wait", LONG_S)


def started(target: Callable[[], None]) -> Thread:
    thread = Thread(target=target)
    thread.start()
    return thread


def test_ten_requests_are_read_in_the_order_in_which_they_came() -> None:
    limit, order = ConcurrencyLimit(1, LONG_S), []

    def read(number: int) -> None:
        with limit.slot():
            order.append(number)

    with limit.slot():
        threads = []
        for number in range(10):
            threads.append(started(lambda number=number: read(number)))
            wait_for_queue(limit, number + 1)
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_a_client_with_many_requests_keeps_others_waiting_for_one_of_them() -> None:
    asking, order = ["many"], list[str]()
    limit = ConcurrencyLimit(1, LONG_S, client=lambda: asking[0])

    def read(name: str) -> None:
        with limit.slot():
            order.append(name)

    with limit.slot():
        threads = []
        for number, name in enumerate(["many"] * 6 + ["one", "other", "one"]):
            asking[0] = name
            threads.append(started(lambda name=name: read(name)))
            wait_for_queue(limit, number + 1)
    for thread in threads:
        thread.join()
    assert order == ["one", "other", "many", "one", "many", "many", "many", "many", "many"]


def test_a_newcomer_does_not_overtake_while_a_slot_is_handed_over() -> None:
    limit, order = ConcurrencyLimit(1, LONG_S), []
    slot = limit.slot()
    slot.__enter__()

    def read() -> None:
        with limit.slot():
            order.append("waited")

    thread = started(read)
    wait_for_queue(limit, 1)
    slot.__exit__(None, None, None)
    with limit.slot():
        order.append("newcomer")
    thread.join()
    assert order == ["waited", "newcomer"]


def test_as_many_as_there_are_slots_read_at_once_also_after_a_failure() -> None:
    limit = ConcurrencyLimit(2, 0.0)
    for _ in range(2):
        with limit.slot(), limit.slot(), pytest.raises(Problem), limit.slot():
            pass
        with pytest.raises(RuntimeError), limit.slot():
            raise RuntimeError


def test_a_request_that_waited_too_long_is_refused_and_leaves_the_queue() -> None:
    limit = ConcurrencyLimit(1, 0.01)
    with limit.slot():
        with pytest.raises(Problem) as refusal, limit.slot():
            pass
        assert not limit.n_waiting
    assert refusal.value.type == ProblemCode.TOO_BUSY.type
    assert refusal.value.headers == {"Retry-After": "1"}
    with limit.slot():  # which went to no request that had left
        pass


def test_a_request_whose_client_has_gone_while_it_waited_is_dropped() -> None:
    gone, dropped = Event(), []

    def require_client() -> None:
        if gone.is_set():
            raise ConnectionError

    limit = ConcurrencyLimit(1, LONG_S, require_client)

    def read() -> None:
        try:
            with limit.slot():
                dropped.append(False)
        except ConnectionError:
            dropped.append(True)

    with limit.slot():
        thread = started(read)
        wait_for_queue(limit, 1)
        gone.set()
    thread.join()
    assert dropped == [True]
    with limit.slot():  # What waits for nothing is read: its client may have closed one side only.
        pass


def test_the_time_that_a_request_waited_before_counts_but_for_a_free_slot() -> None:
    limit = ConcurrencyLimit(1, LONG_S)
    with limit.slot(waited_s=2 * LONG_S), pytest.raises(Problem), limit.slot(waited_s=LONG_S + 1):
        pass


@pytest.mark.parametrize("is_handed_over", [False, True])
@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_no_slot_is_lost_in_the_last_moment_or_by_an_exception_during_the_wait(
    is_handed_over: bool, error: type[BaseException] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = ConcurrencyLimit(1, LONG_S)
    first = limit.slot()
    first.__enter__()

    class Late(Event):
        def wait(self, timeout: float | None = None) -> bool:
            if is_handed_over:
                first.__exit__(None, None, None)  # after the time was over
            if error:
                raise error
            return False

    monkeypatch.setattr("app.service.executor.Event", Late)
    if is_handed_over and not error:
        with limit.slot():
            pass
    else:
        with pytest.raises(error or Problem), limit.slot():
            pass
    monkeypatch.undo()
    if not is_handed_over:
        first.__exit__(None, None, None)
    with limit.slot(waited_s=LONG_S):
        pass


def test_while_six_sheets_wait_for_each_other_a_number_is_read() -> None:
    executor, sent = Executor(LONG_S), Upload([b""], "convnet", 1)
    begun, may_go_on = Semaphore(0), Event()

    def read_sheet() -> str:
        begun.release()
        assert may_go_on.wait(LONG_S)
        return "sheet"

    def run_sheet() -> str:
        return executor.run(sent, read_sheet, is_sheet=True, waited_s=0.0)

    with ThreadPoolExecutor(6) as threads:
        sheets = [threads.submit(run_sheet) for _ in range(6)]
        try:
            assert begun.acquire(timeout=LONG_S)
            wait_for_queue(executor.sheets, 5)
            assert executor.run(sent, lambda: "number", waited_s=0.0) == "number"
            assert not begun.acquire(blocking=False)
        finally:
            may_go_on.set()
        assert [sheet.result() for sheet in sheets] == ["sheet"] * 6


def test_waiting_for_sheets_counts_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    executor, waits = Executor(LONG_S), []

    @contextmanager
    def noted(waited_s: float) -> Iterator[float]:
        waits.append(waited_s)
        yield waited_s

    times_s = iter([100.0, 101.5])
    monkeypatch.setattr(executor.large, "slot", noted)
    monkeypatch.setattr("app.service.executor.time.monotonic", lambda: next(times_s))
    executor.run(Upload([b""], "convnet", 1), lambda: None, is_sheet=True, waited_s=0.5)
    assert waits == [2.0]
