"""Files of pictures in, answers out, a few requests at a time."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from msgspec import UNSET

from app.config import Settings
from app.errors import Problem, ProblemCode, details
from app.languages import ENGLISH, Language
from app.responses import Outcome
from app.service.answers import (
    BatchAnswer,
    BatchNumber,
    BatchRefusal,
    DigitAnswer,
    NumberAnswer,
    NumberBatchAnswer,
)
from app.service.class_sheet import SheetAnswer, read_sheet
from app.service.concurrency import Executor, SharedPass
from app.service.models import ARTICLE, Insides, Models, Parameters, article_parameters, describe
from app.service.reading import (
    Explanation,
    batch_number,
    digit_answer,
    digit_answers,
    number_answer,
    stages,
    timed,
)
from app.service.upload import Upload, batch_answers
from nn.decoding.picture_files import PictureFile
from nn.reading.digit_reader import DigitReader, PreparedDigit
from nn.reading.inked_picture import with_ink
from nn.reading.mnist_format import Pixels
from nn.reading.number_reader import NumberReader
from nn.reading.numbers.types import Activations, ReadStrip
from nn.reading.readings import Reading
from nn.reading.restriction import Restriction

EXPLANATIONS = ("stages", "layers", "networks")
"""Parts that a request may add to an answer."""


class Predictor:
    """Reads files of pictures, a few requests at a time.

    Parameters
    ----------
    models
        The networks of digits by name, in the order in which they are listed.
    read_strip
        The network of lines.
    settings
        The default model, and the limits.
    in_thread
        Runs a function in another thread and returns its result; None runs it in the thread of the
        request.
    """

    def __init__(
        self,
        models: Models,
        read_strip: ReadStrip,
        settings: Settings,
        in_thread: Callable[[Callable[[], Any]], Any] | None = None,
    ) -> None:
        self.models = models
        self.default = settings.default_model
        self.descriptions = describe(models, self.default)
        self.parameters = article_parameters(models)
        self._readers = {
            name: DigitReader(model.network.activations, read_strip, settings.certain_at)
            for name, model in models.items()
        }
        self._insides = {name: Insides(model.network) for name, model in models.items()}
        self.n_products = {name: inside.n_products for name, inside in self._insides.items()}
        self._max_pixels = settings.max_picture_pixels
        self._shared = {name: SharedPass(reader.classify) for name, reader in self._readers.items()}
        self._executor = Executor(settings.max_wait_seconds, in_thread)

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

    def article_parameters(self) -> Parameters:
        """Return the parameters of the article's network, or raise Problem 404 without it."""
        if self.parameters is None:
            detail = f"This server has no network {ARTICLE!r} as the article describes it."
            raise Problem(ProblemCode.UNKNOWN_MODEL, detail)
        return self.parameters

    def weights(self, model: str, layer: int, channel: int) -> Parameters:
        """Return the weights and the bias of a channel, or of a neuron of a dense layer.

        Parameters
        ----------
        model
            Name of the model.
        layer
            From 0 for that of the pixels; the last has the outputs.
        channel
            From 0.

        Raises
        ------
        Problem
            404 when the model has no such layer or channel.
        """
        sha256 = self.models[model].metadata["sha256"]
        return Parameters(self._insides[model].weights(layer, channel), sha256)

    def predict(
        self,
        file: bytes,
        model: str,
        *,
        explain: Collection[str] = (),
        language: Language = ENGLISH,
        certain_at: float | None = None,
        waited_s: float = 0.0,
    ) -> tuple[DigitAnswer, Outcome]:
        """Return the answer to a picture of one digit, and its outcome for the log.

        Parameters
        ----------
        file
            A file as it came from outside.
        model
            Name of the model.
        explain
            What to add: "stages" of the picture, "layers" for the outputs of each hidden layer,
            "networks" for what each network computes.
        language
            Of the message.
        certain_at
            Confidence from which a digit is certain, None for that of the settings.
        waited_s
            How long the request has waited already, in seconds.

        Raises
        ------
        Problem
            When the file is not a picture that is read, 422 when it shows no ink or several digits,
            503 when no slot became free in time.
        """
        upload = Upload([file], model, self._max_pixels)
        reader = self._reader(model, certain_at)
        read = partial(self._predict, upload, model, reader, explain, language)
        answer = self._executor.run(
            upload,
            partial(read, reader.activations_of),
            partial(read, self._shared[model].activations),
            waited_s=waited_s,
        )
        return answer, upload.outcome([answer])

    def _predict(
        self,
        upload: Upload,
        model: str,
        reader: DigitReader,
        explain: Collection[str],
        language: Language,
        activations_of: Callable[[Pixels], Activations],
    ) -> DigitAnswer:
        """Return the answer to a picture of one digit."""
        digit = reader.prepare(with_ink(upload.open(0).decode()))
        reading = reader.read_prepared(digit, activations_of(digit.image))
        return DigitAnswer(
            **vars(digit_answer(reading, language)),
            model=model,
            stages=stages(reading, language) if "stages" in explain else UNSET,
            **self._explain(model, digit.image, explain),
        )

    def _reader(self, model: str, certain_at: float | None) -> DigitReader:
        """Return the reader of a model, with the threshold of a request if it has one."""
        reader = self._readers[model]
        return reader if certain_at is None else reader.with_threshold(certain_at)

    def _explain(self, model: str, image: Pixels, parts: Collection[str]) -> dict[str, Any]:
        """Return the members of an answer that explain an image (28, 28)."""
        members: dict[str, Any] = {}
        if "layers" in parts:
            layers, output_layer = self._insides[model].explain(image)
            members |= {"layers": layers, "output_layer": output_layer}
        if "networks" in parts:
            members["networks"] = [
                timed(name, reader, image) for name, reader in self._readers.items()
            ]
        return members

    def predict_all(
        self,
        files: Sequence[bytes | Problem],
        model: str,
        *,
        certain_at: float | None = None,
        waited_s: float = 0.0,
    ) -> tuple[BatchAnswer, Outcome]:
        """Return the answers of ``predict`` to several files, for a bad one its Problem.

        Small pictures pass through the network together. A batch that takes a second is ended.
        """
        upload = Upload(files, model, self._max_pixels)
        reader = self._reader(model, certain_at)

        def prepare(file: PictureFile) -> PreparedDigit:
            return reader.prepare(with_ink(file.decode()))

        answers = self._executor.run(
            upload,
            lambda: list(batch_answers(upload, prepare, partial(digit_answers, reader))),
            waited_s=waited_s,
        )
        results = _with_refusals(answers)
        return BatchAnswer(model, results), upload.outcome(results)

    def read_all(
        self,
        files: Sequence[bytes | Problem],
        model: str,
        *,
        restriction: Restriction | None = None,
        certain_at: float | None = None,
        waited_s: float = 0.0,
    ) -> tuple[NumberBatchAnswer, Outcome]:
        """Return the answers of ``read`` to several files, for a bad one its Problem.

        The ``restriction`` holds for all of them. A batch that takes a second is ended.
        """
        upload = Upload(files, model, self._max_pixels)
        reader = NumberReader(self._reader(model, certain_at))

        def read(file: PictureFile) -> BatchNumber:
            return batch_number(reader.read(with_ink(file.decode()), restriction))

        def group(read: Sequence[BatchNumber | Problem]) -> Sequence[BatchNumber | Problem]:
            return read  # each alone: they pass through no network together

        answers = self._executor.run(
            upload, lambda: list(batch_answers(upload, read, group)), waited_s=waited_s
        )
        results = _with_refusals(answers)
        numbers = [each for each in results if isinstance(each, BatchNumber)]
        outcome = upload.outcome([digit for number in numbers for digit in number.digits])
        are_certain = tuple(number.certain for number in numbers)
        return NumberBatchAnswer(model, results), replace(outcome, are_certain=are_certain)

    def read(
        self,
        file: bytes,
        model: str,
        *,
        explain: Collection[str] = (),
        index: int | None = None,
        restriction: Restriction | None = None,
        certain_at: float | None = None,
        language: Language = ENGLISH,
        waited_s: float = 0.0,
    ) -> tuple[NumberAnswer, Outcome]:
        """Return the answer to a picture of one digit or of numbers, and its outcome for the log.

        As ``predict``, but 422 when it shows no digit or too many. The layers and networks that
        ``explain`` adds are of the digit at this ``index``: see ``Explanation``. With a
        ``restriction`` each line is read as the likeliest text that is allowed.
        """
        upload = Upload([file], model, self._max_pixels)
        reader = NumberReader(self._reader(model, certain_at))
        explanation, explain_digit = Explanation(explain, index), partial(self._explain, model)

        def to_answer(reading: Reading) -> NumberAnswer:
            return number_answer(reading, model, explanation, explain_digit, language)

        def read() -> NumberAnswer:
            return to_answer(reader.read(with_ink(upload.open(0).decode()), restriction))

        def read_small() -> NumberAnswer | Callable[[], NumberAnswer]:
            inked = with_ink(upload.open(0).decode())
            reading = reader.look(inked, self._shared[model].activations)
            return (lambda: to_answer(reading())) if callable(reading) else to_answer(reading)

        small = None if restriction else read_small
        answer = self._executor.run(upload, read, small, waited_s=waited_s)
        return answer, replace(upload.outcome(answer.digits), is_doubtful=not answer.certain)

    def read_sheet(
        self, file: bytes, *, language: Language = ENGLISH, waited_s: float = 0.0
    ) -> tuple[SheetAnswer, Outcome]:
        """Return what all networks read in a photograph of a class sheet, and the outcome.

        The outcome has the readings of the default model. Raise Problem as ``predict``, but 422
        when there is no sheet that can be read, or all its boxes are empty.
        """
        upload = Upload([file], self.default, self._max_pixels)
        answer = self._executor.run(
            upload,
            lambda: read_sheet(upload.open(0), self._readers, language),
            is_sheet=True,
            waited_s=waited_s,
        )
        readings = [
            reading
            for box in answer.boxes
            for reading in box.readings
            if reading.model == self.default
        ]
        return answer, upload.outcome(readings)


def _with_refusals(answers: Iterable[Any]) -> list[Any]:
    """Return the answers of a batch, with each Problem as its error document."""
    return [
        BatchRefusal(details(each, ENGLISH)) if isinstance(each, Problem) else each
        for each in answers
    ]
