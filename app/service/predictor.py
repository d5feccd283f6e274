"""Files of pictures in, answers out, a few requests at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from app.config import Settings
from app.errors import Problem, ProblemCode, details
from app.responses import Outcome
from app.service.answer_types import (
    BatchAnswer,
    BatchRefusal,
    DigitAnswer,
    NumberAnswer,
    NumberBatchAnswer,
)
from app.service.answers import Options, digit_answer, number_answer
from app.service.class_sheet import (
    BoxReading,
    ReadDrawing,
    SheetAnswer,
    read_drawing,
    read_sheet,
)
from app.service.executor import Executor
from app.service.models import Models
from app.service.room_photographs import to_small_jpeg
from app.service.upload import (
    DRAWING_PIXELS,
    MAX_LINES_S,
    Upload,
    attempt,
    batch_answers,
)
from nn.decoding.picture_files import PictureFile
from nn.reading.limits import MAX_READING_S
from nn.reading.page.find import Page
from nn.reading.page_reader import PageReader
from nn.reading.reading import Activations, Reading

Answer = TypeVar("Answer", DigitAnswer, NumberAnswer)
ToAnswer = Callable[[Page, Reading, Options], Answer]


class Predictor:
    """Reads files of pictures, a few requests at a time.

    A file, as it came from outside, and the ``options`` of its request give the answer and its
    outcome for the log. ``waited_s`` is how long the request has waited already, in seconds. Each
    method raises Problem when a file is not a picture that is read, and 503 when no slot became
    free in time.

    Parameters
    ----------
    models
        What reads, and judges which answers are certain.
    settings
        The default model, and the limits.
    executor
        Gives the requests their turns.
    """

    def __init__(self, models: Models, settings: Settings, executor: Executor) -> None:
        self.models = models
        self.default = settings.default_model
        self.risk = settings.risk
        self.descriptions = [each.description for each in models.digits.values()]
        self._readers = {
            name: PageReader(
                each.network.activations,
                models.read_strip,
                models.certainty.for_network(each.metadata),
                models.segment,
            )
            for name, each in models.digits.items()
        }
        self._max_pixels = settings.max_picture_pixels
        self.executor = executor

    def choose(self, name: str | None) -> str:
        """Return the name of the model to use, the default for None or an empty name.

        Raises
        ------
        Problem
            404 when no model has that name.
        """
        if name and name not in self.models.digits:
            detail = f"No model is named {name!r}. Named: {', '.join(self.models.digits)}."
            raise Problem(ProblemCode.UNKNOWN_MODEL, detail)
        return name or self.default

    def predict(
        self, file: bytes, options: Options, waited_s: float = 0.0
    ) -> tuple[DigitAnswer, Outcome]:
        """Return the answer to a picture of one digit; 422 when it shows none or several."""
        return self._answer(file, options, digit_answer, waited_s, one_digit=True)

    def predict_all(
        self, files: Sequence[bytes | Problem], options: Options, waited_s: float = 0.0
    ) -> tuple[BatchAnswer, Outcome]:
        """Return the answers of ``predict`` to several files, for a bad one its Problem.

        Small pictures pass through the network together. A batch that takes a second is ended.
        """
        answers, outcome = self._answer_all(files, options, digit_answer, waited_s, one_digit=True)
        return BatchAnswer(options.model, answers), outcome

    def read(
        self, file: bytes, options: Options, waited_s: float = 0.0
    ) -> tuple[NumberAnswer, Outcome]:
        """Return the answer to a picture of one digit or of numbers.

        422 when it shows no digit or too many.
        """
        return self._answer(file, options, number_answer, waited_s, one_digit=False)

    def read_all(
        self, files: Sequence[bytes | Problem], options: Options, waited_s: float = 0.0
    ) -> tuple[NumberBatchAnswer, Outcome]:
        """Return the answers of ``read`` to several files, for a bad one its Problem.

        A batch that takes a second is ended.
        """
        answers, outcome = self._answer_all(
            files, options, number_answer, waited_s, one_digit=False
        )
        return NumberBatchAnswer(options.model, answers), outcome

    def _answer(
        self,
        file: bytes,
        options: Options,
        answer: ToAnswer[Answer],
        waited_s: float,
        *,
        one_digit: bool,
    ) -> tuple[Answer, Outcome]:
        """Return the answer to one picture, with the name of the model."""
        upload = Upload([file], options.model, self._max_pixels)
        reader = self._reader(options)

        def read(page: Page) -> Answer:
            reading = reader.read(page, one_digit=one_digit, allowed=options.restriction)
            return replace(answer(page, reading, options), model=options.model)

        def is_quick(page: Page) -> bool:
            return page.is_plain and not options.restriction

        result = self.executor.run_page(upload, reader.find_page, read, is_quick, waited_s=waited_s)
        return result, _outcome(upload, [result])

    def _answer_all(
        self,
        files: Sequence[bytes | Problem],
        options: Options,
        answer: ToAnswer[Answer],
        waited_s: float,
        *,
        one_digit: bool,
    ) -> tuple[list[Answer | BatchRefusal], Outcome]:
        """Return the answers to a batch; of a bad picture its error document.

        What are plainly digits pass through the network together.
        """
        upload = Upload(files, options.model, self._max_pixels)
        reader = self._reader(options, MAX_LINES_S)

        def find(file: PictureFile) -> Page:
            return reader.find_page(file.decode())

        def read(page: Page, activations: Activations | None) -> Answer:
            reading = reader.read(
                page, one_digit=one_digit, allowed=options.restriction, activations=activations
            )
            return answer(page, reading, options)

        def read_group(pages: Sequence[Page | Problem]) -> Iterator[Answer | Problem]:
            found = [page for page in pages if isinstance(page, Page)]
            images = [page.image for page in found if one_digit or page.is_plain]
            activations = iter(reader.classify(np.stack(images)) if images else ())
            for page in pages:
                if isinstance(page, Problem):
                    yield page
                else:
                    is_classified = one_digit or page.is_plain
                    yield attempt(read, page, next(activations) if is_classified else None)

        answers = self.executor.run(
            upload, lambda: list(batch_answers(upload, find, read_group)), waited_s=waited_s
        )
        with_refusals = [
            BatchRefusal(details(read, options.language)) if isinstance(read, Problem) else read
            for read in answers
        ]
        return with_refusals, _outcome(upload, answers)

    def read_drawing(self, file: bytes, waited_s: float = 0.0) -> tuple[ReadDrawing, Outcome]:
        """Return what each network reads in a small drawing of one digit.

        The outcome has that of the default model. 413 when the picture is not small, 422 when it
        shows no digit or several.
        """
        upload = Upload([file], self.default, DRAWING_PIXELS)
        drawing = self.executor.run_page(
            upload,
            self._readers[self.default].find_page,
            lambda page: read_drawing(page, self._readers),
            lambda page: page.is_plain,
            waited_s=waited_s,
        )
        return drawing, _outcome(upload, self._of_default(drawing.readings))

    def to_small_jpeg(self, file: bytes, waited_s: float = 0.0) -> bytes:
        """Return a photograph of a class sheet as a room keeps it, without reading it."""
        upload = Upload([file], self.default, self._max_pixels)
        return self.executor.run(upload, lambda: to_small_jpeg(upload.open()), waited_s=waited_s)

    def read_sheet(
        self, file: bytes, options: Options, waited_s: float = 0.0
    ) -> tuple[SheetAnswer, Outcome]:
        """Return what all networks read in a photograph of a class sheet.

        The outcome has the readings of the default model. 422 when there is no sheet that can be
        read, or all its boxes are empty.
        """
        upload = Upload([file], self.default, self._max_pixels)
        answer = self.executor.run(
            upload,
            lambda: read_sheet(upload.open(), self._readers, options.language),
            is_sheet=True,
            waited_s=waited_s,
        )
        readings = [reading for box in answer.boxes for reading in box.readings]
        return answer, _outcome(upload, self._of_default(readings))

    def _of_default(self, readings: Iterable[BoxReading]) -> list[BoxReading]:
        return [reading for reading in readings if reading.model == self.default]

    def _reader(self, options: Options, max_lines_s: float = MAX_READING_S) -> PageReader:
        """Return the reader of a model, with the threshold of a request if it has one."""
        reader = self._readers[options.model]
        if reader.max_lines_s != max_lines_s:
            reader = replace(reader, max_lines_s=max_lines_s)
        if options.risk is None:
            return reader
        return replace(reader, certainty=reader.certainty.at(options.risk))


def _outcome(upload: Upload, answers: Iterable[Any]) -> Outcome:
    """Return the outcome of the answers, those to numbers with all their digits."""
    read = [answer for answer in answers if not isinstance(answer, Problem)]
    digits = [digit for answer in read for digit in getattr(answer, "digits", [answer])]
    return upload.outcome(
        digits=tuple((digit.digit, digit.certain) for digit in digits),
        are_certain=tuple(answer.certain for answer in read),
    )
