"""Which address the server names for phones: one of its own, whatever a client writes."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from app.requests import server_address as module
from app.requests.server_address import ServerAddress, machine_addresses, server_address

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


def test_the_addresses_of_this_machine_are_found_without_a_default_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    routed = machine_addresses()
    monkeypatch.setattr(socket, "socket", Unrouted)
    assert set(machine_addresses()) == set(routed)
    assert not any(address.is_loopback for address in routed)
