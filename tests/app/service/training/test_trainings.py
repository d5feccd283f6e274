from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from app.config import Settings
from app.errors import Problem
from app.service.answers import Waiting
from app.service.training import queue, trainings
from app.service.training.trainings import Trainings
from tests.waiting import wait_for


class Processes:
    """Trainings that take no time, in the place of processes."""

    def __init__(self) -> None:
        self.ended_early = 0
        self.is_failing = False
        self.meanwhile: Callable[[], object] = lambda: None

    def run(
        self,
        request: bytes,
        *,
        is_wanted: Callable[[], bool],
        on_start: Callable[[Callable[[], None]], None],
    ) -> bytes:
        on_start(self.end_early)
        self.meanwhile()
        if self.is_failing:
            raise trainings.Abandoned
        return b"recording of " + request

    def end_early(self) -> None:
        self.ended_early += 1


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    processes = Processes()
    monkeypatch.setattr(trainings, "run", processes.run)
    monkeypatch.setattr(trainings, "MAX_HOLD_S", 0.0)
    monkeypatch.setattr(trainings, "MAX_STOPPING_S", 0.0)
    yield processes


def is_there() -> bool:
    return True


def n_waiting(service: Trainings) -> int:
    with service._queue._state.change() as state:
        return len(state.waiting)


@pytest.mark.usefixtures("processes")
def test_an_empty_body_is_a_training_as_by_default() -> None:
    assert Trainings(Settings()).train(b"", None, is_there) == b"recording of {}"


def test_what_comes_during_a_training_waits_and_has_its_turn_after_it(
    processes: Processes,
) -> None:
    service, places = Trainings(Settings()), []
    processes.meanwhile = lambda: places.append(service.train(b"{}", None, is_there))
    assert service.train(b"{}", None, is_there) == b"recording of {}"
    [place] = places
    assert isinstance(place, Waiting)
    processes.meanwhile = lambda: None
    assert service.train(b"{}", place.ticket, is_there) == b"recording of {}"


def test_the_next_one_is_held_until_its_turn(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainings, "MAX_HOLD_S", 30.0)
    service, answers = Trainings(Settings()), []
    other = Thread(target=lambda: answers.append(service.train(b'{"seed": 2}', None, is_there)))

    def begin_another() -> None:
        processes.meanwhile = lambda: None
        other.start()
        wait_for(lambda: n_waiting(service), "the other to wait")

    processes.meanwhile = begin_another
    service.train(b"{}", None, is_there)
    other.join()
    assert answers == [b'recording of {"seed": 2}']


def test_one_whose_client_has_gone_is_held_no_longer(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainings, "MAX_HOLD_S", 3600.0)
    service, places = Trainings(Settings()), []
    processes.meanwhile = lambda: places.append(service.train(b"{}", None, lambda: False))
    service.train(b"{}", None, is_there)
    assert isinstance(places[0], Waiting)


def test_after_one_whose_client_has_gone_the_next_one_has_its_turn(processes: Processes) -> None:
    service = Trainings(Settings())
    processes.is_failing = True
    with pytest.raises(Exception, match="client has gone"):
        service.train(b"{}", None, is_there)
    processes.is_failing = False
    assert service.train(b"{}", None, is_there) == b"recording of {}"


def test_beyond_the_last_place_503_says_when_to_try_again(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MAX_WAITING", 1)
    service, problems = Trainings(Settings()), []

    def fill() -> None:
        service.train(b"{}", None, is_there)
        with pytest.raises(Problem) as problem:
            service.train(b"{}", None, is_there)
        problems.append(problem.value)

    processes.meanwhile = fill
    service.train(b"{}", None, is_there)
    assert problems[0].type == "urn:inkling:trainings-waiting"
    assert int(problems[0].headers["Retry-After"]) >= 1


def test_when_the_server_stops_the_training_that_runs_and_later_ones_end_early(
    processes: Processes,
) -> None:
    service = Trainings(Settings())
    service.train(b"{}", None, is_there)
    assert processes.ended_early == 0
    processes.meanwhile = service.stop
    service.train(b"{}", None, is_there)
    assert processes.ended_early == 1
    processes.meanwhile = lambda: None
    service.train(b"{}", None, is_there)
    assert processes.ended_early == 2
