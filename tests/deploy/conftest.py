"""What tests share: HAProxy in front of a server that echoes, and the installed package."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.balancer import LocalBalancer, balancing
from tests.deploy.echo import EchoServer, echoing

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
SILENT = ["--no-deps", "--no-index"]  # what the package needs is installed


@pytest.fixture(scope="module")
def echo_server() -> Iterator[EchoServer]:
    with echoing() as server:
        yield server


@pytest.fixture(scope="module")
def echo(
    echo_server: EchoServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalBalancer]:
    with balancing(tmp_path_factory.mktemp("echo"), echo_server.server_port) as balancer:
        yield balancer


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package alone, which is installed from its wheel."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    subprocess.run([*PIP, "wheel", *SILENT, "--no-build-isolation", ".", "-w", wheels], check=True)
    subprocess.run([*PIP, "install", *SILENT, "-t", folder, *wheels.glob("*.whl")], check=True)
    return folder
