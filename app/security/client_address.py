"""The client's address: that of the connection, or the one that a trusted proxy forwards."""

import os
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import SettingsError

IPAddress = IPv4Address | IPv6Address

_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"  # gunicorn's own variable


def trust_proxies(app: Flask, n_proxies: int) -> None:
    """Take the client's address from ``X-Forwarded-For`` where a trusted proxy sends it.

    Parameters
    ----------
    n_proxies
        How many proxies a request passes; each adds an address to the end of the header.

    Raises
    ------
    SettingsError
        When ``FORWARDED_ALLOW_IPS`` is not a list of addresses and networks.
    """
    setting = os.environ.get(_TRUSTED_PROXIES) or "127.0.0.1,::1"
    try:
        parts = setting.replace("*", "0.0.0.0/0,::/0").split(",")
        trusted = [ip_network(part.strip(), strict=False) for part in parts]
    except ValueError as error:
        raise SettingsError(f"{_TRUSTED_PROXIES} must be addresses or *: {error}") from None
    direct = app.wsgi_app
    proxied = ProxyFix(direct, x_for=n_proxies, x_proto=0)

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
        peer = environ.get("REMOTE_ADDR", "")  # empty for a Unix socket, which is trusted
        address = parse(peer)
        is_trusted = not peer or any(address in network for network in trusted if address)
        return (proxied if is_trusted else direct)(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]


def client_network() -> str:
    """Return the client's IPv4 address, or the /64 of its IPv6 address: one client has many."""
    address = parse(request.remote_addr or "")
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 64 << 64, 64)))
    return str(address or "unknown")


def client_site() -> str:
    """Return the /48 network of a client's IPv6 address, as one site gets; empty for IPv4."""
    address = parse(request.remote_addr or "")
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 80 << 80, 48)))
    return ""


def parse(text: str) -> IPAddress | None:
    """Return an address, which may have a port; None for anything else.

    A socket for both versions shows an IPv4 address as ``::ffff:a.b.c.d``.
    """
    host = text.partition("]")[0].removeprefix("[") if "[" in text else text
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
