"""The list of what is in the image: valid, and the same as the image itself says."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from app.config import ROOT
from tests.container.engine import ENGINE, IMAGE, engine, needs_image

pytestmark = needs_image

LIST_DISTRIBUTIONS = (
    "from importlib.metadata import distributions\n"
    "for found in distributions(): print(found.name.lower().replace('_', '-'), found.version)"
)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    make = ["make", "sbom", f"ENGINE={ENGINE}", f"IMAGE={IMAGE}", f"SBOM={path}"]
    run = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert run.returncode == 0, run.stderr
    return path.read_text()


@pytest.fixture(scope="module")
def components(document: str) -> list[dict[str, Any]]:
    return list(json.loads(document)["components"])


def versions(components: list[dict[str, Any]], kind: str) -> set[tuple[str, str]]:
    """Return the names and versions of what has such a package URL."""
    return {
        (component["name"], component["version"])
        for component in components
        if component.get("purl", "").startswith(f"pkg:{kind}/")
    }


def printed(*command: str) -> set[tuple[str, ...]]:
    """Return the words of each line that a command in the image prints."""
    lines = engine("run", "--rm", "--network=none", IMAGE, *command).splitlines()
    return {tuple(line.split()) for line in lines}


def test_the_list_is_valid_by_the_schema_of_cyclonedx(document: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None


def test_it_names_every_package_that_python_finds(components: list[dict[str, Any]]) -> None:
    found = printed("python", "-c", LIST_DISTRIBUTIONS)
    assert len(found) > 10
    assert found <= versions(components, "pypi")


def test_it_names_every_package_of_debian(components: list[dict[str, Any]]) -> None:
    found = printed("dpkg-query", "--show", "--showformat=${Package} ${Version}\n")
    assert found == versions(components, "deb")


def test_it_names_python_and_the_script_of_the_page(components: list[dict[str, Any]]) -> None:
    version = engine("run", "--rm", IMAGE, "python", "--version").split()[1]
    assert versions(components, "generic") == {("python", version)}
    assert {name for name, _ in versions(components, "npm")} == {"signature_pad"}


def test_it_has_the_hash_of_every_library_that_packages_bring(
    components: list[dict[str, Any]],
) -> None:
    files = {c["name"]: c["hashes"][0]["content"] for c in components if c["type"] == "file"}
    sums = printed("sh", "-c", "sha256sum /venv/lib/python3*/site-packages/*.libs/*")
    assert len(files) > 10
    assert {("/".join(Path(path).parts[-2:]), digest) for digest, path in sums} == set(
        files.items()
    )


def test_it_tells_the_licence_of_every_package_of_python(components: list[dict[str, Any]]) -> None:
    silent = [
        component["name"]
        for component in components
        if component.get("purl", "").startswith("pkg:pypi/") and not component.get("licenses")
    ]
    assert silent == []
