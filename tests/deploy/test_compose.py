"""What compose.yaml promises of its containers, and that it speaks of settings that exist."""

from dataclasses import fields
from typing import Any

import pytest
import yaml
from limits import parse_many

from app.config import ROOT, Settings, environment_variable
from tests.deploy.gunicorn_settings import gunicorn_setting

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
INKLING = SERVICES["inkling"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_no_rights_and_bounded_memory(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"].endswith("m")


def test_only_the_balancer_is_reached_from_outside_and_inklings_reach_no_other_host() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["balancer"]
    assert [COMPOSE["networks"][name] for name in INKLING["networks"]] == [{"internal": True}]


def test_every_variable_is_a_setting() -> None:
    names = {entry.partition("=")[0] for entry in INKLING["environment"]}
    settings = {environment_variable(setting.name) for setting in fields(Settings)}
    assert names <= settings | {"WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"}


def test_clients_have_the_same_rate_limit_by_default_as_in_kubernetes() -> None:
    documents = yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text())
    (container,) = next(documents)["spec"]["template"]["spec"]["containers"]
    values = {entry["name"]: entry["value"] for entry in container["env"]}
    (limit,) = parse_many(values["INKLING_RATE_LIMIT"])
    assert limit.amount > 30  # pupils behind one address
    by_default = f"${{RATE_LIMIT-{values['INKLING_RATE_LIMIT']}}}"
    assert f"INKLING_RATE_LIMIT={by_default}" in INKLING["environment"]


def test_an_inkling_is_given_time_to_stop() -> None:
    seconds = float(INKLING["stop_grace_period"].removesuffix("s"))
    assert seconds > gunicorn_setting("graceful_timeout")


def test_the_balancer_looks_for_the_service_by_its_name() -> None:
    configuration = (ROOT / "deploy" / "haproxy.cfg").read_text()
    assert " inkling:8000 " in configuration
    assert INKLING["deploy"]["replicas"] >= 2
