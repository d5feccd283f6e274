"""The address that the server names for phones: one of its own, whatever a client writes."""

import errno
import re
import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
from app.languages import NAMES
from app.requests import server_address as module
from app.requests.server_address import (
    ServerAddress,
    machine_addresses,
    server_address,
    why_not_free,
)
from app.routes.pages import qr_code
from tests.app.posting import check_problem

WIFI, TUNNEL = "192.168.178.20", "10.8.0.2"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine in two networks, whose default route is the first."""
    own = [ip_address(WIFI), ip_address(TUNNEL)]
    monkeypatch.setattr(module, "machine_addresses", lambda version=4: own)


def request(host: str, client: str = "127.0.0.1", at: str = "0.0.0.0", **more: str) -> Any:
    """Return the environment of a request, as gunicorn and Flask's own server give it."""
    environ = {"SERVER_NAME": at, "SERVER_PORT": "8000", "HTTP_HOST": host, "REMOTE_ADDR": client}
    return environ | more


def at(url: str, *others: str) -> ServerAddress:
    return ServerAddress(url, others)


WIFI_URL, TUNNEL_URL = f"http://{WIFI}:8000/", f"http://{TUNNEL}:8000/"
INKLING_URL = f"http://{WIFI}:8000/inkling/"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        *(
            (request(host, client), at(WIFI_URL, TUNNEL_URL))  # the address of the default route
            for host in ("127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000")
            for client in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
        ),
        (request(f"{TUNNEL}:8000", "10.8.0.7"), at(TUNNEL_URL, WIFI_URL)),  # as it was opened
        *((request(host, at=WIFI), at(WIFI_URL)) for host in (WIFI, "laptop.local", "evil.test")),
        (request("localhost:8000", "172.17.0.1"), at("")),  # in a container, by its host
        (request("127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9"), at("")),  # behind a proxy
        (request("localhost", at=WIFI, SCRIPT_NAME="/inkling"), at(INKLING_URL)),
        (request("[fd00::2]:8000", "fd00::7", at="fd00::2"), at("http://[fd00::2]:8000/")),
    ],
)
def test_the_address_is_one_of_the_machine_for_whoever_opened_it(
    environ: dict[str, str], expected: ServerAddress
) -> None:
    assert server_address(environ) == expected


@pytest.mark.parametrize("listening", ["0.0.0.0", "::", WIFI, "127.0.0.1"])
def test_the_port_is_the_one_that_the_server_listens_at(listening: str) -> None:
    for host in (WIFI, "localhost:6666", "evil.example:6666", ""):
        environ = request(host, at=listening, SERVER_PORT="8001", SCRIPT_NAME="/x")
        address = server_address(environ)
        assert (address.port, address.here) == (8001, "http://localhost:8001/x/")


def test_behind_a_proxy_it_is_what_the_operator_has_set() -> None:
    proxied = request("127.0.0.1:8000", HTTP_X_FORWARDED_FOR="203.0.113.9", SCRIPT_NAME="/x")
    for setting in ("https://school.example/inkling", "https://school.example/inkling/"):
        address = server_address(proxied, setting)
        assert address == ServerAddress("https://school.example/inkling/")


def test_without_a_network_there_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "machine_addresses", lambda version=4: [])
    assert server_address(request("localhost")) == ServerAddress()


class Unrouted(socket.socket):
    """A socket of a machine without a default route, such as a hotspot."""

    def connect(self, address: Any) -> None:
        raise OSError(101, "Network is unreachable")


def test_addresses_are_found_without_a_default_route(monkeypatch: pytest.MonkeyPatch) -> None:
    routed = machine_addresses()
    monkeypatch.setattr(socket, "socket", Unrouted)
    assert set(machine_addresses()) == set(routed)
    assert not any(address.is_loopback for address in routed)


Get = Callable[[str, str, str], TestResponse]
PUBLIC = "https://school.example/inkling"
WIFI = "192.168.178.20"


@pytest.fixture(scope="module")
def public_client() -> FlaskClient:
    return create_app(Settings(public_address=PUBLIC)).test_client()


@pytest.fixture
def get(client: FlaskClient) -> Get:
    """Return a function that asks as a browser asks the server that listens at this address."""

    def get(path: str, at: str, host: str) -> TestResponse:
        server = {"SERVER_NAME": at, "SERVER_PORT": "8000"}
        return client.get(path, headers={"Host": host}, environ_overrides=server)

    return get


def test_it_is_an_svg_of_the_servers_or_set_address(get: Get, public_client: FlaskClient) -> None:
    response = get("/qr.svg", WIFI, "evil.example")
    assert response.mimetype == "image/svg+xml"
    assert response.data == qr_code(f"http://{WIFI}:8000/")
    assert "ufw allow 8000/tcp" in get("/", WIFI, WIFI).text  # the port for a firewall
    assert public_client.get("/qr.svg?url=https://evil.example").data == qr_code(f"{PUBLIC}/")
    page = public_client.get("/?projector").text
    assert f"{PUBLIC}/</p>" in page


def test_where_there_is_no_address_it_is_a_problem_and_the_page_says_what_to_do(get: Get) -> None:
    for at, host, hint in (
        ("127.0.0.1", "127.0.0.1:8000", "make run HOST=0.0.0.0"),
        ("0.0.0.0", "evil.example", "INKLING_PUBLIC_ADDRESS"),
    ):
        response = get("/qr.svg", at, host)
        check_problem(response, ProblemCode.UNKNOWN_ADDRESS)
        page = get("/?projector", at, host).text
        assert hint in page
        assert "evil.example" not in page
        assert "qr.svg" not in page


PATHS = ("/", "/?invite", "/sheet", "/class", "/lesson", "/api", "/teach", "/learn", "/qr.svg")
FORGED: tuple[dict[str, str], ...] = (
    {"Host": "evil.example"},
    {"Host": "evil.example:6666"},
    {"Host": "[6666::6]:6666"},
    {"Host": "6.6.6.6:6666"},
    {"Host": ""},
    {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "6666",
        "X-Forwarded-Proto": "evil",
        "X-Forwarded-Server": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Original-Host": "evil.example",
        "Forwarded": "host=evil.example;proto=evil",
    },
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "6.6.6.6"},
)
UNIX = "evil.example"  # at a Unix socket, gunicorn takes the server's name from the Host header


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: next(iter(forged.items())))
@pytest.mark.parametrize("at", ["127.0.0.1", "0.0.0.0", WIFI, "::1", UNIX])
def test_nothing_comes_from_the_host_header(
    client: FlaskClient, at: str, forged: dict[str, str]
) -> None:
    server = {"SERVER_NAME": at, "SERVER_PORT": "6666" if at == UNIX else "8000"}
    server |= {"REMOTE_ADDR": ""} if at == UNIX else {}
    for path in (*PATHS, "/nowhere", "/sheet?pupils=evil", "/static//js"):
        response = client.get(path, headers=forged, environ_overrides=server)
        shown = f"{response.headers} {response.text}".replace("pupils=evil", "").replace(
            "'evil'", ""
        )
        # Random numbers in an answer are hexadecimal and may hold these digits.
        assert not re.search(r"(?<![0-9a-f])6666(?![0-9a-f])", shown)
        assert "6.6.6.6" not in shown
        assert "evil" not in shown


def foot(page: str) -> str:
    """Return what is printed below the boxes of a class sheet."""
    return page.partition('<p class="sheet-foot">')[2].partition("</p>")[0]


def test_the_class_sheet_names_that_address_too(get: Get, public_client: FlaskClient) -> None:
    assert foot(get("/sheet", WIFI, "localhost").text).endswith(f" http://{WIFI}:8000/class")
    assert foot(public_client.get("/sheet").text).endswith(f" {PUBLIC}/class")


@pytest.mark.parametrize("lang", NAMES)
def test_a_sheet_of_a_server_that_phones_do_not_reach_says_what_to_do(get: Get, lang: str) -> None:
    local = get(f"/sheet?lang={lang}", "127.0.0.1", "127.0.0.1:8000").text
    assert "<code>make run HOST=0.0.0.0</code>" in foot(local)
    assert "127.0.0.1" not in local
    unknown = get(f"/sheet?lang={lang}", "0.0.0.0", "evil.example").text
    assert unknown.count("INKLING_PUBLIC_ADDRESS=https://…") == 1
    for page in (local, unknown):
        assert "http" not in foot(page)
        assert "/class" in foot(page)


def test_examples_of_requests_name_the_server(get: Get, public_client: FlaskClient) -> None:
    for at, expected in (("127.0.0.1", "http://localhost:8000/"), (WIFI, f"http://{WIFI}:8000/")):
        assert f'data-address="{expected}"' in get("/api", at, "evil.example").text
        command = f"curl -F image=@digit.png {expected}predict"
        assert command in get("/lesson", at, "evil.example").text
    assert f'data-address="{PUBLIC}/"' in public_client.get("/api").text


def test_why_a_server_cannot_listen_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert why_not_free("127.0.0.1", port) == (
            f"port {port} of 127.0.0.1 is taken: stop what listens there, or set another PORT"
        )
    assert why_not_free("127.0.0.1", port) == ""
    for host in ("192.0.2.1", "host.invalid", "127.0.0.1.1"):
        expected = f"HOST must be an address of this machine, but it is {host!r} ("
        assert why_not_free(host, 0).startswith(expected)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    assert why_not_free("127.0.0.1", 80) == "port 80 is for administrators: set a PORT from 1024 on"
