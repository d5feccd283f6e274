"""The container engine, and the image that is named in INKLING_IMAGE."""

import os
import shutil
import subprocess

import pytest

IMAGE = os.environ.get("INKLING_IMAGE", "")
ENGINE = os.environ.get("ENGINE") or shutil.which("docker") or shutil.which("podman") or ""

needs_image = [
    pytest.mark.skipif(not IMAGE, reason="INKLING_IMAGE names no image"),
    pytest.mark.skipif(not ENGINE, reason="neither docker nor podman is installed"),
]


def engine(*arguments: str) -> str:
    """Return what a command of the engine prints."""
    run = subprocess.run([ENGINE, *arguments], capture_output=True, text=True, timeout=200)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
