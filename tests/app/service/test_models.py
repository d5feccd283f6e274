import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.config import Settings, SettingsError
from app.service import models
from nn.models import weights
from nn.models.strings import strings
from nn.reading.numbers.strips import n_frames


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a folder of one network of digits and one of strings."""
    for path in Path("models").glob("article.*"):
        shutil.copy(path, tmp_path)
    network = strings(np.random.default_rng(0))
    weights.save(network, {"architecture": "strings"}, tmp_path / "strings" / "strings.npz")
    return replace(Settings(), models_directory=tmp_path, default_model="article")


def test_the_network_of_strings_reads_strips_and_is_none_to_choose(settings: Settings) -> None:
    read_strip = models.load_strings(settings)
    assert read_strip
    assert read_strip(np.zeros((40, 30), np.uint8)).shape == (n_frames(30), 11)
    assert list(models.load(settings)) == ["article"]


def test_numbers_are_read_without_it_too(settings: Settings) -> None:
    shutil.rmtree(settings.models_directory / "strings")
    assert models.load_strings(settings) is None


def test_the_app_does_not_start_with_damaged_weights_of_it(settings: Settings) -> None:
    path = settings.models_directory / "strings" / "strings.npz"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SettingsError, match="its SHA-256 is"):
        models.load_strings(settings)
