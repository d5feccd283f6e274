import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from app.classifier import Classifier
from app.config import Settings, SettingsError
from app.errors import Problem

Draw = Callable[[int], Image.Image]


@pytest.fixture(scope="module")
def classifier(settings: Settings) -> Classifier:
    return Classifier.load(settings)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings with a copy of the models that a test may spoil."""
    copy = tmp_path / "models"
    shutil.copytree(settings.models_directory, copy)
    return replace(settings, models_directory=copy)


@pytest.mark.parametrize("digit", [1, 7])
def test_a_drawn_digit_is_read(digit: int, classifier: Classifier, draw: Draw) -> None:
    answer = classifier.predict(draw(digit))
    assert answer["digit"] == digit
    assert answer["certain"]
    assert answer["message"] == f"This looks like a {digit}."


def test_doubt_is_said_in_words(settings: Settings, draw: Draw) -> None:
    doubtful = Classifier.load(replace(settings, certain_at=1.0))
    answer = doubtful.predict(draw(7), "article")
    assert not answer["certain"]
    assert answer["message"] == "I am not sure. My best guess is 7."


def test_a_blank_picture_is_a_problem_and_not_a_digit(classifier: Classifier) -> None:
    with pytest.raises(Problem) as caught:
        classifier.predict(Image.new("L", (28, 28)))
    assert caught.value.code == 422


def test_threads_that_ask_at_once_get_the_answers_they_get_alone(
    classifier: Classifier, draw: Draw
) -> None:
    pictures = [draw(digit).rotate(angle, fillcolor=255) for digit in (1, 7) for angle in (0, 20)]
    alone = [classifier.predict(picture, explain=True) for picture in pictures]
    with ThreadPoolExecutor(4) as threads:
        together = list(
            threads.map(lambda picture: classifier.predict(picture, explain=True), pictures * 25)
        )
    assert together == alone * 25


def test_weights_that_are_damaged_name_the_file(folder: Settings) -> None:
    path = folder.models_directory / "article.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SettingsError, match=r"article\.npz"):
        Classifier.load(folder)


def test_metadata_that_lack_something_name_the_file_and_what(folder: Settings) -> None:
    path = folder.models_directory / "article.json"
    path.write_text(path.read_text().replace('"description"', '"remark"'))
    with pytest.raises(SettingsError, match=r"article\.json lacks description"):
        Classifier.load(folder)


def test_a_default_model_that_is_not_there_names_those_that_are(folder: Settings) -> None:
    with pytest.raises(SettingsError, match="are: article, mlp"):
        Classifier.load(replace(folder, default_model="oracle"))


def test_a_folder_without_models_says_so(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="are: none"):
        Classifier.load(replace(settings, models_directory=tmp_path))
