"""What tests share: HAProxy in front of a server that echoes, and the installed package."""

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.balancer import LocalBalancer, balancing
from tests.deploy.echo import EchoServer, echoing

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
PURELIB = "import sysconfig; print(sysconfig.get_path('purelib'))"
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
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    subprocess.run([*PIP, "wheel", *SILENT, "--no-build-isolation", ".", "-w", folder], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment with the package, and with what is installed in this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    packages = subprocess.check_output([python, "-c", PURELIB], text=True).strip()
    Path(packages, "others.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([*PIP, "--python", python, "install", *SILENT, wheel], check=True)
    return folder
