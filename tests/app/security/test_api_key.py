import base64
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import security
from app.config import Settings, SettingsError
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
@pytest.mark.parametrize("path", ["/", "/models", "/nowhere"])
def test_a_request_without_the_key_gets_401_that_says_how_to_send_it(
    path: str, headers: dict[str, str], client: FlaskClient
) -> None:
    response = client.get(path, headers=headers)
    check_problem(response, 401, "Authorization: Bearer KEY")
    assert response.get_json(force=True)["type"] == "urn:inkling:key-needed"
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


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_need_no_key(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 200


def test_files_for_the_page_need_no_key(client: FlaskClient) -> None:
    assert client.get("/static/css/base.css", buffered=True).status_code == 200


def test_a_preflight_needs_no_key_where_other_origins_may_call() -> None:
    app = keyed_app(api_key=KEY, allowed_origins="https://example.com")
    assert app.test_client().options("/predict").status_code == 200
    assert app.test_client().post("/predict").status_code == 401


def test_other_options_need_the_key(client: FlaskClient) -> None:
    assert client.options("/predict").status_code == 401


def test_without_a_key_in_the_settings_requests_need_none() -> None:
    assert keyed_app().test_client().post("/predict").status_code == 200


def test_a_key_comes_from_a_file_without_its_line_break(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    client = keyed_app(api_key_file=path).test_client()
    assert client.get("/models", headers={"X-API-Key": KEY}).status_code == 200
    assert client.get("/models").status_code == 401


@pytest.mark.parametrize(
    ("content", "words"), [("", "it holds 0"), (" \n", "it holds 0"), ("secret\n", "it holds 6")]
)
def test_a_file_with_no_good_key_ends_the_start(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    with pytest.raises(SettingsError, match=r"^INKLING_API_KEY_FILE must hold a key") as refusal:
        keyed_app(api_key_file=path)
    assert words in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_key_of_16_characters_is_long_enough_and_one_of_15_is_not() -> None:
    assert keyed_app(api_key=16 * "k").test_client().get("/models").status_code == 401
    with pytest.raises(SettingsError, match="it holds 15"):
        keyed_app(api_key=15 * "k")


def test_a_short_key_ends_the_start_and_is_not_shown() -> None:
    with pytest.raises(SettingsError, match=r"^INKLING_API_KEY must hold .* 16 ") as refusal:
        keyed_app(api_key="opensesame")
    assert "opensesame" not in str(refusal.value)


def test_a_file_that_is_not_there_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^INKLING_API_KEY_FILE is .*cannot be read"):
        keyed_app(api_key_file=tmp_path / "none")


def test_a_key_given_twice_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"INKLING_API_KEY and INKLING_API_KEY_FILE") as refusal:
        keyed_app(api_key=KEY, api_key_file=tmp_path / "key")
    assert KEY not in str(refusal.value)
