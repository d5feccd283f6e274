from collections.abc import Iterator

import pytest

from app.service.answers import Waiting
from app.service.training import queue
from app.service.training.queue import MAX_WAITING, Full, TrainingQueue


class Clock:
    """A clock that stands still until it is set."""

    now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(queue, "time", clock)
    monkeypatch.setattr(queue.os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    yield clock


def waiting(answer: Waiting | None) -> Waiting:
    assert answer is not None, "took the turn"
    return answer


@pytest.mark.usefixtures("clock")
def test_the_first_takes_the_turn_and_the_others_wait_in_their_order() -> None:
    trainings = TrainingQueue()
    assert trainings.ask(None, 2.0) is None
    second, third = (waiting(trainings.ask(None, 3.0)) for _ in range(2))
    assert (second.place, third.place) == (1, 2)
    assert second.seconds == 2.0
    assert third.seconds == pytest.approx(2.0 + 3.0 + queue.HANDOVER_S)
    trainings.end(is_measured=False)
    assert waiting(trainings.ask(third.ticket, 3.0)).place == 2
    assert trainings.ask(second.ticket, 3.0) is None
    assert waiting(trainings.ask(third.ticket, 3.0)).place == 1


@pytest.mark.usefixtures("clock")
def test_a_ticket_that_was_used_gets_a_new_place_at_the_end() -> None:
    trainings = TrainingQueue()
    assert trainings.ask(None, 1.0) is None
    first, second = (waiting(trainings.ask(None, 1.0)) for _ in range(2))
    trainings.end(is_measured=False)
    assert trainings.ask(first.ticket, 1.0) is None
    replayed = waiting(trainings.ask(first.ticket, 1.0))
    assert replayed.place == 2
    assert replayed.ticket not in (first.ticket, second.ticket)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("ticket", ["", "no ticket", "0" * 32, "\x00", "é" * 10_000])
def test_a_ticket_that_never_was_gets_a_place_at_the_end(ticket: str) -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 1.0)
    waiting(trainings.ask(None, 1.0))
    assert waiting(trainings.ask(ticket, 1.0)).place == 2


def test_one_that_does_not_ask_for_ten_seconds_loses_its_place(clock: Clock) -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 60.0)
    silent, patient = (waiting(trainings.ask(None, 1.0)) for _ in range(2))
    clock.now_s += 9
    assert waiting(trainings.ask(patient.ticket, 1.0)).place == 1  # The other is absent,
    assert waiting(trainings.ask(silent.ticket, 1.0)).place == 1  # and has its place again.
    assert waiting(trainings.ask(patient.ticket, 1.0)).place == 2
    clock.now_s += 9
    trainings.ask(patient.ticket, 1.0)
    clock.now_s += 1
    late = waiting(trainings.ask(silent.ticket, 1.0))
    assert (late.place, late.ticket == silent.ticket) == (2, False)


def test_one_that_is_absent_does_not_keep_others_waiting(clock: Clock) -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 1.0)
    waiting(trainings.ask(None, 1.0))
    behind = waiting(trainings.ask(None, 1.0))
    trainings.end(is_measured=False)
    clock.now_s += 2
    assert waiting(trainings.ask(behind.ticket, 1.0)).place == 2
    clock.now_s += 1
    assert trainings.ask(behind.ticket, 1.0) is None


@pytest.mark.usefixtures("clock")
def test_beyond_the_last_place_the_queue_is_full_and_says_for_how_long() -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 5.0)
    tickets = [waiting(trainings.ask(None, 1.0)).ticket for _ in range(MAX_WAITING)]
    with pytest.raises(Full) as full:
        trainings.ask(None, 1.0)
    assert full.value.seconds == 5.0
    assert waiting(trainings.ask(tickets[-1], 1.0)).place == MAX_WAITING
    trainings.end(is_measured=False)
    assert trainings.ask(tickets[0], 1.0) is None
    assert waiting(trainings.ask(None, 1.0)).place == MAX_WAITING


def test_the_seconds_follow_what_trainings_take_on_this_machine(clock: Clock) -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 1.0)
    clock.now_s += 4
    trainings.end(is_measured=True)
    trainings.ask(None, 2.0)
    first = waiting(trainings.ask(None, 1.0))
    assert first.seconds == 8.0
    clock.now_s += 6
    assert waiting(trainings.ask(first.ticket, 1.0)).seconds == 2.0
    assert waiting(trainings.ask(None, 1.0)).seconds == 2.0 + 4.0 + queue.HANDOVER_S


def test_a_training_that_was_ended_early_says_nothing_of_the_machine(clock: Clock) -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 1.0)
    clock.now_s += 40
    trainings.end(is_measured=False)
    trainings.ask(None, 2.0)
    assert waiting(trainings.ask(None, 1.0)).seconds == 2.0


def test_one_that_is_overdue_is_not_expected_to_end_at_once(clock: Clock) -> None:
    trainings = TrainingQueue()
    trainings.ask(None, 1.0)
    clock.now_s += 10
    assert waiting(trainings.ask(None, 1.0)).seconds == 2.0


def test_on_a_busy_machine_the_first_estimate_is_longer(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue.os, "getloadavg", lambda: (8.0, 0.0, 0.0))
    monkeypatch.setattr(queue.os, "cpu_count", lambda: 2)
    trainings = TrainingQueue()
    trainings.ask(None, 1.0)
    assert waiting(trainings.ask(None, 1.0)).seconds == 4.0
