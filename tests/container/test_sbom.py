"""The software bill of materials: valid, and the same packages as the image itself lists."""

import json
import subprocess
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from app.config import ROOT
from tests.container.engine import ENGINE, IMAGE, engine, needs_image

pytestmark = needs_image

LIST_DISTRIBUTIONS = (
    "from importlib.metadata import distributions\n"
    "for found in distributions(): print(found.name, found.version)"
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


def test_the_list_is_valid_by_the_schema_of_cyclonedx(document: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None


def test_it_names_inkling_and_exactly_the_packages_that_python_finds_in_the_image(
    document: str, components: list[dict[str, Any]]
) -> None:
    lines = engine("run", "--rm", "--network=none", IMAGE, "python", "-c", LIST_DISTRIBUTIONS)
    found = {tuple(line.split()) for line in lines.splitlines()}
    assert len(found) > 10
    assert found == {(component["name"], component["version"]) for component in components}
    assert json.loads(document)["metadata"]["component"]["name"] == "inkling-digits"


def test_each_package_has_a_package_url_and_a_licence(components: list[dict[str, Any]]) -> None:
    incomplete = [
        component["name"]
        for component in components
        if not component.get("purl", "").startswith("pkg:pypi/") or not component.get("licenses")
    ]
    assert incomplete == []
