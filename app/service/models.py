"""What the app loads when it starts: its networks, their descriptions, and what judges answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from app.config import Settings, SettingsError, environment_variable
from app.service.answer_types import ModelDescription, Score
from app.static_files import short_hash
from nn.arguments import version
from nn.core.network import Network
from nn.models import ink_network, line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.models.page_file import page_file
from nn.reading.certainty_model import Certainty, CertaintyError
from nn.reading.lines.strip import ReadStrip, strip_reader
from nn.reading.page.segment import Segment, segmenter

VERSION = version()
TITLES = {"article": "15 neurons", "mlp": "1,000 neurons", "convnet": "Convolutional"}
"""Names for people. Any other network keeps its own name."""

PUBLIC_METADATA = ("name", "description", "layers", "parameters", "sha256", "scores")
ARTICLE = "article"


@dataclass(frozen=True)
class DigitNetwork:
    """A network of digits.

    Attributes
    ----------
    network
        Made for reading.
    metadata
        Of its file of weights.
    description
        From which people choose it.
    page_file
        The network as the page loads it (``nn.models.page_file``).
    """

    network: Network
    metadata: Mapping[str, Any]
    description: ModelDescription
    page_file: bytes

    @cached_property
    def version(self) -> str:
        """The start of the SHA-256 of its page file."""
        return short_hash(self.page_file)


@dataclass(frozen=True)
class Models:
    """All that reads.

    Attributes
    ----------
    digits
        The networks of digits by name, the simplest architecture first.
    read_strip, segment
        The network of lines, and that of ink: those of the models directory, or else the shipped.
    certainty
        Judges answers, at the risk of the settings.
    """

    digits: Mapping[str, DigitNetwork]
    read_strip: ReadStrip
    segment: Segment
    certainty: Certainty

    @property
    def article(self) -> DigitNetwork | None:
        """The article's network; None where none has its name and architecture."""
        network = self.digits.get(ARTICLE)
        is_article = network is not None and network.metadata["architecture"] == ARTICLE
        return network if is_article else None


def load(settings: Settings) -> Models:
    """Return what reads, with these settings.

    Raises
    ------
    SettingsError
        When a weights file is bad or has another network's name, or the default model is missing.
    """
    folder = settings.models_directory
    try:
        lines, ink = line_network.load(folder), ink_network.load(folder)
        certainty = Certainty.load(line_network.certainty_path(folder))
        networks = [_load(path, settings.default_model) for path in sorted(folder.glob("*.npz"))]
    except (weights.WeightsError, CertaintyError) as error:
        raise SettingsError(str(error)) from error
    order = list(ARCHITECTURES)
    networks.sort(key=lambda network: order.index(network.metadata["architecture"]))
    digits = {network.description.name: network for network in networks}
    if settings.default_model not in digits:
        raise SettingsError(
            f"{environment_variable('default_model')} is {settings.default_model!r}, but the "
            f"models in {folder} are: {', '.join(digits) or 'none'}"
        )
    return Models(
        digits,
        strip_reader(lines.network.activations),
        segmenter(ink.network.activations),
        certainty.at(settings.risk),
    )


def _load(path: Path, default: str) -> DigitNetwork:
    """Return the network of a weights file whose metadata is complete and of that name."""
    model = weights.load_trainable(path)
    network = weights.for_reading(model, path)
    described = path.with_suffix(".json")
    if missing := [key for key in PUBLIC_METADATA if key not in model.metadata]:
        raise SettingsError(f"{described} lacks {', '.join(missing)}")
    public = {key: model.metadata[key] for key in PUBLIC_METADATA}
    if (name := public["name"]) != path.stem:
        raise SettingsError(
            f"{path} holds the network {name!r}: give the file that name, or restore the right one"
        )
    try:
        public["scores"] = msgspec.convert(public["scores"], dict[str, Score])
    except msgspec.ValidationError as error:
        raise SettingsError(f"{described}: scores: {error}") from error
    description = ModelDescription(**public, title=TITLES.get(name, name), default=name == default)
    return DigitNetwork(network, model.metadata, description, page_file(model.network, name))
