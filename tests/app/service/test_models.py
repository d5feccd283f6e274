import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.config import Settings, SettingsError
from app.service import models
from nn.models import weights
from nn.models.lines import LINES, lines
from nn.reading.numbers.strip import N_CLASSES, n_frames


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a folder of one network of digits and one of lines."""
    for path in Path("models").glob("article.*"):
        shutil.copy(path, tmp_path)
    network = lines(np.random.default_rng(0))
    weights.save(network, {"architecture": LINES}, tmp_path / LINES / f"{LINES}.npz")
    return replace(Settings(), models_directory=tmp_path, default_model="article")


def test_the_network_of_lines_reads_strips_and_is_none_to_choose(settings: Settings) -> None:
    read_strip = models.load_lines(settings)
    assert read_strip(np.zeros((48, 30), np.uint8)).shape == (n_frames(30), N_CLASSES)
    assert list(models.load(settings)) == ["article"]


def test_without_one_of_its_own_a_folder_of_models_gets_the_shipped_one(
    settings: Settings,
) -> None:
    strip = np.full((48, 30), 64, np.uint8)
    own = models.load_lines(settings)(strip)
    shutil.rmtree(settings.models_directory / LINES)
    shipped = models.load_lines(settings)(strip)
    assert shipped.argmax(axis=1).tolist() == [N_CLASSES - 1] * n_frames(30)  # blank
    assert not np.allclose(shipped, own)


def test_the_app_does_not_start_with_damaged_weights_of_it(settings: Settings) -> None:
    path = settings.models_directory / LINES / f"{LINES}.npz"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SettingsError, match="its SHA-256 is"):
        models.load_lines(settings)
