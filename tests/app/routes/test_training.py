"""Trainings over HTTP: recorded as by the command, one at a time, off where that is set."""

import base64
import gzip
import json
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app import create_app
from app.config import Settings
from app.service.training import trainings
from nn.training.recorded.options import Options
from nn.training.recorded.record import record

SMALL = {"hidden": 2, "epochs": 1, "examples": 100, "seed": 3}


def test_the_parameters_are_those_of_the_same_training_without_a_server(
    client: FlaskClient,
) -> None:
    answer = client.post("/training", json=SMALL).get_json()
    expected = record(msgspec.convert(SMALL, Options))
    assert base64.b64decode(answer["parameters"]) == expected.parameters
    without_time = {"seconds": 0.0}
    assert answer | without_time == json.loads(expected.to_json()) | without_time


def test_the_answer_is_as_described(client: FlaskClient) -> None:
    description = client.get("/openapi.json").get_json()
    answer = client.post("/training", json=SMALL).get_json()
    components = {"components": description["components"]}
    schema = {"$ref": "#/components/schemas/Recording"}
    Draft202012Validator(schema | components).validate(answer)
    body = description["paths"]["/training"]["post"]["requestBody"]["content"]["application/json"]
    Draft202012Validator(body["schema"] | components).validate(body["example"])


def test_the_answer_is_compressed_only_for_who_accepts_it(client: FlaskClient) -> None:
    plain = client.post("/training", json=SMALL, headers={"Accept-Encoding": "identity"})
    packed = client.post("/training", json=SMALL, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    for response in (plain, packed):
        assert "Accept-Encoding" in response.headers["Vary"]
    unpacked = json.loads(gzip.decompress(packed.data))
    assert unpacked["parameters"] == plain.get_json()["parameters"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"hidden": 0}', "hidden must be a whole number from 1 to 100"),
        ('{"hidden": 101}', "hidden must be a whole number from 1 to 100"),
        ('{"hidden": true}', "hidden must be a whole number from 1 to 100"),
        ('{"hidden": "9"}', "hidden must be a whole number from 1 to 100"),
        ('{"hidden": 1e400}', "hidden must be a whole number from 1 to 100"),
        ('{"rate": 0}', "rate must be a number over 0 to 30"),
        ('{"rate": -1}', "rate must be a number over 0 to 30"),
        ('{"rate": 30.1}', "rate must be a number over 0 to 30"),
        ('{"rate": 1e999}', "rate must be a number over 0 to 30"),
        ('{"rate": NaN}', "JSON is malformed"),
        ('{"rate": Infinity}', "JSON is malformed"),
        ('{"batch": 1001}', "batch must be a whole number from 1 to 1,000"),
        ('{"epochs": 31}', "epochs must be a whole number from 1 to 30"),
        ('{"penalty": 0.02}', "penalty must be a number from 0 to 0.01"),
        ('{"seed": -1}', "seed must be a whole number from 0 to 4,294,967,295"),
        ('{"seed": 1' + "0" * 5000 + "}", "seed must be a whole number from 0"),
        ('{"wrong_labels": 1.5}', "wrong_labels must be a number from 0 to 1"),
        ('{"examples": 9}', "examples must be from 10 to 12,000"),
        ('{"examples": 12001}', "examples must be a whole number from 0 to 12,000"),
        ('{"start": "warm"}', "start must be 'given' or 'random' or 'zero'"),
        ('{"start": "given"}', "parameters must be 11,935 float32 for 15 hidden neurons"),
        ('{"start": "given", "parameters": "?"}', "parameters must be bytes in base64"),
        ('{"biases": 1}', "biases must be true or false"),
        ('{"own": []}', "own must be an object with images, labels and held_back"),
        ('{"own": {"images": "", "labels": [1]}}', "784 bytes for each of the 1 labels"),
        ('{"remember": false}', "nothing to learn from"),
        ('{"learning_rate": 3}', "unknown field `learning_rate`"),
        ("[]", "Expected `object`, got `array`"),
        ("null", "Expected `object`, got `null`"),
        ("{", "truncated"),
        ("\xff", "malformed"),
        ("[" * 100_000, "Expected `object`, got `array`"),
    ],
)
def test_what_cannot_be_trained_gets_400_with_the_limits(
    client: FlaskClient, body: str, expected: str
) -> None:
    response = client.post(
        "/training", data=body.encode("latin-1"), content_type="application/json"
    )
    assert response.status_code == 400
    problem = response.get_json(force=True)
    assert problem["type"] == "urn:inkling:not-a-readable-request"
    assert expected in problem["detail"]


def test_another_type_than_json_gets_415(client: FlaskClient) -> None:
    assert client.post("/training", data={"hidden": "2"}).status_code == 415


def test_a_large_body_gets_413(client: FlaskClient) -> None:
    body = b'{"parameters": "' + b"A" * 2_000_000 + b'"}'
    response = client.post("/training", data=body, content_type="application/json")
    assert response.status_code == 413


def test_a_server_that_is_set_not_to_train_gives_403() -> None:
    client = create_app(Settings(training="off")).test_client()
    response = client.post("/training", json=SMALL)
    assert response.status_code == 403
    assert response.get_json(force=True)["type"] == "urn:inkling:training-off"
    assert "INKLING_TRAINING is off" in response.get_json(force=True)["detail"]
    description = client.get("/openapi.json").get_json()
    assert "403" in description["paths"]["/training"]["post"]["responses"]
    assert "403" not in description["paths"]["/predict"]["post"]["responses"]


@pytest.mark.parametrize(
    ("settings", "status"),
    [(Settings(api_key="k" * 16), 401), (Settings(rate_limit="1 per hour"), 429)],
)
def test_the_key_and_the_rate_limit_hold(settings: Settings, status: int) -> None:
    client = create_app(settings).test_client()
    statuses = [client.post("/training", json={"hidden": 0}).status_code for _ in range(2)]
    assert statuses[1] == status


def test_a_training_whose_process_fails_gets_503(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> bytes:
        raise trainings.TrainingError("it ended without a recording")

    monkeypatch.setattr(trainings, "run", fail)
    response = client.post("/training", json=SMALL)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.get_json(force=True)["type"] == "urn:inkling:training-ended"
    monkeypatch.undo()
    assert client.post("/training", json=SMALL).status_code == 200


def test_a_training_that_must_wait_gets_its_place_with_status_202(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = create_app(Settings())
    client, answers = app.test_client(), []

    def run(*_: Any, on_start: Any, **__: Any) -> bytes:
        answers.append(app.test_client().post("/training?ticket=unknown", json=SMALL))
        return gzip.compress(b"{}")

    monkeypatch.setattr(trainings, "run", run)
    monkeypatch.setattr(trainings, "MAX_HOLD_S", 0.0)
    assert client.post("/training", json=SMALL).status_code == 200
    assert answers[0].status_code == 202
    description = client.get("/openapi.json").get_json()
    schema = {"$ref": "#/components/schemas/Waiting"}
    components = {"components": description["components"]}
    Draft202012Validator(schema | components).validate(answers[0].get_json())
    assert answers[0].get_json()["place"] == 1
