"""The networks that the app loads."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.config import Settings, SettingsError
from app.service import models
from nn.core.layers import Dense
from nn.models import weights
from nn.models.line_network import LINES, lines
from nn.reading.lines.strip import N_CLASSES, n_frames


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a folder of one network of digits and one of lines."""
    for path in Path("models").glob("article.*"):
        shutil.copy(path, tmp_path)
    network = lines(np.random.default_rng(0))
    weights.save(network, {"architecture": LINES}, tmp_path / LINES / f"{LINES}.npz")
    return replace(Settings(), models_directory=tmp_path, default_model="article")


@pytest.mark.parametrize("name", ["article", "mlp"])
def test_the_title_of_a_dense_network_counts_its_hidden_neurons(name: str) -> None:
    network = weights.load(Path(f"models/{name}.npz")).network
    *hidden, _ = [layer.biases.size for layer in network.layers if isinstance(layer, Dense)]
    assert models.TITLES[name] == f"{sum(hidden):,} neurons"


def test_the_network_of_lines_reads_strips_and_is_none_to_choose(settings: Settings) -> None:
    loaded = models.load(settings)
    strip = np.zeros((48, 30), np.uint8)
    assert loaded.read_strip(strip).shape == (n_frames(30), N_CLASSES)
    assert list(loaded.digits) == ["article"]


def test_without_one_of_its_own_a_folder_of_models_gets_the_shipped_one(settings: Settings) -> None:
    strip = np.full((48, 30), 64, np.uint8)
    own = models.load(settings).read_strip(strip)
    shutil.rmtree(settings.models_directory / LINES)
    shipped = models.load(settings).read_strip(strip)
    assert shipped.argmax(axis=1).tolist() == [N_CLASSES - 1] * n_frames(30)  # blank
    assert not np.allclose(shipped, own)


def test_the_app_does_not_start_with_damaged_weights_of_it(settings: Settings) -> None:
    path = settings.models_directory / LINES / f"{LINES}.npz"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(SettingsError, match="its SHA-256 is"):
        models.load(settings)


def of_shipped(name: str, settings: Settings, old: str = "", new: str = "") -> None:
    """Write the files of a shipped network, one text of its metadata replaced."""
    shutil.copy(f"models/{name}.npz", settings.models_directory)
    metadata = Path(f"models/{name}.json").read_text()
    assert old in metadata
    (settings.models_directory / f"{name}.json").write_text(metadata.replace(old, new))


def test_files_of_an_unfinished_training_are_no_models(settings: Settings) -> None:
    for suffix in ("checkpoint", "npz.partial"):
        (settings.models_directory / f"mine.{suffix}").write_bytes(b"half")
    assert list(models.load(settings).digits) == ["article"]


def test_metadata_that_lack_something_name_the_file_and_what(settings: Settings) -> None:
    of_shipped("article", settings, '"description"', '"remark"')
    with pytest.raises(SettingsError, match=r"article\.json lacks description"):
        models.load(settings)
    of_shipped("article", settings, '"accuracy"', '"share"')
    with pytest.raises(SettingsError, match=r"article\.json: scores: .*`accuracy`"):
        models.load(settings)


def test_files_under_the_name_of_another_network_say_which_they_hold(settings: Settings) -> None:
    for path in settings.models_directory.glob("article.*"):
        path.rename(path.with_stem("mlp"))
    with pytest.raises(SettingsError, match=r"mlp\.npz holds the network 'article'"):
        models.load(settings)


def test_a_missing_default_model_names_those_there_are(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="are: article"):
        models.load(replace(settings, default_model="oracle"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="are: none"):
        models.load(replace(settings, models_directory=tmp_path / "empty"))
