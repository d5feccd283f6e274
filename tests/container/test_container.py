"""The image named in INKLING_IMAGE, run with as few rights as an engine can give; and its lists."""

import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from app.config import ROOT
from tests.container.engine import ENGINE, IMAGE, engine, needs_image
from tests.waiting import wait_for

HARDENED = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]

pytestmark = needs_image


@contextmanager
def running(*options: str) -> Iterator[str]:
    """Start a container; give its id once it is ready, and remove it at the end."""
    container = engine("run", "--detach", *HARDENED, *options, "--publish=127.0.0.1::8000", IMAGE)
    try:
        wait_until_ready(container)
        yield container
    finally:
        engine("rm", "--force", container)


def wait_until_ready(container: str) -> None:
    def is_ready() -> bool:
        with suppress(OSError):
            return request(container, "GET", "/readyz")[0] == 200
        return False

    wait_for(is_ready, "the container to be ready")


def request(
    container: str, method: str, path: str, body: bytes = b"", content_type: str = ""
) -> tuple[int, str]:
    """Return the status and text of the answer to one request."""
    connection = http.client.HTTPConnection(engine("port", container, "8000"), timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": content_type})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def exit_status(container: str, *command: str, **environ: str) -> int:
    """Return how a command ends in the container."""
    variables = [f"--env={name}={value}" for name, value in environ.items()]
    return subprocess.run([ENGINE, "exec", *variables, container, *command]).returncode


@pytest.fixture(scope="module")
def container() -> Iterator[str]:
    with running() as container:
        yield container


def test_the_container_answers_what_programs_ask(container: str, seven: bytes) -> None:
    assert 'id="pad"' in request(container, "GET", "/")[1]
    address = f"http://{engine('port', container, '8000')}"
    for path, expected in (("predict", {"digit": 7}), ("read", {"number": "7"})):
        answer = requests.post(f"{address}/{path}", files={"image": seven}, timeout=60).json()
        assert expected.items() <= answer.items()
    files = [("image", ("seven.png", seven)), ("image", ("nothing.png", b"nothing"))]
    answers = requests.post(f"{address}/predict/batch", files=files, timeout=60).json()
    first, second = answers["results"]
    assert first["digit"] == 7
    assert second["error"]["type"] == "urn:inkling:not-a-picture"


def test_the_container_reads_a_large_upload_without_a_disk(container: str, seven: bytes) -> None:
    field = b'Content-Disposition: form-data; name="image"; filename="7.png"'
    picture = seven + bytes(5_000_000)  # what follows the end of a PNG does not count
    body = b"--edge\r\n" + field + b"\r\n\r\n" + picture + b"\r\n--edge--\r\n"
    form = "multipart/form-data; boundary=edge"
    status, text = request(container, "POST", "/predict", body, form)
    assert (status, json.loads(text)["digit"]) == (200, 7)


def test_the_container_runs_as_a_user_with_no_rights(container: str) -> None:
    assert engine("exec", container, "id", "-u") not in ("", "0")
    assert engine("inspect", "--format={{.Config.User}}", container).split(":")[0].isdecimal()
    assert exit_status(container, "touch", "/inkling/app/new") != 0


def health_check() -> dict[str, Any]:
    checks = engine("image", "inspect", "--format={{json .Config.Healthcheck}}", IMAGE)
    return dict(json.loads(checks))


def test_the_container_holds_no_tests_and_nothing_to_build_with(container: str) -> None:
    for name in ("pytest", "scipy", "matplotlib"):
        assert exit_status(container, "python", "-c", f"import {name}") != 0
    paths = engine("exec", container, "find", "/venv/lib", "/inkling").splitlines()
    unneeded = ("/tests", "/include", ".pyi", ".a", ".c", ".h", ".cpp", ".hpp", ".pyx")
    assert len(paths) > 100
    assert [path for path in paths if path.endswith(unneeded)] == []


def test_every_line_of_the_log_is_an_object_of_json(container: str) -> None:
    request(container, "POST", "/predict", b"nothing", "image/png")
    lines = engine("logs", container).splitlines()
    assert len(lines) > 1
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_the_health_check_passes_while_the_app_answers_and_only_then(container: str) -> None:
    kind, *check = health_check()["Test"]
    assert kind == "CMD"
    assert health_check()["StartInterval"] <= 1e9  # nanoseconds
    assert health_check()["StartPeriod"] >= 10e9
    assert exit_status(container, *check) == 0
    assert exit_status(container, *check, METRICS_PORT="1") != 0


def test_the_health_check_passes_beside_clients_that_hold_all_public_connections() -> None:
    with running("--ulimit=nofile=200:200", "--env=WEB_CONCURRENCY=1") as container:
        host, _, port = engine("port", container, "8000").partition(":")
        with ExitStack() as stack:
            for _ in range(150):
                stack.enter_context(socket.create_connection((host, int(port)), timeout=60))
            _, *check = health_check()["Test"]
            assert exit_status(container, *check) == 0
            assert (
                exit_status(container, *check, METRICS_PORT="") != 0
            )  # then it asks the public port


def test_metrics_are_answered_at_the_port_for_operators_alone(container: str) -> None:
    assert request(container, "GET", "/metrics")[0] == 404
    url = "http://127.0.0.1:9090/metrics"
    program = f"import urllib.request as u; print(u.urlopen('{url}').read().decode())"
    assert "inkling_requests_total" in engine("exec", container, "python", "-c", program)
    assert engine("port", container).startswith("8000/tcp ->")
    assert "9090" not in engine("inspect", "--format={{json .Config.ExposedPorts}}", container)


def test_sigterm_ends_the_container_with_0_before_it_is_killed() -> None:
    with running() as container:
        engine("stop", "-t", "20", container)
        assert engine("inspect", "--format={{.State.ExitCode}}", container) == "0"


def test_it_reads_a_folder_that_is_mounted_into_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # the container's user is another
    for name in ("number.jpg", "seven.png"):
        shutil.copy(f"static/examples/{name}", tmp_path)
    options = ["run", "--rm", *HARDENED, "--volume", f"{tmp_path}:/pictures:ro", IMAGE]
    lines = engine(*options, "python", "-m", "nn", "read", "/pictures").splitlines()
    assert lines == ["/pictures/number.jpg\t5379\tcertain", "/pictures/seven.png\t7\tcertain"]


def test_the_base_image_is_pinned_by_the_digest_of_the_one_here(tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text((ROOT / "Dockerfile").read_text())
    make = ["make", "pin", f"ENGINE={ENGINE}", f"DOCKERFILE={dockerfile}"]
    subprocess.run(make, cwd=ROOT, check=True, capture_output=True)
    pinned = dockerfile.read_text()
    digest = engine("images", "--digests", "--format={{.Digest}}", "python:3.13-slim")
    assert f"\nARG BASE=python:3.13-slim@{digest}\n" in pinned
    (tmp_path / "Base").write_text(pinned[: pinned.index("COPY")])
    engine("build", "--quiet", f"--file={tmp_path / 'Base'}", str(tmp_path))


LIST_DISTRIBUTIONS = (
    "from importlib.metadata import distributions\n"
    "for found in distributions(): print(found.name, found.version)"
)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    make = ["make", "sbom", f"ENGINE={ENGINE}", f"IMAGE={IMAGE}", f"SBOM={path}"]
    run = subprocess.run(make, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return path.read_text()


@pytest.fixture(scope="module")
def components(document: str) -> list[dict[str, Any]]:
    return list(json.loads(document)["components"])


def test_the_list_is_valid_by_the_schema_of_cyclonedx(document: str) -> None:
    # Late: they take seconds to import, also where only other tests are run.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

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
