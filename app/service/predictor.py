"""The one door into the network: a picture in, an answer out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.config import Settings, SettingsError, environment_variable
from app.errors import Problem, ProblemCode, attempt
from app.requests.images import full_size_px, shrink, to_data_url
from app.service.answers import STAGES, digit_answer, number_answer, with_message
from nn.models import weights
from nn.models.architectures import ARCHITECTURES
from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.mnist_format import NoInk, ink_to_mnist, to_inputs
from nn.reading.numbers.read_lines import read_lines
from nn.reading.numbers.types import DetectedDigit, TooManyDigits

Pixels = NDArray[np.uint8]

# What is told of each model, from its metadata.
_SHOWN = ("name", "description", "layers", "parameters", "scores")
# What a hidden layer gives is what its last step gives; the steps below show again in it.


@dataclass(frozen=True)
class _Look:
    """What is kept of a picture of one digit: much less than its sheet, which can be found anew."""

    image: Pixels
    has_more_than_digit: bool
    sheet: Callable[[], Sheet]


class Classifier:
    """All models, each loaded once, and how sure an answer has to be to count as certain.

    Parameters
    ----------
    models
        The models by name, in the order in which they are listed.
    default
        Name of the model that reads where none is asked for.
    certain_at
        Confidence, 0 to 1, from which on an answer is certain.
    """

    def __init__(
        self, models: Mapping[str, weights.Model], *, default: str, certain_at: float
    ) -> None:
        self.models = models
        self.default = default
        self.certain_at = certain_at

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Return a classifier with every model of the models directory.

        Raises
        ------
        SettingsError
            When a weights file is bad, or the default model is not among them.
        """
        paths = sorted(settings.models_directory.glob("*.npz"))
        models = _in_order({path.stem: _load(path) for path in paths})
        if settings.default_model not in models:
            raise SettingsError(
                f"{environment_variable('default_model')} is {settings.default_model!r}, but the "
                f"models in {settings.models_directory} are: {', '.join(models) or 'none'}"
            )
        return cls(models, default=settings.default_model, certain_at=settings.certain_at)

    def choose(self, name: str | None) -> str:
        """Return the name of the model to use, the default for None or an empty name.

        Raises
        ------
        Problem
            404 where there is no model of that name.
        """
        if name and name not in self.models:
            there_are = ", ".join(self.models)
            raise Problem(
                ProblemCode.UNKNOWN_MODEL, f"No model is named {name!r}. Named: {there_are}."
            )
        return name or self.default

    def describe(self) -> list[dict[str, Any]]:
        """Return what people want to know of each model before they choose one."""
        return [
            {key: model.metadata[key] for key in _SHOWN} | {"default": name == self.default}
            for name, model in self.models.items()
        ]

    def predict(
        self, picture: Image.Image, model: str | None = None, *, explain: bool = False
    ) -> dict[str, Any]:
        """Return the answer to one picture, as the HTTP contract has it.

        Parameters
        ----------
        picture
            A decoded picture of any mode and size.
        model
            Name of the model, the default where None.
        explain
            Whether to add what each hidden layer gave, as numbers of three decimals: a layer of
            pictures has the shape (rows, columns, pictures), its numbers pixel by pixel.

        Raises
        ------
        Problem
            404 where there is no such model, 422 where the picture holds no ink.
        """
        name = self.choose(model)
        sheet = _find_ink(picture)
        look = _Look(ink_to_mnist(sheet.digit), sheet.has_more_than_digit, lambda: sheet)
        answer = self._answer(look, self._feedforward([look.image], name)[0], name)
        if explain:
            inside = self.models[name].network.inspect(_inputs([look.image]))
            answer["stages"] = _show_stages(sheet)
            answer["layers"] = [_show(*layer) for layer in inside]
        return answer

    def predict_all(
        self, pictures: Sequence[Callable[[], Image.Image]], model: str | None = None
    ) -> list[dict[str, Any] | Problem]:
        """Return what ``predict`` would answer to each of several pictures, or its Problem.

        The network reads them all in one forward pass.

        Parameters
        ----------
        pictures
            Each opens a picture or raises the Problem that it has: one is held at a time, and one
            that may show several digits is opened again.
        model
            Name of the model, the default where None.

        Raises
        ------
        Problem
            404 where there is no such model.
        """
        name = self.choose(model)
        looks = [attempt(_look, picture) for picture in pictures]
        images = [look.image for look in looks if isinstance(look, _Look)]
        activations = iter(self._feedforward(images, name) if images else ())
        return [
            attempt(self._answer, look, next(activations), name)
            if isinstance(look, _Look)
            else look
            for look in looks
        ]

    def read(
        self, picture: Image.Image, model: str | None = None, *, explain: bool = False
    ) -> dict[str, Any]:
        """Return the answer to a picture of several digits, as the HTTP contract has it.

        Parameters
        ----------
        picture
            A decoded picture of any mode and size.
        model
            Name of the model, the default where None.
        explain
            Whether to add the stages from the picture to its ink.

        Raises
        ------
        Problem
            404 where there is no such model, 422 where the picture holds no digit or too many.
        """
        name = self.choose(model)
        sheet = _find_ink(picture)
        try:
            lines = self._read_lines(sheet, name)
        except TooManyDigits as error:
            raise Problem(ProblemCode.TOO_MANY_DIGITS, f"{error} Cut out a part of it.") from error
        if not lines:
            raise Problem(
                ProblemCode.NO_DIGIT_FOUND, "Nothing in the picture is as large as a digit."
            )
        size_px = _upright(full_size_px(picture), picture, sheet)
        # The decoder may have reduced a large JPEG, by a whole factor.
        factor = round(max(size_px) / max(sheet.reduction.size_px))
        digits = [
            self._digit_of_number(found, sheet, factor, number)
            for number, line in enumerate(lines)
            for found in line
        ]
        answer = number_answer(digits, size_px) | {"model": name}
        return answer | ({"stages": _show_stages(sheet)} if explain else {})

    def _feedforward(self, images: Sequence[Pixels], model: str) -> NDArray[np.floating[Any]]:
        """Return what a model makes of pictures (28, 28) each: its activations (N, 10)."""
        return self.models[model].network.feedforward(_inputs(images))

    def _answer(
        self, look: _Look, activations: NDArray[np.floating[Any]], model: str
    ) -> dict[str, Any]:
        """Return the answer to what a model made of a picture, or refuse several digits."""
        answer = digit_answer(activations, self.certain_at)
        if not answer["certain"] or look.has_more_than_digit:
            self._refuse_several(look.sheet(), model)
        answer = with_message(answer, self.certain_at)
        return answer | {"model": model, "image": to_data_url(look.image)}

    def _read_lines(self, sheet: Sheet, model: str) -> list[list[DetectedDigit]]:
        """Return the digits that a model finds on a sheet, line by line."""
        network = self.models[model].network
        return read_lines(sheet.ink, lambda images: network.activations(to_inputs(images)))

    def _digit_of_number(
        self, found: DetectedDigit, sheet: Sheet, factor: int, line: int
    ) -> dict[str, Any]:
        """Return the answer to one digit of several, its box so many times larger than in the ink.

        A digit that had to be cut off its neighbour is never certain: where it ends is a guess.
        """
        answer = digit_answer(found.activations, self.certain_at)
        return answer | {
            "certain": answer["certain"] and not found.is_cut,
            "line": line,
            "box": [round(factor * side) for side in sheet.reduction.to_picture(found.box)],
            "image": to_data_url(found.image),
        }

    def _refuse_several(self, sheet: Sheet, model: str) -> None:
        """Raise Problem 422 where a sheet plainly holds several digits."""
        try:
            lines = self._read_lines(sheet, model)
        except TooManyDigits:
            return
        found = [digit for line in lines for digit in line]
        is_certain = all(
            float(digit.activations.max()) >= self.certain_at and not digit.is_cut
            for digit in found
        )
        if len(found) > 1 and is_certain:
            raise Problem(
                ProblemCode.SEVERAL_DIGITS,
                f"The picture holds {len(found)} digits, but one is read here. Send it to /read, "
                "which reads numbers, or cut one digit out.",
            )


def _look(picture: Callable[[], Image.Image]) -> _Look:
    """Return what the picture that a function opens shows, or raise the Problem that it has."""
    sheet = _find_ink(picture())
    image = ink_to_mnist(sheet.digit)
    return _Look(image, sheet.has_more_than_digit, lambda: _find_ink(picture()))


def _inputs(images: Sequence[Pixels]) -> NDArray[np.float32]:
    """Return pictures (28, 28) each as a network takes them, (N, 784)."""
    return to_inputs(np.stack(images))


def _upright(size_px: tuple[int, int], picture: Image.Image, sheet: Sheet) -> tuple[int, int]:
    """Return a width and height as seen upright, if a sheet was turned for that."""
    upright = sheet.reduction.size_px
    is_turned = (picture.width > picture.height) != (upright[0] > upright[1])
    return size_px[::-1] if is_turned else size_px


def _find_ink(picture: Image.Image) -> Sheet:
    """Return a picture's ink, or raise Problem 422 where there is none."""
    try:
        return find_ink(picture)
    except NoInk as error:
        raise Problem(ProblemCode.NO_DIGIT_FOUND, f"{error} Write one digit, large.") from error


def _show_stages(sheet: Sheet) -> list[dict[str, str]]:
    """Return the stages from a picture to its ink as small pictures with captions."""
    return [
        {"name": name, "caption": STAGES[name], "image": to_data_url(shrink(stage))}
        for name, stage in sheet.stages.items()
    ]


def _load(path: Path) -> weights.Model:
    """Return the model of a weights file whose metadata holds all that is told of it."""
    try:
        model = weights.load(path)
    except weights.WeightsError as error:
        raise SettingsError(str(error)) from error
    if missing := [key for key in _SHOWN if key not in model.metadata]:
        raise SettingsError(f"{path.with_suffix('.json')} lacks {', '.join(missing)}")
    return model


def _in_order(models: Mapping[str, weights.Model]) -> dict[str, weights.Model]:
    """Return the models from the simplest architecture to the last, as nn names them."""
    order = list(ARCHITECTURES)
    return dict(
        sorted(models.items(), key=lambda item: order.index(item[1].metadata["architecture"]))
    )


def _show(name: str, outputs: NDArray[np.floating[Any]]) -> dict[str, Any]:
    """Return what a layer gave for one picture (1, ...) in a form for JSON."""
    numbers = outputs[0].astype(np.float64).round(3)  # in float32, 0.1 is 0.10000000149
    return {"name": name, "shape": numbers.shape, "outputs": numbers.ravel().tolist()}
