"""The networks that the app loads: their descriptions, and the files from which pages compute."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.config import Settings, SettingsError, environment_variable
from app.service.answers import ModelDescription, Score
from app.static_files import short_hash
from nn.arguments import version
from nn.models import line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.models.page_file import page_file
from nn.reading.lines.strip import ReadStrip, strip_reader
from nn.reading.risk import Certainty, CertaintyError, risk_of

VERSION = version()
Models = Mapping[str, weights.Model]

TITLES = {"article": "15 neurons", "mlp": "1,000 neurons", "convnet": "Convolutional"}
"""Names for people. Any other network keeps its own name."""

PUBLIC_METADATA = ("name", "description", "layers", "parameters", "sha256", "scores")
ARTICLE = "article"


def load(settings: Settings) -> Models:
    """Return every model of the models directory by name, the simplest architecture first.

    Raises
    ------
    SettingsError
        When a weights file is bad or has another network's name, or the default model is missing.
    """
    models = [_load(path) for path in sorted(settings.models_directory.glob("*.npz"))]
    order = list(ARCHITECTURES)
    models.sort(key=lambda item: order.index(item[1].metadata["architecture"]))
    names = [name for name, _ in models]
    if settings.default_model not in names:
        raise SettingsError(
            f"{environment_variable('default_model')} is {settings.default_model!r}, but the "
            f"models in {settings.models_directory} are: {', '.join(names) or 'none'}"
        )
    return dict(models)


def load_lines(settings: Settings) -> ReadStrip:
    """Return the network that reads lines: from the models directory, or else the shipped one.

    Raise SettingsError when its weights file is bad.
    """
    try:
        model = line_network.load(settings.models_directory)
    except weights.WeightsError as error:
        raise SettingsError(str(error)) from error
    return strip_reader(model.network.activations)


def load_certainty(settings: Settings) -> Certainty:
    """Return what judges answers, at the risk of the settings; SettingsError for a bad file."""
    try:
        certainty = Certainty.load(line_network.certainty_path(settings.models_directory))
    except CertaintyError as error:
        raise SettingsError(str(error)) from error
    risk = settings.risk if settings.certain_at is None else risk_of(settings.certain_at)
    return certainty.at(risk)


def describe(models: Models, default: str) -> list[ModelDescription]:
    """Return the description of each model, from which people choose one."""
    return [
        ModelDescription(
            **{key: model.metadata[key] for key in PUBLIC_METADATA} | {"scores": _scores(model)},
            title=TITLES.get(name, name),
            default=name == default,
        )
        for name, model in models.items()
    ]


def _load(path: Path) -> tuple[str, weights.Model]:
    """Return the name and model of a weights file whose metadata is complete and of that name."""
    try:
        model = weights.load(path)
    except weights.WeightsError as error:
        raise SettingsError(str(error)) from error
    if missing := [key for key in PUBLIC_METADATA if key not in model.metadata]:
        raise SettingsError(f"{path.with_suffix('.json')} lacks {', '.join(missing)}")
    if (name := model.metadata["name"]) != path.stem:
        raise SettingsError(
            f"{path} holds the network {name!r}: give the file that name, or restore the right one"
        )
    try:
        _scores(model)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path.with_suffix('.json')}: scores: {error}") from error
    return path.stem, model


def _scores(model: weights.Model) -> dict[str, Score]:
    return msgspec.convert(model.metadata["scores"], dict[str, Score])


def article(models: Models) -> weights.Model | None:
    """Return the article's network; None where no model has its name and architecture."""
    model = models.get(ARTICLE)
    is_article = model is not None and model.metadata["architecture"] == ARTICLE
    return model if is_article else None


@dataclass(frozen=True)
class PageFile:
    """A network as the page loads it (``nn.models.page_file``), and the start of its SHA-256."""

    content: bytes
    sha256: str


def page_files(settings: Settings) -> dict[str, PageFile]:
    """Return the file that the page loads of each model of the models directory, by name."""
    files = {}
    for path in sorted(settings.models_directory.glob("*.npz")):
        content = page_file(weights.load_trainable(path).network, path.stem)
        files[path.stem] = PageFile(content, short_hash(content))
    return files
