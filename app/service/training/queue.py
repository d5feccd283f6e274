"""The queue of trainings: one runs at a time, for all of the server's processes together."""

import os
import time
from secrets import token_hex

from msgspec import Struct

from app.service.answers import Waiting
from app.service.training.shared import ProcessLock, SharedState

MAX_WAITING = 40
MAX_SILENCE_S = 10.0  # after which one that does not ask loses its place
MAX_ABSENCE_S = 3.0  # after which others that ask go first; clients ask every two seconds
MIN_SECONDS = 0.5  # of an answer: so that no client asks without a pause
HANDOVER_S = 0.2  # from the end of a training to the start of the next one
OVERDUE = 0.2  # of its time so far: what a training still takes that takes longer than expected
PACE_WEIGHT = 0.3  # of the last training, in the running mean of how long they take


class Full(Exception):
    """The queue has no place left.

    Attributes
    ----------
    seconds
        Until one is free.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Place(Struct):
    """One that waits: its ticket, the seconds that its training should take, and when it asked."""

    ticket: str
    expected_s: float
    asked_s: float


class _State(Struct):
    """The queue, and the training that runs.

    ``pace`` is how long trainings take, divided by what was expected; None before the first.
    """

    waiting: list[_Place] = []
    running_s: float = 0.0
    started_s: float = 0.0
    pace: float | None = None


class TrainingQueue:
    """First come, first served; one that does not ask again in time loses its place.

    It must be made before the server's processes are forked.
    """

    def __init__(self) -> None:
        self._state = SharedState(_State())
        self._turn = ProcessLock()  # of the training that runs

    def ask(self, ticket: str | None, expected_s: float) -> Waiting | None:
        """Take the turn and return None, or return the place in the queue.

        Parameters
        ----------
        ticket
            Of an answer before; None, or one that has lost its place, goes to the end.
        expected_s
            Seconds that the training should take.

        Raises
        ------
        Full
            If there is no place left.
        """
        now_s = time.monotonic()
        with self._state.change() as state:
            state.waiting = [each for each in state.waiting if now_s - each.asked_s < MAX_SILENCE_S]
            place = next((each for each in state.waiting if each.ticket == ticket), None)
            if place is None:
                place = _Place(token_hex(16), expected_s, now_s)
                state.waiting.append(place)
            place.expected_s, place.asked_s = expected_s, now_s
            ahead = [
                each
                for each in state.waiting[: state.waiting.index(place)]
                if now_s - each.asked_s < MAX_ABSENCE_S
            ]
            if not ahead and self._turn.acquire(blocking=False):
                state.waiting.remove(place)
                state.running_s, state.started_s = expected_s, now_s
                return None
            left_s = _left_s(state, now_s)
            if len(state.waiting) > MAX_WAITING:
                raise Full(left_s)  # and the change is not kept
            ahead_s = _pace(state) * sum(each.expected_s for each in ahead)
            seconds = max(MIN_SECONDS, round(left_s + ahead_s + HANDOVER_S * len(ahead), 1))
            return Waiting(place.ticket, len(ahead) + 1, seconds)

    def end(self, *, is_measured: bool) -> None:
        """Give the turn back; learn the pace from a training that was not ended early."""
        with self._state.change() as state:
            if is_measured:
                pace = (time.monotonic() - state.started_s) / state.running_s
                before = pace if state.pace is None else state.pace
                state.pace = before + PACE_WEIGHT * (pace - before)
            state.running_s = 0.0
            self._turn.release()


def _left_s(state: _State, now_s: float) -> float:
    """Return the seconds that the training that runs should still take; some, if it is overdue."""
    if not state.running_s:
        return 0.0
    past_s = now_s - state.started_s
    return max(_pace(state) * state.running_s - past_s, OVERDUE * past_s)


def _pace(state: _State) -> float:
    """Return how long trainings take; by the machine's load before one has been measured."""
    if state.pace is not None:
        return state.pace
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 1.0
    return max(1.0, load / (os.cpu_count() or 1))
