"""The description of the API: complete, valid, and true of real answers."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
from app.routes.openapi import OF_ROOMS, document
from benchmarks.sheets import filled
from nn.decoding.picture_errors import FORMATS
from nn.reading.limits import MAX_DIGITS
from tests.app.posting import post_raw
from tests.drawing import as_file, picture_in

Description = dict[str, Any]
AUTOMATIC = {"HEAD", "OPTIONS"}
MODELS = ["article", "convnet"]


@pytest.fixture
def description(client: FlaskClient) -> Description:
    return dict(client.get("/openapi.json").get_json())


def resolve(description: Description, node: Any) -> Any:
    """Return what a reference within the description stands for."""
    while "$ref" in node:
        target: Any = description
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


# What validates is imported late: it takes seconds, also where only other tests are run.
def check_description(description: Description) -> None:
    """Check that a description is valid OpenAPI."""
    from openapi_spec_validator import validate

    validate(description)


def check_value(value: Any, schema: dict[str, Any], description: Description) -> None:
    """Check that a value is as a schema within the description says."""
    from jsonschema import Draft202012Validator

    Draft202012Validator(schema | {"components": description["components"]}).validate(value)


def check(description: Description, response: TestResponse, method: str, path: str) -> None:
    """Check that a response is one that the description has for this operation."""
    operation = description["paths"][path][method]
    described = resolve(description, operation["responses"][str(response.status_code)])
    schema = described["content"][response.mimetype]["schema"]
    body = response.get_json(force=True) if "json" in response.mimetype else response.text
    check_value(body, schema, description)


def test_the_description_is_openapi_of_the_projects_version(description: Description) -> None:
    check_description(description)
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert description["info"]["version"] == project["version"]


def test_every_route_is_described_but_pages(app: Flask, description: Description) -> None:
    routes = {  # of which some share their path with a page
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - AUTOMATIC
        if not rule.endpoint.startswith(("static", "rooms.", "openapi.page"))
        and (not rule.endpoint.startswith("pages.") or rule.rule in description["paths"])
    }
    described = {
        (path, method) for path, methods in description["paths"].items() for method in methods
    }
    assert described == routes


def test_each_operation_is_in_a_group_that_is_described(description: Description) -> None:
    groups = {tag["name"] for tag in description["tags"] if tag["description"]}
    operations = [each for methods in description["paths"].values() for each in methods.values()]
    assert {name for each in operations for name in each["tags"]} == groups
    assert all(each["tags"] for each in operations)


@pytest.mark.parametrize("path", ["/openapi.json", "/models"])
def test_clients_keep_what_changes_with_the_server_alone_and_ask_whether_it_has(
    path: str, client: FlaskClient, description: Description
) -> None:
    headers = {"Accept-Encoding": "gzip"}
    first = client.get(path, headers=headers)
    assert first.headers["Cache-Control"] == "private, no-cache"
    plain = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    again = client.get(path, headers=headers | {"If-None-Match": first.headers["ETag"]})
    for same in (plain, again):
        assert (same.status_code, same.data) == (304, b"")
        assert (same.headers["ETag"], same.vary) == (first.headers["ETag"], first.vary)
    other = client.get(path, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.json) == (200, client.get(path).json)
    operation = description["paths"][path]["get"]
    assert {"200", "304"} <= operation["responses"].keys()
    assert "ETag" in operation["responses"]["200"]["headers"]


@pytest.mark.parametrize("pupils", ["12", "46"])
def test_the_sheet_to_print_is_as_described(
    pupils: str, client: FlaskClient, description: Description
) -> None:
    response = client.get(f"/sheet?pupils={pupils}&lang=de")
    check(description, response, "get", "/sheet")
    parameters = description["paths"]["/sheet"]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
    assert schemas.keys() == {"lang", "pupils"}
    assert (int(pupils) <= schemas["pupils"]["maximum"]) == (response.status_code == 200)


def test_metrics_are_described_only_where_they_are_at_the_same_port(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METRICS_PORT", "9090")
    client = create_app(settings).test_client()
    assert "/metrics" not in client.get("/openapi.json").get_json()["paths"]
    assert client.get("/metrics").status_code == 404


def test_its_limits_are_those_of_the_settings_and_the_models() -> None:
    settings = Settings(max_batch_items=5, max_body_bytes=1234, risk=0.02)
    description = document(settings, MODELS)
    body = description["paths"]["/predict/batch"]["post"]["requestBody"]["content"]
    for media_type, field in (("multipart/form-data", "image"), ("application/json", "images")):
        schema = body[media_type]["schema"]
        assert schema["properties"][field]["maxItems"] == 5
    words = description["info"]["description"]
    assert "at most 1,234 bytes, 5 pictures" in words
    assert "a share of 0.02 or less is wrong" in words
    assert description["components"]["schemas"]["ModelName"]["enum"] == MODELS
    number = description["components"]["schemas"]["NumberAnswer"]["properties"]
    assert number["digits"]["maxItems"] == number["lines"]["maxItems"] == MAX_DIGITS


def test_it_knows_each_format_that_is_read(description: Description) -> None:
    media_types = description["paths"]["/predict"]["post"]["requestBody"]["content"]
    raw = {each.removeprefix("image/").upper() for each in media_types if "image/" in each}
    assert raw == set(FORMATS)


def test_it_knows_every_problem_that_the_app_can_raise() -> None:
    settings = Settings(api_key="k" * 16, rate_limit="1 per hour")
    guarded = document(settings, MODELS)
    described = {
        (problem["status"]["const"], kind)
        for response in guarded["components"]["responses"].values()
        for problem in [response["content"]["application/problem+json"]["schema"]["properties"]]
        for kind in problem["type"]["enum"]
        if kind != "about:blank"
    }
    assert described == {(code.status, code.type) for code in ProblemCode if code not in OF_ROOMS}


@pytest.mark.parametrize(
    ("settings", "needs_key", "limited"),
    [
        (Settings(), False, set()),
        (Settings(rate_limit="1 per hour"), False, {"post"}),
        (Settings(api_key="k" * 16), True, {"get", "post"}),  # wrong keys are limited
        (Settings(api_key_file=Path("key")), True, {"get", "post"}),
    ],
    ids=["open", "limited", "with a key", "with a file of a key"],
)
def test_a_key_and_a_limit_are_described_where_they_are_set(
    settings: Settings, needs_key: bool, limited: set[str]
) -> None:
    description = document(settings, MODELS)
    check_description(description)
    schemes = description["components"].get("securitySchemes", {})
    assert bool(schemes) == needs_key
    assert [{name: []} for name in schemes] == description.get("security", [])
    paths = description["paths"]
    assert paths["/healthz"]["get"]["security"] == []
    of_methods = {"post": "/predict", "get": "/models"}
    for method, path in of_methods.items():
        responses = paths[path][method]["responses"]
        assert ("401" in responses, "429" in responses) == (needs_key, method in limited)


def test_its_address_is_the_one_it_was_asked_at(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/openapi.json").get_json()["servers"] == [{"url": "/"}]
    under = client.get("/openapi.json", environ_overrides={"SCRIPT_NAME": "/ink"}).get_json()
    assert under["servers"] == [{"url": "/ink/"}]


def test_every_example_is_as_described_and_every_request_gets_an_answer(
    client: FlaskClient, description: Description
) -> None:
    for schema in description["components"]["schemas"].values():
        for example in schema.get("examples", []):
            check_value(example, schema, description)
    sample = description["components"]["schemas"]["DigitAnswer"]["examples"][0]["image"]
    assert picture_in(sample).size == (24, 24)  # a picture that people can open
    for path in ("/predict", "/read", "/predict/batch", "/read/batch"):
        operation = description["paths"][path]["post"]
        body = resolve(description, operation["requestBody"])["content"]["application/json"]
        check_value(body["example"], body["schema"], description)
        response = client.post(path, json=body["example"])
        assert response.status_code == 200
        assert "7" in response.text
        check(description, response, "post", path)


@pytest.mark.parametrize("model", ["article", "mlp", "convnet"])
@pytest.mark.parametrize("path", ["/predict", "/read"])
def test_explanations_are_as_described(
    path: str, model: str, client: FlaskClient, seven: bytes, description: Description
) -> None:
    response = post_raw(client, seven, path=f"{path}?model={model}&explain=1")
    assert response.status_code == 200
    check(description, response, "post", path)


def test_a_sheets_answer_is_as_described(client: FlaskClient, description: Description) -> None:
    response = post_raw(
        client, as_file(filled.photograph(1, pose=filled.UPRIGHT).picture, "JPEG"), path="/sheet"
    )
    assert response.status_code == 200
    check(description, response, "post", "/sheet")


def test_a_client_over_its_limit_is_answered_as_described(seven: bytes) -> None:
    client = create_app(Settings(rate_limit="1 per hour")).test_client()
    description = client.get("/openapi.json").get_json()
    for status in (200, 429):
        response = post_raw(client, seven)
        assert response.status_code == status
        check(description, response, "post", "/predict")
    assert int(response.headers["Retry-After"]) > 0
    headers = description["paths"]["/predict"]["post"]["responses"]["200"]["headers"]
    assert {"RateLimit", "RateLimit-Policy"} <= headers.keys() & {*response.headers.keys()}


def test_the_code_on_the_page_sends_the_key_where_one_is_needed(client: FlaskClient) -> None:
    key = "k" * 16
    guarded = create_app(Settings(api_key=key)).test_client()
    page = guarded.get("/api", headers={"X-API-Key": key}).text
    for sent in ("Bearer $KEY", "f&#34;Bearer {KEY}&#34;", "`Bearer ${KEY}`"):
        assert page.count(sent) == 3
    assert key not in page
    assert "Bearer" not in client.get("/api").text
