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


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_on_the_laptop_itself_it_is_the_address_of_the_default_route(
    host: str, client: str
) -> None:
    address = server_address(request(host, client))
    assert address == ServerAddress(f"http://{WIFI}:8000/", (f"http://{TUNNEL}:8000/",))


def test_where_the_page_was_opened_by_another_of_its_addresses_it_is_that_one() -> None:
    address = server_address(request(f"{TUNNEL}:8000", "10.8.0.7"))
    assert address == ServerAddress(f"http://{TUNNEL}:8000/", (f"http://{WIFI}:8000/",))


def test_a_server_at_one_address_names_that_one_by_whatever_name_it_was_opened() -> None:
    for host in (WIFI, "laptop.local", "evil.example"):
        assert server_address(request(host, at=WIFI)) == ServerAddress(f"http://{WIFI}:8000/")


@pytest.mark.parametrize("at", ["0.0.0.0", "::", WIFI, "127.0.0.1"])
def test_the_port_is_the_one_that_the_server_listens_at(at: str) -> None:
    for host in (WIFI, "localhost:6666", "evil.example:6666", ""):
        address = server_address(request(host, at=at, SERVER_PORT="8001", SCRIPT_NAME="/x"))
        assert (address.port, address.here) == (8001, "http://localhost:8001/x/")


def test_in_a_container_opened_by_its_host_it_does_not_name_the_inner_address() -> None:
    assert server_address(request("localhost:8000", client="172.17.0.1")) == ServerAddress()


def test_behind_a_proxy_it_is_what_the_operator_has_set() -> None:
    proxied = request("127.0.0.1:8000", HTTP_X_FORWARDED_FOR="203.0.113.9", SCRIPT_NAME="/x")
    assert server_address(proxied) == ServerAddress()
    for setting in ("https://school.example/inkling", "https://school.example/inkling/"):
        address = server_address(proxied, setting)
        assert address == ServerAddress("https://school.example/inkling/")


def test_the_path_under_which_the_server_runs_belongs_to_it() -> None:
    address = server_address(request("localhost", SCRIPT_NAME="/inkling"))
    assert address.url == f"http://{WIFI}:8000/inkling/"


def test_an_address_of_ipv6_has_brackets() -> None:
    address = server_address(request("[fd00::2]:8000", "fd00::7", at="fd00::2"))
    assert address.url == "http://[fd00::2]:8000/"


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
