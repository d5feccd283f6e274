"""Headers with any content: the server does not fail, and its own headers hold nothing of them."""

import re

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app import create_app
from app.config import Settings

KEY = "correct horse battery"
ORIGIN = "https://example.com"
PATHS = ["/", "/predict", "/models", "/metrics", "/openapi.json", "/api", "/healthz", "/nowhere"]
PATHS += ["/static/css/base.css", "/static//css/base.css", "/predict/batch"]
# Each header with what its parsers look for.
BEGINNINGS = {
    "HTTP_AUTHORIZATION": ["Basic ", "Bearer ", "Digest ", "basic ="],
    "HTTP_X_API_KEY": [KEY],
    "HTTP_X_REQUEST_ID": [""],
    "HTTP_X_FORWARDED_FOR": ['"', "1.2.3.4, ", "[::1]:"],
    "HTTP_ACCEPT": ["text/html;q=", "application/openmetrics-text; version=", "*/*;q="],
    "HTTP_HOST": ["a:", "[::1]:", "a.example,"],
    "HTTP_ORIGIN": [ORIGIN, "null"],
    "HTTP_RANGE": ["bytes=", "bytes=1-"],
    "HTTP_IF_NONE_MATCH": ['W/"', "*"],
    "HTTP_IF_MODIFIED_SINCE": ["Thu, 01 Jan 1970 "],
    "HTTP_COOKIE": ["a=", '="'],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD": ["POST"],
    "QUERY_STRING": ["model=", "explain="],
    "CONTENT_TYPE": ["multipart/form-data; boundary=", "application/json;", "image/png"],
}
any_text = st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"))


@st.composite
def environs(draw: st.DrawFn) -> dict[str, str]:
    """Return some of the headers as they are in a WSGI environ."""
    names = draw(st.lists(st.sampled_from(sorted(BEGINNINGS)), min_size=1, max_size=4, unique=True))
    return {name: draw(st.sampled_from(["", *BEGINNINGS[name]])) + draw(any_text) for name in names}


@pytest.fixture(scope="module")
def apps() -> list[Flask]:
    limit = "1000000 per second"
    guarded = Settings(api_key=KEY, rate_limit=limit, allowed_origins=ORIGIN)
    return [create_app(guarded), create_app(Settings())]


def check(app: Flask, environ: dict[str, str], path: str, method: str) -> None:
    data = b"--a\r\nx" if method == "POST" else None
    response = app.test_client().open(
        path, method=method, environ_overrides=environ, data=data, buffered=True
    )
    assert response.status_code < 500
    assert "Location" not in response.headers
    assert response.headers.get("Access-Control-Allow-Origin") in (None, ORIGIN)
    (name,) = response.headers.getlist("X-Request-ID")
    assert re.fullmatch("[A-Za-z0-9._-]{1,128}", name)


@given(environs(), st.sampled_from(PATHS), st.sampled_from(["GET", "POST", "OPTIONS", "PUT"]))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_no_header_makes_the_server_fail_or_shows_in_the_answers_headers(
    apps: list[Flask], environ: dict[str, str], path: str, method: str
) -> None:
    for app in apps:
        check(app, environ, path, method)


@pytest.mark.parametrize(
    "header",
    [
        ("HTTP_AUTHORIZATION", "Basic \x80"),
        ("HTTP_ACCEPT", "application/openmetrics-text; version=1.\xb2"),
        ("HTTP_HOST", "\x80:80:80"),
        ("QUERY_STRING", "model=\x80"),  # which gunicorn refuses, but not Flask's own server
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_what_once_made_it_fail_does_no_more(
    header: tuple[str, str], path: str, apps: list[Flask]
) -> None:
    for app in apps:
        check(app, dict([header]), path, "GET")
