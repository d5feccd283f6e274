"""The QR code of the server's own address, and what the page says where there is none."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.routes.qr_code import qr_code

PUBLIC = "https://school.example/inkling"
WIFI = "192.168.178.20"


@pytest.fixture(scope="module")
def public_client() -> FlaskClient:
    return create_app(Settings(public_address=PUBLIC)).test_client()


@pytest.fixture
def get(client: FlaskClient) -> Callable[..., TestResponse]:
    """Return a function that asks as a browser asks the server that listens at this address."""

    def get(path: str, at: str, host: str) -> TestResponse:
        server = {"SERVER_NAME": at, "SERVER_PORT": "8000"}
        return client.get(path, headers={"Host": host}, environ_overrides=server)

    return get


def test_it_is_an_svg_of_the_servers_address(get: Callable[..., TestResponse]) -> None:
    response = get("/qr.svg", WIFI, "evil.example")
    assert response.mimetype == "image/svg+xml"
    assert response.data == qr_code(f"http://{WIFI}:8000/")


def test_it_is_of_the_address_that_is_set(public_client: FlaskClient) -> None:
    assert public_client.get("/qr.svg?url=https://evil.example").data == qr_code(f"{PUBLIC}/")
    page = public_client.get("/?projector").text
    assert f"{PUBLIC}/</p>" in page


def test_where_there_is_no_address_it_is_a_problem_and_the_page_says_what_to_do(
    get: Callable[..., TestResponse],
) -> None:
    for at, host, hint in (
        ("127.0.0.1", "127.0.0.1:8000", "make run HOST=0.0.0.0"),
        ("0.0.0.0", "evil.example", "INKLING_PUBLIC_ADDRESS"),
    ):
        response = get("/qr.svg", at, host)
        assert response.status_code == 404
        assert response.json is not None
        assert response.json["type"] == "urn:inkling:unknown-address"
        page = get("/?projector", at, host).text
        assert hint in page
        assert "evil.example" not in page
        assert "qr.svg" not in page


def test_the_page_names_the_port_that_a_firewall_must_allow(
    get: Callable[..., TestResponse],
) -> None:
    assert "ufw allow 8000/tcp" in get("/", WIFI, WIFI).text


def test_the_class_sheet_names_that_address_too(get: Callable[..., TestResponse]) -> None:
    assert f"http://{WIFI}:8000/class" in get("/sheet", WIFI, "localhost").text
    assert "http://localhost/class" in get("/sheet", "127.0.0.1", "localhost").text
