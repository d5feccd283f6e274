"""Requests are read in their order, small ones together, and none waits for ever."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore, Thread

import numpy as np
import pytest

from app.errors import Problem, ProblemCode
from app.service import concurrency
from app.service.concurrency import Activations, ConcurrencyLimit, Executor, SharedPass
from app.service.upload import Upload
from nn.reading.mnist_format import Pixels

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


class Network:
    """Its activations are the first ten pixels of an image; it notes how many came together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def classify(self, images: Pixels) -> Activations:
        self.sizes.append(len(images))
        return images.reshape(len(images), -1)[:, :10].astype(np.float32)


def image(level: int) -> Pixels:
    return np.full((28, 28), level, np.uint8)


def test_a_digit_alone_passes_alone() -> None:
    network = Network()
    shared = SharedPass(network.classify)
    assert [shared.activations(image(level)).tolist() for level in (3, 4)] == [[3] * 10, [4] * 10]
    assert network.sizes == [1, 1]


def test_digits_of_requests_that_are_received_meanwhile_pass_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = Network()
    shared = SharedPass(network.classify)
    to_receive = [5, 6]
    received = []

    def receive(_: float) -> None:  # as an event loop does while a request waits
        if to_receive:
            received.append(shared.activations(image(to_receive.pop(0))).tolist())

    monkeypatch.setattr("app.service.concurrency.time.sleep", receive)
    assert shared.activations(image(4)).tolist() == [4] * 10
    assert received == [[6] * 10, [5] * 10]
    assert network.sizes == [3]


class FailingNetwork(Network):
    """It refuses one level, and more than so many images at once."""

    def __init__(self, refused: int, most: int = 99) -> None:
        super().__init__()
        self.refused, self.most = refused, most

    def classify(self, images: Pixels) -> Activations:
        activations = super().classify(images)
        if len(images) > self.most:
            raise MemoryError
        if self.refused in images:
            raise ArithmeticError(f"{self.refused} is refused")
        return activations


def answers_together(
    network: Network, levels: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> list[object]:
    """Return what requests that come together get, the last one first: activations or errors."""
    shared = SharedPass(network.classify)
    to_receive = list(levels)
    answers: list[object] = []

    def receive(_: float) -> None:
        if to_receive:
            ask(to_receive.pop(0))

    def ask(level: int) -> None:
        try:
            answers.append(shared.activations(image(level)).tolist())
        except Exception as error:
            answers.append(repr(error))

    monkeypatch.setattr("app.service.concurrency.time.sleep", receive)
    receive(0)
    return answers


@pytest.mark.parametrize("levels", [(4, 5, 6), (5, 4, 6), (6, 5, 4)])
def test_an_image_that_makes_the_pass_fail_alone_has_the_error(
    levels: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = answers_together(FailingNetwork(refused=5), levels, monkeypatch)
    error = repr(ArithmeticError("5 is refused"))
    assert answers == [error if level == 5 else [level] * 10 for level in reversed(levels)]


def test_a_pass_that_fails_by_its_size_is_made_image_by_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = FailingNetwork(refused=0, most=1)
    assert answers_together(network, (4, 5, 6), monkeypatch) == [[6] * 10, [5] * 10, [4] * 10]
    assert network.sizes == [3, 1, 1, 1]


def test_in_threads_each_image_that_is_refused_has_an_error_and_no_other_has() -> None:
    shared = SharedPass(FailingNetwork(refused=7).classify)

    def ask(level: int) -> object:
        try:
            return shared.activations(image(level)).tolist()
        except ArithmeticError:
            return "refused"

    levels = [number % 10 for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, levels))
    assert answers == ["refused" if level == 7 else [level] * 10 for level in levels]


def test_each_of_many_threads_gets_the_activations_of_its_digit() -> None:
    network = Network()
    shared = SharedPass(network.classify)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda level: shared.activations(image(level)).tolist(), range(200)))
    assert found == [[level] * 10 for level in range(200)]
    assert sum(network.sizes) == 200
