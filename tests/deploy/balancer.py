"""HAProxy with the configuration that ships, in front of servers of this machine."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from app.config import ROOT
from tests.serving import free_port
from tests.waiting import wait_for

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
# A slow client is not disconnected, and a server that is slow at answering is no dead one.
PATIENT = {
    **dict.fromkeys(["timeout http-request", "timeout client", "timeout check"], "60s"),
    "http-request wait-for-body time": "60s",
}
# Debian installs it in a folder that is in root's PATH only.
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin") or ""


@dataclass(frozen=True)
class Balancer:
    """A running HAProxy: where it listens on this machine."""

    port: int
    host: str = field(default="127.0.0.1", init=False)

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"{self.host}:{self.port}"

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Return the status, headers and JSON of the answer to one request."""
        connection = HTTPConnection(self.address, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), json.loads(response.read())
        finally:
            connection.close()

    def sent(self, data: bytes) -> socket.socket:
        """Return a connection on which these bytes have been sent."""
        connection = socket.create_connection((self.host, self.port), 60)
        with suppress(ConnectionError):
            connection.sendall(data)
        return connection

    def send(self, data: bytes) -> bytes:
        """Send these bytes; return all that comes until the balancer closes the connection."""
        with self.sent(data) as connection:
            return received(connection)


def received(connection: socket.socket) -> bytes:
    """Return all that comes until a connection is closed."""
    chunks = []
    with suppress(ConnectionError):
        while chunk := connection.recv(65_536):
            chunks.append(chunk)
    return b"".join(chunks)


@dataclass(frozen=True)
class LocalBalancer(Balancer):
    """A process of this machine, its id, and the file that it logs to."""

    pid: int
    log: Path

    def entries(self) -> list[dict[str, Any]]:
        """Return what it has logged so far, an entry for each request."""
        lines = self.log.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line[0] == "{" and line[-1] == "\n"]

    def entry(self, request_id: str) -> dict[str, Any]:
        """Return what it logs of a request, which it does after it has answered."""
        [entry] = wait_for(
            lambda: [entry for entry in self.entries() if entry["request_id"] == request_id],
            f"request {request_id} in HAProxy's log",
        )
        return entry


@contextmanager
def balancing(
    folder: Path, *ports: int, changes: Mapping[str, str] = PATIENT
) -> Iterator[LocalBalancer]:
    """Run HAProxy in front of the servers at these ports; it is ready when it has checked them.

    ``changes`` are the first words of settings and what is to follow them: "timeout client", "1s".
    By default no client or server is too slow.
    """
    port = free_port()
    configuration = folder / "haproxy.cfg"
    configuration.write_text(adapted_configuration(port, ports, changes))
    log = folder / "haproxy.log"
    with log.open("wb") as output:
        process = subprocess.Popen([HAPROXY, "-db", "-f", configuration], stdout=output)
    try:
        balancer = LocalBalancer(port, process.pid, log)
        _wait_for(balancer, is_ready=bool(ports))
        yield balancer
    finally:
        process.terminate()
        process.wait(60)


def adapted_configuration(
    port: int, ports: tuple[int, ...] = (), changes: Mapping[str, str] = PATIENT
) -> str:
    """Return the configuration with servers of this machine in the place of compose's."""
    servers = "\n".join(f"    server inkling{n} 127.0.0.1:{n} port {n}" for n in ports)
    lines = {"bind": f"    bind 127.0.0.1:{port}", "server-template": servers}
    lines |= {words: f"    {words} {value}" for words, value in changes.items()}
    adapted, unused = [], set(lines)
    for line in CONFIGURATION.read_text().splitlines():
        begun = [words for words in lines if line.strip().startswith(words + " ")]
        adapted.append(lines[begun[0]] if begun else line)
        unused -= set(begun)
    assert not unused, f"{CONFIGURATION} has no {', '.join(unused)}"
    return "\n".join(adapted) + "\n"


def _wait_for(balancer: LocalBalancer, *, is_ready: bool) -> None:
    """Wait until it listens, and until a server behind it is ready where there is one."""

    def has_expected_status() -> bool:
        with suppress(OSError):
            return balancer.ask("GET", "/readyz")[0] == (200 if is_ready else 503)
        return False

    wait_for(has_expected_status, "HAProxy to start")


def get(target: bytes = b"/predict", headers: bytes = b"Host: x") -> bytes:
    """Return a GET request with these lines of headers."""
    return b"GET " + target + b" HTTP/1.1\r\n" + headers + b"\r\nConnection: close\r\n\r\n"


def post(headers: bytes, body: bytes = b"") -> bytes:
    """Return a request with these lines of headers, which say how long the body is."""
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    return head + headers + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    """Return a request whose body is these chunks."""
    return post(b"Transfer-Encoding: chunked", body)
