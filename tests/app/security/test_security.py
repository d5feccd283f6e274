"""The headers of every response, the origins that may call the API, and its key."""

import base64
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import responses, security
from app.config import Settings, SettingsError
from app.errors import ProblemCode
from tests.app.little import little_app
from tests.app.posting import check_problem

ORIGIN = "https://example.com"


def secured_app(**settings: object) -> Flask:
    app = little_app()
    responses.register(app)
    security.register(app, Settings(**settings))  # type: ignore[arg-type]
    return app


@pytest.fixture
def client() -> FlaskClient:
    return secured_app().test_client()


@pytest.mark.parametrize("path", ["/", "/models", "/nowhere", "/broken", "/static/css/base.css"])
def test_browsers_may_load_only_files_of_this_server(path: str, client: FlaskClient) -> None:
    headers = client.get(path, buffered=True).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]


def test_answers_are_not_cached_and_pages_are_asked_for_each_time(client: FlaskClient) -> None:
    assert client.post("/predict").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert client.get("/").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static//css/base.css", "/static//", "//models/", "/predict//"])
def test_no_path_is_redirected_to_the_requests_host(path: str, client: FlaskClient) -> None:
    response = client.open(environ_overrides={"PATH_INFO": path, "HTTP_HOST": "evil.example"})
    assert response.status_code == 404
    assert "Location" not in response.headers


def allowed(client: FlaskClient, origin: str, path: str = "/predict") -> str | None:
    return client.post(path, headers={"Origin": origin}).headers.get("Access-Control-Allow-Origin")


def test_without_the_setting_no_origin_is_allowed(client: FlaskClient) -> None:
    response = client.post("/predict", headers={"Origin": ORIGIN})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize(
    ("setting", "origin"),
    [
        (ORIGIN, ORIGIN),
        (f"http://localhost:3000, {ORIGIN}", ORIGIN),
        (f"http://localhost:3000, {ORIGIN}", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_allowed_origin_may_call_the_api_and_read_its_headers(setting: str, origin: str) -> None:
    client = secured_app(allowed_origins=setting).test_client()
    headers = client.post("/predict", headers={"Origin": origin}).headers
    assert headers["Access-Control-Allow-Origin"] == origin
    exposed = "RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
    assert headers["Access-Control-Expose-Headers"] == exposed
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    "origin",
    [
        *("https://example.com.evil.org", "https://evil-example.com", "https://exampleXcom"),
        *("http://example.com", "https://example.com:8443", "https://example.com\n", "null"),
    ],
)
def test_another_origin_may_not(origin: str) -> None:
    app = secured_app(allowed_origins=ORIGIN)
    with app.test_request_context("/predict", method="POST", environ_base={"HTTP_ORIGIN": origin}):
        headers = app.full_dispatch_request().headers
    assert "Access-Control-Allow-Origin" not in headers


def test_an_asterisk_allows_every_origin() -> None:
    client = secured_app(allowed_origins="*").test_client()
    assert allowed(client, "https://anywhere.org") == "*"


def test_an_allowed_origin_reads_refusals_of_the_api_but_no_page() -> None:
    client = secured_app(allowed_origins=ORIGIN, api_key="correct horse battery").test_client()
    assert allowed(client, ORIGIN) == ORIGIN
    assert allowed(client, ORIGIN, "/") is None
    assert allowed(client, ORIGIN, "/nowhere") is None
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key, content-type",
    }
    response = client.options("/predict", headers=asked)
    assert response.status_code == 200
    names = ("Allow-Origin", "Allow-Methods", "Max-Age", "Allow-Headers")
    assert [response.headers[f"Access-Control-{name}"] for name in names] == [
        *(ORIGIN, "GET, POST", "600", "content-type, x-api-key")
    ]


@pytest.mark.parametrize(
    "setting",
    [
        *("example.com", "https://example.com/", "https://example.com/app", "https://"),
        *("https://*.example.com", "ftp://example.com", "null", "*, https://example.com"),
        *("https://example.com,", "https://example.com:port", "https://user@example.com"),
    ],
)
def test_an_invalid_origin_ends_the_start(setting: str) -> None:
    with pytest.raises(SettingsError, match=r"^INKLING_ALLOWED_ORIGINS must be \* or origins"):
        secured_app(allowed_origins=setting)


KEY = "correct horse battery"


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.fixture
def keyed() -> FlaskClient:
    return secured_app(api_key=KEY).test_client()


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": f"Bearer {KEY}"}, {"X-API-Key": KEY}, {"Authorization": basic(KEY)}],
    ids=["bearer", "own header", "password"],
)
def test_the_key_is_accepted_in_each_place(headers: dict[str, str], keyed: FlaskClient) -> None:
    assert keyed.post("/predict", headers=headers).status_code == 200
    assert keyed.get("/", headers=headers).status_code == 200


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
    headers: dict[str, str], keyed: FlaskClient
) -> None:
    for path in ("/", "/nowhere"):
        assert keyed.get(path, headers=headers).status_code == 401
    response = keyed.get("/models", headers=headers)
    check_problem(response, ProblemCode.KEY_NEEDED, "Authorization: Bearer KEY")
    assert KEY not in response.text
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Basic realm="Inkling"')
    assert 'Bearer realm="Inkling"' in challenge


def test_a_key_may_have_any_letters() -> None:
    key = "schlüssel für пять €"
    client = secured_app(api_key=key).test_client()
    as_bytes = key.encode().decode("latin-1")  # as a server hands on what curl sends
    assert client.get("/models", headers={"Authorization": f"Bearer {as_bytes}"}).status_code == 200
    assert client.get("/models", headers={"X-API-Key": as_bytes}).status_code == 200
    assert client.get("/models", headers={"Authorization": basic(key)}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/css/base.css"])
def test_probes_and_files_of_the_page_need_no_key(path: str, keyed: FlaskClient) -> None:
    assert keyed.get(path, buffered=True).status_code == 200


def test_only_a_preflight_of_other_origins_needs_no_key(keyed: FlaskClient) -> None:
    assert keyed.options("/predict").status_code == 401
    others = secured_app(api_key=KEY, allowed_origins="https://example.com").test_client()
    assert others.options("/predict").status_code == 200
    assert others.post("/predict").status_code == 401


def test_without_a_key_in_the_settings_requests_need_none() -> None:
    assert secured_app().test_client().post("/predict").status_code == 200


def test_a_key_comes_from_a_file_without_its_line_break(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    client = secured_app(api_key_file=path).test_client()
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
        secured_app(**settings)
    assert "secret" not in str(refusal.value)


def test_a_key_of_16_characters_is_long_enough() -> None:
    assert secured_app(api_key=16 * "k").test_client().get("/models").status_code == 401
