"""The package as it is built and installed."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
PURELIB = "import sysconfig; print(sysconfig.get_path('purelib'))"
SILENT = ["--no-deps", "--no-index"]  # what the package needs is installed


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
