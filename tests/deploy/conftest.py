"""The package as it is built and installed."""

import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
PURELIB = "import sysconfig; print(sysconfig.get_path('purelib'))"
SILENT = ["--no-deps", "--no-index"]  # what the package needs is installed
VERSIONS = ("3.11", "3.13")  # the oldest that Inkling runs on, and the one in the container
PYTHONS = [path for each in VERSIONS if (path := shutil.which(f"python{each}"))] or [sys.executable]


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


@pytest.fixture(scope="session", params=PYTHONS)
def empty_environment(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return an environment of a Python of this machine with the package and its needs alone."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([request.param, "-m", "venv", "--without-pip", folder], check=True)
    pins = re.findall(r"^(\S+==[^\\\n]+)", Path("requirements.txt").read_text(), re.MULTILINE)
    (folder / "pins.txt").write_text("\n".join(pins))
    into = ["--python", folder / "bin" / "python", "install", "-c", folder / "pins.txt"]
    ended = subprocess.run([*PIP, *into, wheel], capture_output=True, text=True)
    if "No matching distribution" in ended.stderr:
        pytest.skip("what the package needs cannot be downloaded")
    assert ended.returncode == 0, ended.stderr
    return folder
