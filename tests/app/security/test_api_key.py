import base64
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import security
from app.config import Settings, SettingsError
from app.errors import ProblemCode
from tests.app.little import little_app
from tests.app.posting import check_problem

KEY = "correct horse battery"


def keyed_app(**settings: object) -> Flask:
    app = little_app()
    security.register(app, Settings(**settings))  # type: ignore[arg-type]
    return app


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.fixture
def client() -> FlaskClient:
    return keyed_app(api_key=KEY).test_client()


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": f"Bearer {KEY}"}, {"X-API-Key": KEY}, {"Authorization": basic(KEY)}],
    ids=["bearer", "own header", "password"],
)
def test_the_key_is_accepted_in_each_of_its_places(
    headers: dict[str, str], client: FlaskClient
) -> None:
    assert client.post("/predict", headers=headers).status_code == 200
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + KEY[:-1]},
        {"Authorization": "Bearer " + KEY + "!"},
        {"Authorization": "Basic !!!"},
        {"Authorization": basic("")},
        {"Authorization": basic("schlüssel €")},
        {"Authorization": "Digest " + KEY},
        {"Authorization": KEY},
        {"X-API-Key": ""},
        {"X-API-Key": "ключ".encode().decode("latin-1")},
        {"X-API-Key": KEY.upper()},
    ],
)
def test_a_request_without_the_key_gets_401_that_says_how_to_send_it(
    headers: dict[str, str], client: FlaskClient
) -> None:
    for path in ("/", "/nowhere"):
        assert client.get(path, headers=headers).status_code == 401
    response = client.get("/models", headers=headers)
    check_problem(response, ProblemCode.KEY_NEEDED, "Authorization: Bearer KEY")
    assert KEY not in response.text
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Basic realm="Inkling"')
    assert 'Bearer realm="Inkling"' in challenge


def test_a_key_may_have_any_letters() -> None:
    key = "schlüssel für пять €"
    client = keyed_app(api_key=key).test_client()
    as_bytes = key.encode().decode("latin-1")  # as a server hands on what curl sends
    assert client.get("/models", headers={"Authorization": f"Bearer {as_bytes}"}).status_code == 200
    assert client.get("/models", headers={"X-API-Key": as_bytes}).status_code == 200
    assert client.get("/models", headers={"Authorization": basic(key)}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/css/base.css"])
def test_probes_and_files_of_the_page_need_no_key(path: str, client: FlaskClient) -> None:
    assert client.get(path, buffered=True).status_code == 200


def test_only_a_preflight_of_other_origins_needs_no_key(client: FlaskClient) -> None:
    assert client.options("/predict").status_code == 401
    others = keyed_app(api_key=KEY, allowed_origins="https://example.com").test_client()
    assert others.options("/predict").status_code == 200
    assert others.post("/predict").status_code == 401


def test_without_a_key_in_the_settings_requests_need_none() -> None:
    assert keyed_app().test_client().post("/predict").status_code == 200


def test_a_key_comes_from_a_file_without_its_line_break(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    client = keyed_app(api_key_file=path).test_client()
    assert client.get("/models", headers={"X-API-Key": KEY}).status_code == 200
    assert client.get("/models").status_code == 401


@pytest.mark.parametrize(
    ("setting", "content", "words"),
    [
        ("file", "", "INKLING_API_KEY_FILE must hold a key .*it holds 0"),
        ("file", " \n", "INKLING_API_KEY_FILE must hold a key .*it holds 0"),
        ("file", "secret\n", "INKLING_API_KEY_FILE must hold a key .*it holds 6"),
        ("file", None, "INKLING_API_KEY_FILE is .*cannot be read"),
        ("key", "secret", "INKLING_API_KEY must hold .* 16 .*it holds 6"),
        ("key", 15 * "k", "INKLING_API_KEY must hold .* 16 .*it holds 15"),
        ("both", f"secret {KEY}", "INKLING_API_KEY and INKLING_API_KEY_FILE"),
    ],
)
def test_a_setting_without_one_good_key_ends_the_start_and_shows_no_key(
    setting: str, content: str | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    settings = {} if setting == "key" else {"api_key_file": path}
    settings |= {} if setting == "file" else {"api_key": content}
    with pytest.raises(SettingsError, match=words) as refusal:
        keyed_app(**settings)
    assert "secret" not in str(refusal.value)


def test_a_key_of_16_characters_is_long_enough() -> None:
    assert keyed_app(api_key=16 * "k").test_client().get("/models").status_code == 401
