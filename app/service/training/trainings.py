"""Trainings: requests in, recordings or a place in the queue out."""

import time
from collections.abc import Callable
from math import ceil

from werkzeug.exceptions import ClientDisconnected

from app.config import Settings
from app.errors import Problem, ProblemCode
from app.service.answers import Waiting
from app.service.training.estimate import expected_seconds
from app.service.training.process import Abandoned, TrainingError, run
from app.service.training.queue import Full, TrainingQueue
from app.service.training.request import options_of
from nn.training.recorded.options import Options
from nn.training.recorded.recording import Recording

TYPES = (Options, Recording)  # of the JSON that is sent, and of that which is answered
MAX_HOLD_S = 2.0  # that a request waits which is the next: so that its training follows at once
HOLD_STEP_S = 0.05
MAX_STOPPING_S = 4.0  # that a training goes on when the server stops


class Trainings:
    """Trains as requests ask, one at a time.

    It must be made before the server's processes are forked.

    Parameters
    ----------
    settings
        Whether there are trainings at all.
    """

    def __init__(self, settings: Settings) -> None:
        self._is_on = settings.training == "on"
        self._queue = TrainingQueue()
        self._end_early: Callable[[], None] | None = None
        self._is_stopping = False

    def train(
        self, body: bytes, ticket: str | None, is_wanted: Callable[[], bool]
    ) -> bytes | Waiting:
        """Return the recording of a training, JSON compressed with gzip, or a place in the queue.

        Parameters
        ----------
        body
            The options as JSON.
        ticket
            Of the place that an answer before gave, if any.
        is_wanted
            Whether the client still waits.

        Raises
        ------
        Problem
            403 when this server does not train, 400 or 413 when the options are not as described,
            503 when the queue is full or the process was ended.
        """
        if not self._is_on:
            detail = "This server does not train networks: its setting INKLING_TRAINING is off."
            raise Problem(ProblemCode.TRAINING_OFF, detail)
        expected_s = expected_seconds(options_of(body))
        place = self._wait(ticket, expected_s, is_wanted)
        return place or self._run(body, is_wanted)

    def stop(self) -> None:
        """End the training of this process in a while, with what was learnt by then.

        One that begins later ends at once.
        """
        time.sleep(MAX_STOPPING_S)
        self._is_stopping = True
        if self._end_early:
            self._end_early()

    def _wait(
        self, ticket: str | None, expected_s: float, is_wanted: Callable[[], bool]
    ) -> Waiting | None:
        """Return the place in the queue, or None when it is this one's turn."""
        end_s = time.monotonic() + MAX_HOLD_S
        try:
            place = self._queue.ask(ticket, expected_s)
            while place and place.place == 1 and time.monotonic() < end_s and is_wanted():
                time.sleep(HOLD_STEP_S)
                place = self._queue.ask(place.ticket, expected_s)
        except Full as full:
            wait_s = str(max(1, ceil(full.seconds)))
            detail = f"Too many trainings are waiting. Try again in {wait_s} seconds."
            headers = {"Retry-After": wait_s}
            raise Problem(ProblemCode.TRAININGS_WAITING, detail, headers=headers) from None
        return place

    def _run(self, body: bytes, is_wanted: Callable[[], bool]) -> bytes:
        """Return the recording of a training whose turn it is."""
        is_measured = False
        try:
            recording = run(body or b"{}", is_wanted=is_wanted, on_start=self._keep)
            is_measured = True
            return recording
        except Abandoned:
            raise ClientDisconnected("The client has gone, so its training was ended.") from None
        except TrainingError as error:
            detail = f"The training has no result: {error}. Start it again, or a smaller one."
            raise Problem(
                ProblemCode.TRAINING_ENDED, detail, headers={"Retry-After": "1"}
            ) from None
        finally:
            self._end_early = None
            self._queue.end(is_measured=is_measured)

    def _keep(self, end_early: Callable[[], None]) -> None:
        self._end_early = end_early
        if self._is_stopping:
            end_early()
