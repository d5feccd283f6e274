import io
import json
import logging
import logging.config
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.config import Settings
from app.telemetry import logging as logs
from tests.app.little import little_app

SEVEN, ONE = (7, True), (1, False)

Entries = Callable[[], list[dict[str, Any]]]


def logging_app(kind: str = "json") -> Flask:
    app = little_app()
    logs.register(app, Settings(log=kind))
    return app


@pytest.fixture
def entries(capsys: pytest.CaptureFixture[str]) -> Entries:
    """Return a function that gives what was logged since it was last asked."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_request_is_one_line_that_says_what_came_of_it(entries: Entries) -> None:
    before = datetime.now(UTC)
    body = {"digits": [SEVEN], "model": "convnet", "picture_pixels": [784]}
    logging_app().test_client().post("/predict?model=convnet", json=body)
    (entry,) = entries()
    time, latency_ms = datetime.fromisoformat(entry.pop("time")), entry.pop("latency_ms")
    assert abs((time - before).total_seconds()) < 60
    assert 0 < latency_ms < 60_000
    assert len(entry.pop("request_id")) == 32
    assert entry == {
        "level": "info",
        "event": "request",
        "method": "POST",
        "route": "/predict",
        "status": 200,
        "model": "convnet",
        "outcome": "certain",
        "body_bytes": len(json.dumps(body)),
    }


@pytest.mark.parametrize(
    ("path", "body", "outcome"),
    [
        ("/predict", {"digits": [ONE]}, "uncertain"),
        ("/models", None, None),
        ("/refused", None, "urn:inkling:no-digit-found"),
        (
            "/predict/batch",
            {"digits": [SEVEN, ONE, SEVEN], "picture_pixels": [784, 784, 0, 784]},
            {"certain": 2, "uncertain": 1, "refused": 1},
        ),
        (
            "/predict/batch",
            {"digits": [], "picture_pixels": [0]},
            {"certain": 0, "uncertain": 0, "refused": 1},
        ),
    ],
)
def test_the_outcome_says_how_sure_the_answer_was_or_what_went_wrong(
    path: str, body: dict[str, Any] | None, outcome: object, entries: Entries
) -> None:
    client = logging_app().test_client()
    client.get(path) if path == "/models" else client.post(path, json=body or {})
    assert entries()[0]["outcome"] == outcome


def test_a_path_that_is_none_is_not_written_down(entries: Entries) -> None:
    logging_app().test_client().open("/somebody's/name", method="SECRET")
    (entry,) = entries()
    assert (entry["route"], entry["method"], entry["status"]) == (None, "other", 404)
    assert entry["outcome"] == "about:blank"


def test_a_probe_that_is_well_is_not_logged(entries: Entries) -> None:
    app = logging_app()
    app.add_url_rule("/metrics", "metrics", lambda: "")
    for probe in logs.PROBES:
        assert app.test_client().get(probe).status_code == 200
    assert entries() == []


def test_a_probe_that_is_not_well_is_logged(entries: Entries) -> None:
    app = logging_app()
    app.view_functions["api.answer"] = lambda: ("draining", 503)
    app.test_client().get("/readyz")
    assert [entry["status"] for entry in entries()] == [503]


@pytest.mark.parametrize("sent", ["0af7651916cd43dd8448eb211c80319c", "a", "A.b_c-9", "x" * 128])
def test_a_good_identifier_is_kept_and_sent_back(sent: str, entries: Entries) -> None:
    response = logging_app().test_client().get("/models", headers={"X-Request-ID": sent})
    assert response.headers["X-Request-ID"] == sent
    assert entries()[0]["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", "ä", '"}', "a/b"])
def test_a_bad_identifier_is_replaced_by_a_new_one(sent: str, entries: Entries) -> None:
    response = logging_app().test_client().get("/models", headers={"X-Request-ID": sent})
    assert response.headers["X-Request-ID"] == entries()[0]["request_id"] != sent


@pytest.mark.parametrize("kind", ["text", "json"])
@pytest.mark.parametrize("path", ["/models", "/nowhere", "/broken"])
def test_every_answer_carries_an_identifier_of_its_own(kind: str, path: str) -> None:
    client = logging_app(kind).test_client()
    first, second = (client.get(path).headers["X-Request-ID"] for _ in range(2))
    assert first != second


def test_a_fault_of_ours_is_one_line_with_its_traceback(entries: Entries) -> None:
    response = logging_app().test_client().get("/broken")
    fault, request = entries()
    assert (fault["level"], fault["event"], fault["route"]) == ("error", "exception", "/broken")
    assert "Traceback" in fault["traceback"]
    assert "RuntimeError: the secret" in fault["traceback"]
    assert fault["request_id"] == request["request_id"] == response.headers["X-Request-ID"]
    assert request["status"] == 500


def test_as_text_a_fault_of_ours_is_told_with_its_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = logging_app("text").test_client().get("/broken?name=somebody")
    assert response.headers["X-Request-ID"] in caplog.text
    assert "GET /broken" in caplog.text
    assert "RuntimeError: the secret" in caplog.text
    assert "somebody" not in caplog.text


def test_as_text_good_requests_are_not_logged(
    entries: Entries, caplog: pytest.LogCaptureFixture
) -> None:
    client = logging_app("text").test_client()
    client.post("/predict", json={"digits": [SEVEN]})
    client.post("/refused")
    assert entries() == []
    assert caplog.text == ""


def test_nothing_that_a_client_sent_is_logged(
    capsys: pytest.CaptureFixture[str], seven: bytes
) -> None:
    app = logging_app()

    @app.post("/stumble")
    def stumble() -> None:
        raise ValueError(f"cannot read {seven!r}")

    client = app.test_client()
    secrets = ["PNG", "myfile", "querysecret", "keysecret", "198.51.100.7", "Mozilla", "pathsecret"]
    for path in ("/predict", "/refused", "/stumble", "/pathsecret"):
        client.post(
            f"{path}?name=querysecret",
            data={"image": (io.BytesIO(seven), "myfile.png", "image/png")},
            headers={"Authorization": "Bearer keysecret", "User-Agent": "Mozilla"},
            environ_base={"REMOTE_ADDR": "198.51.100.7"},
        )
    logged = "".join(capsys.readouterr())
    assert logged.count('"event": "request"') == 4
    assert "ValueError" in logged
    for secret in secrets:
        assert secret not in logged


@pytest.fixture
def as_gunicorn_logs() -> Any:
    """Return a function that sets up logging for the process; all is as before afterwards."""
    names = (None, "gunicorn.error", "inkling")
    loggers = [logging.getLogger(name) for name in names]
    before = [(each.handlers[:], each.level, each.propagate) for each in loggers]
    yield lambda kind: logging.config.dictConfig(logs.gunicorn_config(kind))
    for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


def test_warnings_of_the_server_and_of_libraries_are_json_too(
    as_gunicorn_logs: Callable[[str], None], entries: Entries
) -> None:
    as_gunicorn_logs("json")
    logging.getLogger("gunicorn.error").warning("Worker %s ended", 7)
    logging.getLogger("flask-limiter").warning("storage unreachable")
    logging.getLogger("gunicorn.error").info("Booting")
    logging.getLogger("inkling").info("Inkling is ready")
    told = [(entry["level"], entry["message"]) for entry in entries()]
    assert told == [
        ("warning", "Worker 7 ended"),
        ("warning", "storage unreachable"),
        ("info", "Inkling is ready"),
    ]


def test_as_text_warnings_go_to_stderr_and_news_to_stdout_as_they_are(
    as_gunicorn_logs: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    as_gunicorn_logs("text")
    logging.getLogger("gunicorn.error").warning("Worker %s ended", 7)
    logging.getLogger("inkling").info("Inkling is ready")
    output = capsys.readouterr()
    assert output.out == "Inkling is ready\n"
    assert output.err.endswith("[WARNING] Worker 7 ended\n")


@pytest.mark.parametrize("kind", ["text", "json"])
def test_what_the_server_says_names_no_client(
    kind: str, as_gunicorn_logs: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    as_gunicorn_logs(kind)
    logger = logging.getLogger("gunicorn.error")
    logger.warning("Invalid request from ip=198.51.100.7: Invalid HTTP request line: '/?secret'")
    logger.error("Error handling request %s %s", "GET", "/?secret")
    logger.error(OSError("disk"))  # gunicorn's are not all text
    output = "".join(capsys.readouterr())
    assert "not HTTP" in output
    assert "outside the app" in output
    assert "198.51.100.7" not in output
    assert "secret" not in output
