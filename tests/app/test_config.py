from dataclasses import fields
from pathlib import Path

import pytest

from app.config import Settings, SettingsError, environment_variable


def test_every_setting_comes_from_its_variable(tmp_path: Path) -> None:
    chosen = {
        "models_directory": tmp_path,
        "default_model": "article",
        "max_body_bytes": 1000,
        "max_picture_pixels": 2000,
        "risk": 0.02,
        "max_batch_items": 3,
        "max_upload_seconds": 5.5,
        "max_wait_seconds": 0.5,
        "rate_limit": "1 per second",
        "rate_limit_storage": "redis://127.0.0.1:6379",
        "proxy_hops": 2,
        "api_key": "a key of a good length",
        "api_key_file": tmp_path / "key",
        "allowed_origins": "https://example.com",
        "public_address": "https://example.com/inkling",
        "log": "json",
        "log_level": "warning",
    }
    assert chosen.keys() == {setting.name for setting in fields(Settings)}
    environ = {environment_variable(name): str(value) for name, value in chosen.items()}
    assert Settings.from_environ(environ) == Settings(**chosen)  # type: ignore[arg-type]


# The least and the greatest value of each, those beyond them, and what a refusal says.
BOUNDS = {
    "max_body_bytes": (["1"], ["0"], "at least 1"),
    "max_picture_pixels": (["1"], ["-1"], "at least 1"),
    "risk": (["0.001", "0.05"], ["0.0009", "0.051", "nan"], "from 0.001 to 0.05"),
    "max_batch_items": (["1", "1000"], ["0", "1001"], "from 1 to 1000"),
    "max_upload_seconds": (["0.001", "3600"], ["0.0", "3600.1"], "over 0, at most 3600"),
    "max_wait_seconds": (["0.001", "3600"], ["0.0", "3600.1", "inf"], "over 0, at most 3600"),
    "proxy_hops": (["1", "10"], ["0", "11"], "from 1 to 10"),
    "log": (["text", "json"], ["xml"], "text or json"),
    "log_level": (["debug", "error"], ["INFO", ""], "debug or info or warning or error"),
    "default_model": (["mine"], [""], "the name of a model"),
    "models_directory": (["app"], ["/does/not/exist"], "a folder that exists"),
    "public_address": (
        [
            "http://192.168.178.20:8000",
            "HTTPS://School.Example/inkling/",
            "http://[fd00::2]:65535/a-b/_~.x",
            "http://laptop",
            f"https://example.com/{'a' * 80}",
        ],
        [
            *("example.com", "javascript://example.com", " https://example.com"),
            *("https://", "https:///class", "https://[::1", "https://[1:2:3]", "https://::1"),
            *("https://me:secret@example.com", "https://-example.com", "https://example..com"),
            "https://müller.example",
            *(
                f"https://example.com{end}"
                for end in (":", ":0", ":65536", ":http", "/?x=1", "/#x", "/../class", "/<b>")
            ),
            "https://example.com/\u212a",  # KELVIN SIGN, a k where case is ignored
            f"https://example.com/{'a' * 81}",
        ],
        "an address of at most 100 characters, such as https://example.org/inkling",
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_values_at_the_bounds_of_a_setting_are_valid(name: str) -> None:
    for value in BOUNDS[name][0]:
        settings = Settings.from_environ({environment_variable(name): value})
        kept = getattr(settings, name)
        assert kept == type(kept)(value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *((name, bad, words) for name, (_, refused, words) in BOUNDS.items() for bad in refused),
        ("max_body_bytes", "10MB", "a whole number"),
        ("max_picture_pixels", "1.5", "a whole number"),
        ("risk", "high", "a number"),
        ("max_upload_seconds", "1 minute", "a number"),
    ],
)
def test_a_bad_value_is_refused_with_what_it_must_be(name: str, value: str, expected: str) -> None:
    variable = environment_variable(name)
    with pytest.raises(SettingsError) as refusal:
        Settings.from_environ({variable: value})
    assert str(refusal.value) == f"{variable} must be {expected}, but it is {value!r}"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        *(
            (name, "secret", "is no setting of Inkling")
            for name in ("INKLING_API_KEYS", "INKLING_APIKEY", "INKLING_", "INKLING_HOST")
        ),
        ("INKLING_API_KEY", "", "is empty: give it a value or remove it"),
        ("INKLING_API_KEY_FILE", " ", "is empty: give it a value or remove it"),
    ],
)
def test_unknown_variables_and_empty_keys_end_the_start(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} {words}"):
        Settings.from_environ({name: value})


def test_a_key_is_not_shown_with_the_settings() -> None:
    assert "secret" not in repr(Settings(api_key="a secret of good length"))


def test_variables_of_a_kubernetes_service_named_inkling_are_no_settings() -> None:
    names = ["SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_8000_TCP_ADDR"]
    environ = {f"INKLING_{name}": "10.0.0.1" for name in [*names, "API_SERVICE_HOST"]}
    assert Settings.from_environ(environ | {"INKLING_DATA": "data"}) == Settings()
