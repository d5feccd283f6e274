from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from app.config import Settings, SettingsError, variable


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings()


def test_every_setting_comes_from_its_variable(tmp_path: Path) -> None:
    chosen = {
        "models_directory": tmp_path,
        "default_model": "article",
        "max_body_bytes": 1000,
        "max_picture_pixels": 2000,
        "certain_at": 0.5,
    }
    assert chosen.keys() == {setting.name for setting in fields(Settings)}
    environ = {variable(name): str(value) for name, value in chosen.items()}
    assert Settings.from_environ(environ) == Settings(**chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("INKLING_MODELS_DIRECTORY", "/does/not/exist", "a folder that exists"),
        ("INKLING_DEFAULT_MODEL", "", "the name of a model"),
        ("INKLING_MAX_BODY_BYTES", "10MB", "a whole number"),
        ("INKLING_MAX_BODY_BYTES", "0", "at least 1"),
        ("INKLING_MAX_PICTURE_PIXELS", "1.5", "a whole number"),
        ("INKLING_MAX_PICTURE_PIXELS", "-1", "at least 1"),
        ("INKLING_CERTAIN_AT", "high", "a number"),
        ("INKLING_CERTAIN_AT", "90", "from 0 to 1"),
        ("INKLING_CERTAIN_AT", "nan", "from 0 to 1"),
    ],
)
def test_a_bad_value_is_refused_with_its_variable_and_what_it_must_be(
    name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environ({name: value})
    assert str(refusal.value).startswith(f"{name} must be {expected}, but it is ")
    assert value in str(refusal.value)


def test_settings_cannot_change_while_the_app_runs() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().certain_at = 0.1  # type: ignore[misc]
