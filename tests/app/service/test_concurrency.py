"""First come, first served; and no request waits for ever or loses its slot."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from app.errors import Problem, ProblemCode
from app.service import concurrency
from app.service.concurrency import ConcurrencyLimit

LONG_S = 30.0


def wait_until(is_so: Callable[[], bool]) -> None:
    end_s = time.monotonic() + LONG_S
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.001)


def n_waiting(limit: ConcurrencyLimit) -> int:
    return len(limit._queue)


def started(target: Callable[[], None]) -> Thread:
    thread = Thread(target=target)
    thread.start()
    return thread


def test_forty_requests_are_read_in_the_order_in_which_they_came() -> None:
    limit, order = ConcurrencyLimit(1, LONG_S), []

    def read(number: int) -> None:
        with limit.slot():
            order.append(number)

    with limit.slot():
        threads = []
        for number in range(40):
            threads.append(started(lambda number=number: read(number)))
            wait_until(lambda number=number: n_waiting(limit) == number + 1)
    for thread in threads:
        thread.join()
    assert order == list(range(40))


def test_a_newcomer_does_not_overtake_while_a_slot_is_handed_over() -> None:
    limit, order = ConcurrencyLimit(1, LONG_S), []
    slot = limit.slot()
    slot.__enter__()

    def read() -> None:
        with limit.slot():
            order.append("waited")

    thread = started(read)
    wait_until(lambda: n_waiting(limit) == 1)
    slot.__exit__(None, None, None)
    with limit.slot():
        order.append("newcomer")
    thread.join()
    assert order == ["waited", "newcomer"]


def test_as_many_as_there_are_slots_read_at_once() -> None:
    limit = ConcurrencyLimit(2, 0.0)
    with limit.slot(), limit.slot(), pytest.raises(Problem), limit.slot():
        pass
    with limit.slot(), limit.slot():
        pass


def test_a_request_that_waited_too_long_is_refused_and_leaves_the_queue() -> None:
    limit = ConcurrencyLimit(1, 0.01)
    with limit.slot():
        with pytest.raises(Problem) as refusal, limit.slot():
            pass
        assert n_waiting(limit) == 0
    assert refusal.value.type == ProblemCode.TOO_BUSY.type
    assert refusal.value.headers == {"Retry-After": "1"}
    with limit.slot():  # which went to no request that had left
        pass


def test_the_next_in_the_queue_takes_the_place_of_one_that_gave_up() -> None:
    limit, read = ConcurrencyLimit(1, LONG_S), Event()

    def wait_in_vain() -> None:
        with pytest.raises(Problem), limit.slot(LONG_S - 0.05):
            pass

    def wait() -> None:
        with limit.slot():
            read.set()

    with limit.slot():
        impatient = started(wait_in_vain)
        wait_until(lambda: n_waiting(limit) == 1)
        patient = started(wait)
        wait_until(lambda: n_waiting(limit) == 2)
        impatient.join()
        wait_until(lambda: n_waiting(limit) == 1)
        assert not read.is_set()
    patient.join()
    assert read.is_set()


def test_the_time_that_a_request_waited_before_counts() -> None:
    limit = ConcurrencyLimit(1, LONG_S)
    with limit.slot(), pytest.raises(Problem), limit.slot(waited_s=LONG_S + 1):
        pass


def test_a_free_slot_is_given_however_long_a_request_waited() -> None:
    with ConcurrencyLimit(1, LONG_S).slot(waited_s=2 * LONG_S):
        pass


def test_a_slot_that_comes_in_the_last_moment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = ConcurrencyLimit(1, LONG_S)
    first = limit.slot()

    class Late(Event):
        def wait(self, timeout: float | None = None) -> bool:
            first.__exit__(None, None, None)  # after the time was over, before the lock is taken
            return False

    first.__enter__()
    monkeypatch.setattr(concurrency, "Event", Late)
    with limit.slot():
        monkeypatch.undo()
        with pytest.raises(Problem), limit.slot(waited_s=LONG_S):
            pass
    with limit.slot():
        pass


@pytest.mark.parametrize("is_handed_over", [False, True])
def test_an_exception_during_the_wait_loses_no_slot(
    is_handed_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = ConcurrencyLimit(1, LONG_S)

    class Interrupted(Event):
        def wait(self, timeout: float | None = None) -> bool:
            if is_handed_over:
                first.__exit__(None, None, None)
            raise KeyboardInterrupt

    first = limit.slot()
    first.__enter__()
    monkeypatch.setattr(concurrency, "Event", Interrupted)
    with pytest.raises(KeyboardInterrupt), limit.slot():
        pass
    monkeypatch.undo()
    assert n_waiting(limit) == 0
    if not is_handed_over:
        first.__exit__(None, None, None)
    with limit.slot(waited_s=LONG_S):
        pass


def test_a_slot_is_free_again_after_a_failure() -> None:
    limit = ConcurrencyLimit(1, 0.0)
    with pytest.raises(RuntimeError), limit.slot():
        raise RuntimeError
    with limit.slot():
        pass
