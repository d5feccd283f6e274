"""The address at which other devices on the network open this server.

The Host header is not trusted: a client can write anything there, and a proxy or a container has
another one. It only chooses among the machine's own addresses.
"""

import errno
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import ifaddr

IPAddress = IPv4Address | IPv6Address

_DOCUMENTATION_ADDRESSES = {  # in no network (RFC 5737, RFC 3849)
    socket.AF_INET: "192.0.2.1",
    socket.AF_INET6: "2001:db8::1",
}
_LOCAL = ip_address("127.0.0.1")


@dataclass(frozen=True)
class ServerAddress:
    """Where phones on the same network open the server.

    Attributes
    ----------
    url
        Address with a slash at its end; empty if it is not known.
    others
        The URLs with the machine's other addresses.
    is_local
        Whether the server accepts connections from its own machine alone.
    here
        The address for programs on the server's own machine.
    """

    url: str = ""
    others: tuple[str, ...] = ()
    is_local: bool = False
    here: str = field(default="http://localhost:8000/", compare=False)

    @property
    def for_examples(self) -> str:
        """Return the address that examples of requests name."""
        return self.url or self.here

    @property
    def port(self) -> int | None:
        """Return the port that a firewall must allow."""
        return urlsplit(self.here).port


def server_address(environ: Mapping[str, Any], public_address: str = "") -> ServerAddress:
    """Return the address for other devices, where a request shows it.

    Parameters
    ----------
    environ
        Of WSGI; ``SERVER_NAME`` and ``SERVER_PORT`` are what the server listens at.
    public_address
        The address that the operator has set, which is not checked; empty if there is none.
    """
    if public_address:
        return ServerAddress(f"{public_address.rstrip('/')}/")
    listening = parse_address(environ["SERVER_NAME"])
    client = parse_address(environ.get("REMOTE_ADDR", ""))
    # A proxy is in between; or it is a Unix socket, whose name gunicorn takes from the Host header.
    if "HTTP_X_FORWARDED_FOR" in environ or not listening or not client:
        return ServerAddress()
    port, path = environ["SERVER_PORT"], environ.get("SCRIPT_NAME", "") + "/"
    here = http_url("localhost", port) + path
    if listening.is_loopback:
        return ServerAddress(is_local=True, here=here)
    opened = _host_address(environ.get("HTTP_HOST", "")) if listening.is_unspecified else listening
    if not opened:  # opened by a name, which may lead to a proxy
        return ServerAddress(here=here)
    own = machine_addresses(listening.version) if listening.is_unspecified else [listening]
    if opened.is_loopback and client.is_loopback:
        opened = next(iter(own), None)
    if opened not in own:  # the address of a container's host
        return ServerAddress(here=here)
    urls = {address: http_url(str(address), port) + path for address in own}
    return ServerAddress(urls.pop(opened), tuple(urls.values()), here=here)


def machine_addresses(version: int = 4) -> list[IPAddress]:
    """Return this machine's addresses for others, the one of the default route first.

    No packet is sent to find them. Those of the interfaces are added, because a hotspot has no
    default route. With version 6 the IPv6 address is the last one.
    """
    found = [*_default_route_address(socket.AF_INET)]
    for adapter in ifaddr.get_adapters():
        found += [ip_address(str(own.ip)) for own in adapter.ips if own.is_IPv4]
    if version == 6:
        found += _default_route_address(socket.AF_INET6)
    return [address for address in dict.fromkeys(found) if not address.is_loopback]


def parse_address(text: str) -> IPAddress | None:
    """Return the IP address in a text, which may add a port, or None.

    A socket for both versions shows an IPv4 address as ``::ffff:a.b.c.d``.
    """
    host = text.partition("]")[0].removeprefix("[") if "[" in text else text
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def http_url(host: str, port: int | str) -> str:
    """Return the address of a server, without a path."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def why_not_free(host: str, port: int) -> str:
    """Return why a server cannot listen at an address, in words, or "" where it can."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if os.name != "nt":  # where it would allow two servers at one port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} of {host} is taken: stop what listens there, or set another PORT"
        if error.errno == errno.EACCES:
            return f"port {port} is for administrators: set a PORT from 1024 on"
        return f"HOST must be an address of this machine, but it is {host!r} ({error.strerror})"
    return ""


def _host_address(header: str) -> IPAddress | None:
    """Return the address in a Host header, or None for a name."""
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return None
    return _LOCAL if name == "localhost" else parse_address(name)


def _default_route_address(family: socket.AddressFamily) -> Iterator[IPAddress]:
    """Yield the address from which packets to the internet would leave, if there is a route."""
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((_DOCUMENTATION_ADDRESSES[family], 9))
        yield ip_address(probe.getsockname()[0])
