"""The base image, named so exactly that no other can take its place."""

import os
import subprocess
from pathlib import Path

from app.config import ROOT
from tests.container.engine import ENGINE, engine, needs_image

pytestmark = needs_image


def test_the_base_image_is_pinned_by_the_digest_of_the_one_here(tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text((ROOT / "Dockerfile").read_text())
    make = ["make", "pin", f"ENGINE={ENGINE}", f"DOCKERFILE={dockerfile}"]
    subprocess.run(make, cwd=ROOT, check=True, capture_output=True, timeout=60)
    pinned = dockerfile.read_text()
    digest = engine("images", "--digests", "--format={{.Digest}}", "python:3.13-slim")
    assert f"\nARG BASE=python:3.13-slim@{digest}\n" in pinned
    (tmp_path / "Base").write_text(pinned[: pinned.index("COPY")])
    engine("build", "--quiet", f"--file={tmp_path / 'Base'}", os.fspath(tmp_path))
