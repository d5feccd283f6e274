"""The manifests for Kubernetes: valid by its own schemas, and true of the app and its container."""

import re
from dataclasses import fields
from typing import Any

import kubernetes_validate
import pytest
import yaml
from flask import Flask

from app.config import ROOT, Settings, environment_variable

MANIFESTS = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text()))
BY_KIND = {manifest["kind"]: manifest for manifest in MANIFESTS}
DEPLOYMENT = BY_KIND["Deployment"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
CONTAINER = POD["containers"][0]
ENVIRONMENT = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
KUBERNETES = "1.35"  # the oldest that is still maintained

# What gunicorn.conf.py and gunicorn itself read beside the app's own settings.
OTHER_VARIABLES = {"HOST", "PORT", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"}


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
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


@pytest.mark.parametrize("kind", ["Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"])
def test_each_manifest_is_about_the_pods_of_the_deployment(kind: str) -> None:
    assert selected(kind) == DEPLOYMENT["template"]["metadata"]["labels"]


def test_what_scales_is_the_deployment() -> None:
    scaler = BY_KIND["HorizontalPodAutoscaler"]["spec"]
    target = {key: BY_KIND["Deployment"][key] for key in ("apiVersion", "kind")}
    assert scaler["scaleTargetRef"] == target | {"name": BY_KIND["Deployment"]["metadata"]["name"]}
    assert 2 <= scaler["minReplicas"] <= scaler["maxReplicas"]
    assert "cpu" in CONTAINER["resources"]["requests"]  # of which it measures a share


def test_every_port_is_the_one_that_the_container_listens_on() -> None:
    listens_on = re.search(r"\bPORT=(\d+)", DOCKERFILE)
    assert listens_on
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": int(listens_on[1])}]
    assert BY_KIND["Service"]["spec"]["ports"][0]["targetPort"] == "http"
    assert BY_KIND["NetworkPolicy"]["spec"]["ingress"] == [{"ports": [{"port": "http"}]}]


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_every_probe_asks_a_route_of_the_app(probe: str, app: Flask) -> None:
    request = CONTAINER[probe]["httpGet"]
    assert request["port"] == "http"
    assert app.test_client().get(request["path"]).status_code == 200


def test_every_variable_is_a_setting_and_together_they_are_valid() -> None:
    settings = {environment_variable(setting.name) for setting in fields(Settings)}
    assert set(ENVIRONMENT) <= settings | OTHER_VARIABLES
    Settings.from_environ(ENVIRONMENT)


def test_a_pod_is_given_time_to_stop_after_all_have_heard_of_it() -> None:
    settings = Settings.from_environ(ENVIRONMENT)
    probe = CONTAINER["readinessProbe"]
    assert settings.drain_seconds > probe["periodSeconds"] * probe["failureThreshold"]
    assert POD["terminationGracePeriodSeconds"] > settings.drain_seconds + 6


def test_a_pod_has_no_rights_and_runs_as_the_user_of_the_image() -> None:
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


def test_the_memory_that_is_asked_for_is_within_its_limit() -> None:
    resources = CONTAINER["resources"]
    shared = POD["volumes"][0]["emptyDir"]["sizeLimit"]
    assert mebibytes(resources["requests"]["memory"]) + mebibytes(shared) < mebibytes(
        resources["limits"]["memory"]
    )
