"""The only door into nn: files of pictures in, answers out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.config import Settings
from app.errors import Problem, ProblemCode, attempt, details
from app.requests.images import Picture, decode, shrink, to_data_url
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
)
from app.service.concurrency import ConcurrencyLimit
from app.service.messages import digit_message, number_message
from app.service.models import Models, describe
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.mnist_format import NoInk, ink_to_mnist, to_inputs
from nn.reading.numbers.read_lines import find_separate_digits, read_lines
from nn.reading.numbers.types import Classify, DetectedDigit, TooManyDigits

N_SLOTS = 2  # pictures that a process reads at once: small ones need not wait for a huge one

Pixels = NDArray[np.uint8]
Activations = NDArray[np.floating[Any]]


class Predictor:
    """Reads files of pictures, a few requests at a time.

    Parameters
    ----------
    models
        The models by name, in the order in which they are listed.
    settings
        The default model, and the limits.
    """

    def __init__(self, models: Models, settings: Settings) -> None:
        self.models = models
        self.default = settings.default_model
        self.descriptions = describe(models, self.default)
        self._certain_at = settings.certain_at
        self._max_pixels = settings.max_picture_pixels
        self._limit = ConcurrencyLimit(N_SLOTS, settings.max_wait_seconds)

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
        with self._slot([file], model, waited_s) as files:
            sheet = _find_ink(files.open(0))
            image = ink_to_mnist(sheet.digit)
            digit = _PreparedDigit(image, sheet.has_more_than_digit, lambda: sheet)
            answer = self._answer(digit, self._feedforward([image], model)[0], model)
            if explain:
                inside = self.models[model].network.inspect(_to_inputs([image]))
                layers = [_to_layer(*each) for each in inside]
                answer = replace(answer, stages=_stages(sheet), layers=layers)
        return answer, files.outcome([answer])

    def predict_all(
        self, files: Sequence[bytes | Problem], model: str, *, waited_s: float = 0.0
    ) -> tuple[BatchAnswer, Outcome]:
        """Return the answers of ``predict`` to several files, or for a bad one its Problem.

        The network reads them all in one forward pass.
        """
        with self._slot(files, model, waited_s) as opened:
            digits = [attempt(_prepare, opened, place) for place in range(len(files))]
            images = [digit.image for digit in digits if isinstance(digit, _PreparedDigit)]
            activations = iter(self._feedforward(images, model) if images else ())
            answers = [
                attempt(self._answer, digit, next(activations), model)
                if isinstance(digit, _PreparedDigit)
                else digit
                for digit in digits
            ]
        results = [_batch_item(answer) for answer in answers]
        outcome = opened.outcome([each for each in results if isinstance(each, BatchDigit)])
        return BatchAnswer(model, results), outcome

    def read(
        self, file: bytes, model: str, *, explain: bool = False, waited_s: float = 0.0
    ) -> tuple[NumberAnswer, Outcome]:
        """Return the answer to a picture of numbers, and its outcome for the log.

        Takes and raises what ``predict`` does; ``explain`` adds the stages alone, and Problem 422
        means no digit or too many.
        """
        with self._slot([file], model, waited_s) as files:
            picture = files.open(0)
            sheet = _find_ink(picture)
            try:
                lines = read_lines(sheet.ink, self._classifier(model))
            except TooManyDigits as error:
                detail = f"{error} Cut out a part of it."
                raise Problem(ProblemCode.TOO_MANY_DIGITS, detail) from error
            if not lines:
                detail = "Nothing in the picture is as large as a digit."
                raise Problem(ProblemCode.NO_DIGIT_FOUND, detail)
            found = [
                [self._found_digit(digit, number, picture, sheet) for digit in line]
                for number, line in enumerate(lines)
            ]
            texts = ["".join(str(digit.digit) for digit in line) for line in found]
            digits = list(chain.from_iterable(found))
            answer = NumberAnswer(
                number="\n".join(texts),
                lines=texts,
                certain=all(digit.certain for digit in digits),
                message=number_message(texts, [digit.certain for digit in digits]),
                digits=digits,
                width=picture.width_px,
                height=picture.height_px,
                model=model,
                stages=_stages(sheet) if explain else None,
            )
        return answer, files.outcome(digits)

    @contextmanager
    def _slot(
        self, files: Sequence[bytes | Problem], model: str, waited_s: float
    ) -> Iterator["_Files"]:
        """Hold a slot for these files; a Problem that ends it carries the outcome."""
        opened = _Files(files, model, self._max_pixels)
        try:
            with self._limit.slot(waited_s):
                yield opened
        except Problem as problem:
            problem.outcome = replace(opened.outcome([]), problem=problem.type)
            raise

    def _feedforward(self, images: Sequence[Pixels], model: str) -> Activations:
        """Return a model's activations (N, 10) for images (28, 28) each."""
        return self.models[model].network.feedforward(_to_inputs(images))

    def _classifier(self, model: str) -> Classify:
        """Return the function that gives a model's activations for images (N, 28, 28)."""
        network = self.models[model].network
        return lambda images: network.activations(to_inputs(images))

    def _answer(self, digit: "_PreparedDigit", activations: Activations, model: str) -> DigitAnswer:
        """Return the answer to a picture of one digit, or refuse several."""
        guess = _Guess.of(activations, self._certain_at)
        if not guess.certain or digit.has_more_than_digit:
            self._refuse_several(digit.sheet(), model)
        return DigitAnswer(
            **vars(guess),
            message=digit_message(guess.activations, self._certain_at),
            model=model,
            image=to_data_url(digit.image),
        )

    def _found_digit(
        self, digit: DetectedDigit, line: int, picture: Picture, sheet: Sheet
    ) -> FoundDigit:
        """Return the answer to one digit of a number.

        A digit that was cut off its neighbour is never certain: where it ends is a guess.
        """
        guess = _Guess.of(digit.activations, self._certain_at)
        return FoundDigit(
            **vars(guess) | {"certain": guess.certain and not digit.is_cut},
            line=line,
            box=picture.box_in_file(sheet.reduction.to_picture(digit.box)),
            image=to_data_url(digit.image),
        )

    def _refuse_several(self, sheet: Sheet, model: str) -> None:
        """Raise Problem 422 when a sheet clearly holds several digits."""
        try:
            digits = find_separate_digits(sheet.ink, self._classifier(model))
        except TooManyDigits:
            return
        if len(digits) > 1 and all(
            float(digit.activations.max()) >= self._certain_at for digit in digits
        ):
            detail = (
                f"The picture holds {len(digits)} digits, but one is read here. Send it to /read, "
                "which reads numbers, or cut one digit out."
            )
            raise Problem(ProblemCode.SEVERAL_DIGITS, detail)


class _Files:
    """The files of one request, each opened when it is needed, together within the limit.

    Attributes
    ----------
    pixels
        Width times height of each picture that was opened, 0 for the others.
    """

    def __init__(self, files: Sequence[bytes | Problem], model: str, max_pixels: int) -> None:
        self._files = files
        self._model = model
        self._max_pixels = max_pixels
        self.pixels = [0] * len(files)

    def open(self, place: int) -> Picture:
        """Return the picture in a file, or raise the Problem that it has."""
        file = self._files[place]
        if isinstance(file, Problem):
            raise file
        n_before = sum(self.pixels[:place])
        picture = decode(file, max_pixels=self._max_pixels, pixels_before=n_before)
        self.pixels[place] = picture.width_px * picture.height_px
        return picture

    def outcome(self, digits: Sequence[DigitAnswer | BatchDigit | FoundDigit]) -> Outcome:
        """Return what came of the files."""
        return Outcome(
            model=self._model,
            picture_pixels=tuple(self.pixels),
            digits=tuple((each.digit, each.certain) for each in digits),
        )


@dataclass(frozen=True)
class _PreparedDigit:
    """What is kept of a picture of one digit: much less than its sheet, which can be read again."""

    image: Pixels
    has_more_than_digit: bool
    sheet: Callable[[], Sheet]


@dataclass(frozen=True)
class _Guess:
    """The best guess at one digit, as answers have it."""

    digit: int
    confidence: float
    certain: bool
    activations: list[float]

    @classmethod
    def of(cls, activations: Activations, certain_at: float) -> "_Guess":
        """Return the best guess by these activations (10,), certain from ``certain_at`` on."""
        by_class = [round(float(activation), 6) for activation in activations]
        confidence = max(by_class)
        return cls(by_class.index(confidence), confidence, confidence >= certain_at, by_class)


def _prepare(files: _Files, place_in_batch: int) -> _PreparedDigit:
    """Return what a picture of a batch shows, or raise the Problem that it has."""
    sheet = _find_ink(files.open(place_in_batch))
    return _PreparedDigit(
        ink_to_mnist(sheet.digit),
        sheet.has_more_than_digit,
        lambda: _find_ink(files.open(place_in_batch)),
    )


def _batch_item(answer: DigitAnswer | Problem) -> BatchDigit | BatchRefusal:
    """Return an item of the answer to a batch; its model is in the answer once for all."""
    if isinstance(answer, Problem):
        return BatchRefusal(details(answer))
    return BatchDigit(**{field.name: getattr(answer, field.name) for field in fields(BatchDigit)})


def _find_ink(picture: Picture) -> Sheet:
    """Return a picture's ink, or raise Problem 422 when there is none."""
    try:
        return find_ink(picture.image)
    except NoInk as error:
        raise Problem(ProblemCode.NO_DIGIT_FOUND, f"{error} Write one digit, large.") from error


def _to_inputs(images: Sequence[Pixels]) -> NDArray[np.float32]:
    """Return images (28, 28) each as inputs of a network, (N, 784)."""
    return to_inputs(np.stack(images))


def _stages(sheet: Sheet) -> list[Stage]:
    """Return the stages from a picture to its ink as small images with captions."""
    return [
        Stage(name, STAGES[name], to_data_url(shrink(stage)))
        for name, stage in sheet.stages.items()
    ]


def _to_layer(name: str, outputs: Activations) -> Layer:
    """Return a layer's outputs for one picture (1, ...) in three decimals."""
    numbers = outputs[0].astype(np.float64).round(3)  # in float32, 0.1 is 0.10000000149
    return Layer(name, list(numbers.shape), numbers.ravel().tolist())
