"""compose.yaml and the manifests for Kubernetes: valid, and true of the app and its container."""

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from limits import parse_many

from app.config import ROOT, SERVER_VARIABLES, Settings, environment_variable
from app.service.rooms import MAX_FILE_BYTES

TEXT = (ROOT / "deploy" / "kubernetes.yaml").read_text()
MANIFESTS = list(yaml.safe_load_all(TEXT))
BY_KIND = {manifest["kind"]: manifest for manifest in MANIFESTS}
DEPLOYMENT = BY_KIND["Deployment"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
CONTAINER = POD["containers"][0]
ENVIRONMENT = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
INKLING = SERVICES["inkling"]
SETTINGS = {environment_variable(setting.name) for setting in fields(Settings)}
KUBERNETES = "1.35"  # the oldest that is still maintained

# What gunicorn.conf.py and gunicorn itself read beside the app's own settings.
OTHER_VARIABLES = {name for name, *_ in SERVER_VARIABLES}
UNIT = ROOT / "deploy" / "inkling.service"


def gunicorn_setting(name: str) -> int:
    """Return a number of gunicorn's settings, read as text: loading them would patch sockets."""
    text = (ROOT / "gunicorn.conf.py").read_text()
    [value] = re.findall(rf"^{name} = ([\d_]+)\b", text, re.MULTILINE)
    return int(value)


def mebibytes(quantity: str) -> int:
    assert quantity.endswith("Mi")
    return int(quantity.removesuffix("Mi"))


def selected(kind: str) -> dict[str, str]:
    """Return the labels of the pods that a manifest is about."""
    spec: dict[str, Any] = BY_KIND[kind]["spec"]
    selector: dict[str, Any] = spec.get("selector") or spec["podSelector"]
    return dict(selector.get("matchLabels", selector))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: str(manifest["kind"]))
def test_each_manifest_is_valid_by_the_schemas_of_kubernetes(manifest: dict[str, Any]) -> None:
    import kubernetes_validate  # which takes seconds, also where only other tests are run

    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


@pytest.mark.parametrize("kind", ["Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"])
def test_each_manifest_is_about_the_pods_of_the_deployment(kind: str) -> None:
    assert selected(kind) == DEPLOYMENT["template"]["metadata"]["labels"]


def image_variable(name: str) -> str:
    """Return an environment variable of the image."""
    value = re.search(rf"\b{name}=(\S+)", DOCKERFILE)
    assert value
    return value[1]


def test_every_port_is_one_that_the_container_listens_on() -> None:
    assert CONTAINER["ports"] == [
        {"name": "http", "containerPort": int(image_variable(" PORT"))},
        {"name": "operators", "containerPort": int(image_variable("METRICS_PORT"))},
    ]
    assert [port["targetPort"] for port in BY_KIND["Service"]["spec"]["ports"]] == ["http"]


def test_each_port_is_reached_from_one_namespace_and_the_app_reaches_nothing() -> None:
    policy = BY_KIND["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["egress"] == []
    admitted = {}
    for rule in policy["ingress"]:
        [port], [sender] = rule["ports"], rule["from"]
        [admitted[port["port"]]] = sender["namespaceSelector"]["matchLabels"].values()
    assert admitted == {"http": "ingress", "operators": "monitoring"}


def test_every_probe_asks_a_route_of_the_app_where_no_client_can_be_in_its_way(app: Flask) -> None:
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        request = CONTAINER[probe]["httpGet"]
        assert request["port"] == "operators"
        assert app.test_client().get(request["path"]).status_code == 200


def test_every_variable_is_a_setting_and_together_they_are_valid() -> None:
    names = {entry.partition("=")[0] for entry in INKLING["environment"]}
    assert set(ENVIRONMENT) | names <= SETTINGS | OTHER_VARIABLES
    Settings.from_environ(ENVIRONMENT)
    assert POD["enableServiceLinks"] is False  # a Service "inkling-x" would set INKLING_X_PORT


def test_the_key_is_a_file_of_a_secret_without_which_no_pod_starts() -> None:
    folder, _, name = ENVIRONMENT["INKLING_API_KEY_FILE"].rpartition("/")
    [mount] = [mount for mount in CONTAINER["volumeMounts"] if mount["mountPath"] == folder]
    assert mount["readOnly"] is True
    [volume] = [volume for volume in POD["volumes"] if volume["name"] == mount["name"]]
    assert volume["secret"] == {"secretName": "inkling"}  # neither "optional" nor other names
    command = "kubectl create secret generic inkling -n NAMESPACE --from-literal=" + name
    assert command in TEXT
    assert not [variable for variable in CONTAINER["env"] if "valueFrom" in variable]


def test_a_pod_and_a_container_are_given_time_to_stop() -> None:
    graceful_s = gunicorn_setting("graceful_timeout")
    pause_s = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    probe = CONTAINER["readinessProbe"]
    assert pause_s > probe["periodSeconds"] * probe["failureThreshold"]
    assert POD["terminationGracePeriodSeconds"] > pause_s + graceful_s
    assert float(INKLING["stop_grace_period"].removesuffix("s")) > graceful_s


def test_a_pod_and_each_container_have_no_rights_and_run_as_the_user_of_the_image() -> None:
    user = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert user
    assert POD["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": int(user[1]),
        "runAsGroup": int(user[2]),
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["automountServiceAccountToken"] is False
    for service in SERVICES.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"].endswith("m")


def test_each_resource_is_asked_for_within_its_limit() -> None:
    resources = CONTAINER["resources"]
    assert resources["requests"].keys() == resources["limits"].keys()
    shared = next(volume for volume in POD["volumes"] if "emptyDir" in volume)["emptyDir"]
    assert mebibytes(resources["requests"]["memory"]) + mebibytes(shared["sizeLimit"]) < mebibytes(
        resources["limits"]["memory"]
    )
    for name in ("cpu", "ephemeral-storage"):
        asked, limit = (resources[part][name].removesuffix("Mi") for part in ("requests", "limits"))
        assert int(asked) < int(limit)
    assert resources["limits"]["cpu"] == ENVIRONMENT["WEB_CONCURRENCY"]


def test_only_the_balancer_is_reached_from_outside_and_inklings_reach_no_other_host() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["balancer"]
    assert [COMPOSE["networks"][name] for name in INKLING["networks"]] == [{"internal": True}]
    assert " inkling:8000 " in (ROOT / "deploy" / "haproxy.cfg").read_text()


def test_the_memory_that_a_pod_shares_holds_all_rooms_beside_the_counts() -> None:
    (memory,) = [each["emptyDir"] for each in POD["volumes"] if "emptyDir" in each]
    counts_mib = 16
    assert mebibytes(memory["sizeLimit"]) * 2**20 >= MAX_FILE_BYTES + counts_mib * 2**20


def test_clients_have_the_same_rate_limit_by_default_as_in_kubernetes() -> None:
    (limit,) = parse_many(ENVIRONMENT["INKLING_RATE_LIMIT"])
    assert limit.amount > 30  # pupils behind one address
    by_default = f"${{RATE_LIMIT-{ENVIRONMENT['INKLING_RATE_LIMIT']}}}"
    assert f"INKLING_RATE_LIMIT={by_default}" in INKLING["environment"]


def test_the_workflow_tests_each_version_of_python_that_the_package_names() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yaml").read_text())["jobs"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if ":: 3." in each]
    assert project["requires-python"] == f">={named[0]}"
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == named
        commands = " ".join(step.get("run", "") for step in job["steps"])
        for path in re.findall(r"\b(?:static|tests|requirements)[\w./-]+", commands):
            assert (ROOT / path).exists(), path


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_the_unit_of_systemd_is_valid(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/inkling/bin/inkling", sys.executable))
    command = ["systemd-analyze", "verify", unit]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_unit_of_systemd_sets_what_there_is_and_has_room_and_time() -> None:
    service = dict(re.findall(r"^(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE))
    variables = dict(each.split("=") for each in service["Environment"].split())
    assert set(variables) <= SETTINGS | OTHER_VARIABLES
    assert service["ExecStart"].endswith("/inkling serve")
    assert f"{service['MemoryMax']}".lower() == INKLING["mem_limit"]
    assert int(variables["WEB_CONCURRENCY"]) == 2  # as that limit is for
    assert int(service["TasksMax"]) == INKLING["pids_limit"]
    assert int(service["TimeoutStopSec"]) > gunicorn_setting("graceful_timeout")
    n_files = gunicorn_setting("MAX_CONNECTIONS") + gunicorn_setting("OTHER_FILES")
    assert int(service["LimitNOFILE"]) == n_files
