"""The one door into the network: a picture in, an answer out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.config import Settings, SettingsError, variable
from app.errors import Problem
from app.pictures import to_data_url
from nn import preprocess, weights
from nn.architectures import ARCHITECTURES

# What is told of each model, from its metadata.
_SHOWN = ("name", "description", "layers", "parameters", "scores")
# What a hidden layer gives is what its last step gives; the steps below show again in it.
_LAST_STEPS = ("Sigmoid()", "ReLU()")


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
                f"{variable('default_model')} is {settings.default_model!r}, but the models in "
                f"{settings.models_directory} are: {', '.join(models) or 'none'}"
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
            raise Problem(404, "Unknown model", f"No model is named {name!r}. Named: {there_are}.")
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
        try:
            image = preprocess.to_mnist(picture)
        except preprocess.NoInk as error:
            raise Problem(422, "No digit found", f"{error} Write one digit, large.") from error
        inputs = preprocess.to_inputs(image[np.newaxis])
        network = self.models[name].network
        activations = network.feedforward(inputs)[0]
        answer = self._answer(activations) | {"model": name, "image": to_data_url(image)}
        if explain:
            inside = network.inspect(inputs)
            answer["layers"] = [_show(*layer) for layer in inside if layer[0] in _LAST_STEPS]
        return answer

    def _answer(self, activations: NDArray[np.floating[Any]]) -> dict[str, Any]:
        """Return the answer (C,) in numbers and in one sentence."""
        by_class = [round(float(activation), 6) for activation in activations]
        digit, second = (-activations).argsort(kind="stable")[:2].tolist()
        is_certain = by_class[digit] >= self.certain_at
        if is_certain:
            message = f"This looks like {'an' if digit == 8 else 'a'} {digit}."
        elif by_class[digit] + by_class[second] >= self.certain_at:
            message = f"I am not sure. My best guess is {digit}, or else {second}."
        else:
            message = f"I am not sure this is a digit. My best guess is {digit}."
        return {
            "digit": digit,
            "confidence": by_class[digit],
            "certain": is_certain,
            "message": message,
            "activations": by_class,
        }


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
