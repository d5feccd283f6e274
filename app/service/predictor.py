"""The only module that reads with nn: files of pictures in, answers out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
from msgspec import UNSET

from app.config import Settings
from app.errors import Problem, ProblemCode, attempt, details
from app.requests.images import Picture, PictureFile
from app.responses import Outcome
from app.service.answers import (
    STAGES,
    BatchAnswer,
    BatchDigit,
    BatchRefusal,
    DigitAnswer,
    FoundDigit,
    Layer,
    NumberAnswer,
    Stage,
    digit_message,
    number_message,
)
from app.service.batch import batch_answers
from app.service.concurrency import ConcurrencyLimit
from app.service.models import Models, describe
from app.service.png import shrink, to_data_url
from app.service.shared_pass import Activations, SharedPass
from app.service.upload import Upload
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.mnist_format import NoInk, Pixels, ink_to_mnist, to_inputs
from nn.reading.numbers.read_lines import find_separate_digits, read_lines
from nn.reading.numbers.types import DetectedDigit, TooManyDigits

N_SMALL = 4  # requests with small pictures that share a forward pass; more gain little
N_LARGE = 2  # requests with large pictures that a process reads at once

Result = TypeVar("Result")


class Predictor:
    """Reads files of pictures, a few requests at a time.

    Parameters
    ----------
    models
        The models by name, in the order in which they are listed.
    settings
        The default model, and the limits.
    in_thread
        Runs a function in another thread and returns its result; None runs it in the thread of the
        request.
    """

    def __init__(
        self,
        models: Models,
        settings: Settings,
        in_thread: Callable[[Callable[[], Any]], Any] | None = None,
    ) -> None:
        self.models = models
        self.default = settings.default_model
        self.descriptions = describe(models, self.default)
        self._certain_at = settings.certain_at
        self._max_pixels = settings.max_picture_pixels
        self._in_thread = in_thread or (lambda function: function())
        self._shared = {name: SharedPass(partial(self._activations, name)) for name in models}
        self._small_limit = ConcurrencyLimit(N_SMALL, settings.max_wait_seconds)
        self._large_limit = ConcurrencyLimit(N_LARGE, settings.max_wait_seconds)

    def choose(self, name: str | None) -> str:
        """Return the name of the model to use, the default for None or an empty name.

        Raises
        ------
        Problem
            404 when no model has that name.
        """
        if name and name not in self.models:
            detail = f"No model is named {name!r}. Named: {', '.join(self.models)}."
            raise Problem(ProblemCode.UNKNOWN_MODEL, detail)
        return name or self.default

    def predict(
        self, file: bytes, model: str, *, explain: bool = False, waited_s: float = 0.0
    ) -> tuple[DigitAnswer, Outcome]:
        """Return the answer to a picture of one digit, and its outcome for the log.

        Parameters
        ----------
        file
            A file as it came from outside.
        model
            Name of the model.
        explain
            Whether to add the stages to the ink, and the outputs of each hidden layer.
        waited_s
            How long the request has waited already, in seconds.

        Raises
        ------
        Problem
            When the file is not a picture that is read, 422 when it shows no ink or several digits,
            503 when no slot became free in time.
        """
        upload = Upload([file], model, self._max_pixels)
        answer = self._in_turn(
            upload,
            lambda: self._predict(upload, model, explain=explain),
            lambda: self._predict(upload, model, explain=explain, shared=self._shared[model]),
            waited_s=waited_s,
        )
        return answer, upload.outcome([answer])

    def _predict(
        self, upload: Upload, model: str, *, explain: bool, shared: SharedPass | None = None
    ) -> DigitAnswer:
        """Return the answer to a picture of one digit."""
        digit = _prepare(upload.open(0))
        if shared:
            activations = shared.activations(digit.image)
        else:
            activations = self._activations(model, digit.image[np.newaxis])[0]
        return DigitAnswer(
            **vars(self._answer(digit, activations, model)),
            model=model,
            stages=_stages(digit.sheet) if explain else UNSET,
            layers=self._layers(digit, model) if explain else UNSET,
        )

    def predict_all(
        self, files: Sequence[bytes | Problem], model: str, *, waited_s: float = 0.0
    ) -> tuple[BatchAnswer, Outcome]:
        """Return the answers of ``predict`` to several files, for a bad one its Problem.

        Small pictures pass through the network together. A batch that takes a second is ended.
        """
        upload = Upload(files, model, self._max_pixels)
        answer = partial(self._group_answers, model=model)
        answers = self._in_turn(
            upload, lambda: list(batch_answers(upload, _prepare, answer)), waited_s=waited_s
        )
        results = [
            each if isinstance(each, BatchDigit) else BatchRefusal(details(each))
            for each in answers
        ]
        return BatchAnswer(model, results), upload.outcome(results)

    def _group_answers(
        self, group: Sequence["_PreparedDigit | Problem"], model: str
    ) -> Iterator[BatchDigit | Problem]:
        """Yield the answers to a group of digits, which pass through the network together."""
        images = [each.image for each in group if isinstance(each, _PreparedDigit)]
        activations = iter(self._activations(model, np.stack(images)) if images else ())
        for each in group:
            if isinstance(each, _PreparedDigit):
                yield attempt(self._answer, each, next(activations), model)
            else:
                yield each

    def read(
        self, file: bytes, model: str, *, explain: bool = False, waited_s: float = 0.0
    ) -> tuple[NumberAnswer, Outcome]:
        """Return the answer to a picture of numbers, and its outcome for the log.

        As ``predict``, but with the stages alone, and 422 when it shows no digit or too many.
        """
        upload = Upload([file], model, self._max_pixels)
        answer = self._in_turn(
            upload,
            lambda: self._read(upload.open(0).decode(), model, explain=explain),
            waited_s=waited_s,
        )
        return answer, upload.outcome(answer.digits)

    def _read(self, picture: Picture, model: str, *, explain: bool) -> NumberAnswer:
        """Return the answer to a picture of numbers."""
        sheet = _find_ink(picture)
        try:
            reading = read_lines(sheet.ink, partial(self._activations, model))
        except TooManyDigits as error:
            detail = f"{error} Cut out a part of it."
            raise Problem(ProblemCode.TOO_MANY_DIGITS, detail) from error
        if not reading.lines:
            detail = "Nothing in the picture is as large as a digit."
            raise Problem(ProblemCode.NO_DIGIT_FOUND, detail)
        digits = [
            self._found_digit(digit, number, picture, sheet)
            for number, line in enumerate(reading.lines)
            for digit in line.digits
        ]
        lines = [line.number for line in reading.lines]
        return NumberAnswer(
            number="\n".join(lines),
            lines=lines,
            certain=all(digit.certain for digit in digits),
            message=number_message(lines, [digit.certain for digit in digits]),
            digits=digits,
            width=picture.width_px,
            height=picture.height_px,
            model=model,
            stages=_stages(sheet) if explain else UNSET,
        )

    def _in_turn(
        self,
        upload: Upload,
        read: Callable[[], Result],
        read_small: Callable[[], Result] | None = None,
        *,
        waited_s: float,
    ) -> Result:
        """Return what reading an upload returns; a Problem's outcome gets the model and pixels.

        Large pictures are read in other threads, beside small ones if ``read_small`` reads these.
        """
        try:
            if read_small and upload.is_small():
                with self._small_limit.slot(waited_s):
                    return read_small()
            with self._large_limit.slot(waited_s):
                result: Result | Problem = self._in_thread(lambda: attempt(read))
            try:
                if isinstance(result, Problem):
                    raise result
                return result
            finally:
                del result  # or its traceback would keep it, and the picture, in a reference cycle
        except Problem as problem:
            problem.outcome = replace(upload.outcome([]), problem=problem.type)
            raise

    def _activations(self, model: str, images: Pixels) -> Activations:
        """Return a model's activations (N, 10) for images (N, 28, 28)."""
        return self.models[model].network.activations(to_inputs(images))

    def _layers(self, digit: "_PreparedDigit", model: str) -> list[Layer]:
        """Return the outputs of a model's hidden layers in three decimals."""
        inside = self.models[model].network.inspect(to_inputs(digit.image[np.newaxis]))
        # In float32, 0.1 is 0.10000000149.
        rounded = [(name, outputs[0].astype(np.float64).round(3)) for name, outputs in inside]
        return [Layer(name, list(each.shape), each.ravel().tolist()) for name, each in rounded]

    def _best_guess(self, activations: Activations) -> dict[str, Any]:
        """Return the members of an answer that follow from the activations (10,) of a digit."""
        by_class = [round(float(activation), 6) for activation in activations]
        confidence = max(by_class)
        return {
            "digit": by_class.index(confidence),
            "confidence": confidence,
            "certain": confidence >= self._certain_at,
            "activations": by_class,
        }

    def _answer(self, digit: "_PreparedDigit", activations: Activations, model: str) -> BatchDigit:
        """Return the answer to a picture of one digit, or raise Problem 422 for several."""
        guess = self._best_guess(activations)
        if not guess["certain"] or digit.sheet.has_more_than_digit:
            self._refuse_several(digit.sheet, model)
        message = digit_message(guess["activations"], self._certain_at)
        return BatchDigit(**guess, message=message, image=to_data_url(digit.image))

    def _found_digit(
        self, digit: DetectedDigit, line: int, picture: Picture, sheet: Sheet
    ) -> FoundDigit:
        """Return the answer to one digit of a number.

        A digit that was cut off its neighbour is never certain: where it ends is a guess.
        """
        guess = self._best_guess(digit.activations)
        return FoundDigit(
            **guess | {"certain": guess["certain"] and not digit.is_cut},
            line=line,
            box=picture.box_in_file(sheet.reduction.to_picture(digit.box)),
            image=to_data_url(digit.image),
        )

    def _refuse_several(self, sheet: Sheet, model: str) -> None:
        """Raise Problem 422 when a sheet clearly holds several digits."""
        try:
            digits = find_separate_digits(sheet.ink, partial(self._activations, model))
        except TooManyDigits:
            return
        if len(digits) > 1 and all(
            self._best_guess(digit.activations)["certain"] for digit in digits
        ):
            detail = (
                f"The picture holds {len(digits)} digits, but one is read here. Send it to /read, "
                "which reads numbers, or cut one digit out."
            )
            raise Problem(ProblemCode.SEVERAL_DIGITS, detail)


@dataclass(frozen=True)
class _PreparedDigit:
    """A picture of one digit: its sheet, and the network's input."""

    sheet: Sheet
    image: Pixels


def _prepare(file: PictureFile) -> _PreparedDigit:
    """Return the digit in a picture."""
    sheet = _find_ink(file.decode())
    return _PreparedDigit(sheet, ink_to_mnist(sheet.digit))


def _find_ink(picture: Picture) -> Sheet:
    """Return a picture's ink, or raise Problem 422 when there is none."""
    try:
        return find_ink(picture.image)
    except NoInk as error:
        raise Problem(ProblemCode.NO_DIGIT_FOUND, f"{error} Write one digit, large.") from error


def _stages(sheet: Sheet) -> list[Stage]:
    """Return the stages from a picture to its ink as small images with captions."""
    stages = sheet.stages.items()
    return [Stage(name, STAGES[name], to_data_url(shrink(stage))) for name, stage in stages]
