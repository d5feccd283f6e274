import io
import json
import logging
import logging.config
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app import responses
from app.config import Settings
from app.requests.request import request
from app.telemetry import logging as logs
from tests.app.little import little_app, outcome

SEVEN, ONE = (7, True), (1, False)

Entries = Callable[[], list[dict[str, Any]]]


def logging_app(log: str = "json", log_level: str = "info") -> Flask:
    app = little_app()
    logs.register(app, Settings(log=log, log_level=log_level))
    responses.register(app)  # which names the request
    return app


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Let a test configure the loggers of the process; restore them afterwards."""
    loggers = [logging.getLogger(name) for name in (None, "gunicorn.error", "inkling")]
    before = [(each.handlers[:], each.level, each.propagate) for each in loggers]
    yield
    for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


@pytest.fixture
def entries(capsys: pytest.CaptureFixture[str]) -> Entries:
    """Return a function that gives what was logged since it was last asked."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_request_is_one_line_with_its_outcome(entries: Entries) -> None:
    before = datetime.now(UTC)
    body, app = outcome(SEVEN), logging_app()

    @app.before_request
    def take_it_for_older() -> None:
        request.get_data()
        request.started_s -= 100

    app.test_client().post("/predict?model=convnet", json=body)
    (entry,) = entries()
    logged, latency_ms = datetime.fromisoformat(entry.pop("time")), entry.pop("latency_ms")
    assert abs((logged - before).total_seconds()) < 60
    assert 100_000 <= latency_ms < 160_000  # from the arrival of the request
    assert latency_ms == round(latency_ms, 3)
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
    ("path", "body", "expected"),
    [
        ("/predict", outcome(ONE), "uncertain"),
        ("/read", outcome(SEVEN, SEVEN), "certain"),
        ("/read", outcome(SEVEN, ONE, are_certain=[True]), "certain"),
        ("/read", outcome(SEVEN, SEVEN, are_certain=[False]), "uncertain"),
        ("/models", None, None),
        ("/refused", None, "urn:inkling:no-digit-found"),
        ("/predict/batch", outcome(SEVEN, ONE, SEVEN, pixels=(784, 784, 0, 784)),
         {"certain": 2, "uncertain": 1, "refused": 1}),
        ("/read/batch", outcome(ONE, pixels=(784, 0, 784), are_certain=[True, False]),
         {"certain": 1, "uncertain": 1, "refused": 1}),
        ("/predict/batch", outcome(pixels=(0,)), {"certain": 0, "uncertain": 0, "refused": 1}),
    ],
)  # fmt: skip
def test_the_outcome_is_the_problem_or_whether_the_answer_is_certain(
    path: str, body: dict[str, Any] | None, expected: object, entries: Entries
) -> None:
    client = logging_app().test_client()
    client.get(path) if path == "/models" else client.post(path, json=body)
    assert entries()[0]["outcome"] == expected


def test_an_unknown_path_or_method_is_not_logged(entries: Entries) -> None:
    logging_app().test_client().open("/somebody's/name", method="SECRET")
    (entry,) = entries()
    assert (entry["route"], entry["method"], entry["status"]) == (None, "other", 404)
    assert entry["outcome"] == "about:blank"


def test_of_probes_only_failed_ones_are_logged(entries: Entries) -> None:
    app = logging_app()
    app.add_url_rule("/metrics", "metrics", lambda: "")
    for probe in ("/healthz", "/readyz", "/metrics"):
        assert app.test_client().get(probe).status_code == 200
    app.view_functions["api.answer"] = lambda: ("draining", 503)
    app.test_client().get("/readyz")
    assert [entry["status"] for entry in entries()] == [503]


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        *((sent, True) for sent in ("0af7651916cd43dd8448eb211c80319c", "A.b_c-9", "x" * 128)),
        *((sent, False) for sent in ("", "x" * 129, "a b", "ä", '"}', "a/b")),
    ],
)
def test_only_a_good_identifier_is_kept(sent: str, is_kept: bool, entries: Entries) -> None:
    response = logging_app().test_client().get("/models", headers={"X-Request-ID": sent})
    (entry,) = entries()
    assert response.headers["X-Request-ID"] == entry["request_id"]
    assert (entry["request_id"] == sent) == is_kept


TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        (f"00-{TRACE}-b7ad6b7169203331-01", True),
        *((f"00-{TRACE}-b7ad6b7169203331{end}", False) for end in ("", "-1", '-01"}', "-01-x")),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", False),
        (f"00-{TRACE.upper()}-b7ad6b7169203331-01", False),
        ("a name", False),
    ],
)
def test_a_trace_is_passed_on_to_the_log_and_with_the_answer(
    sent: str, is_kept: bool, entries: Entries
) -> None:
    response = logging_app().test_client().get("/models", headers={"traceparent": sent})
    (entry,) = entries()
    assert entry.get("trace_id") == (TRACE if is_kept else None)
    assert response.headers.get("traceparent") == (sent if is_kept else None)


@pytest.mark.parametrize(
    ("log", "level", "n_requests"),
    [("json", "info", 1), ("json", "debug", 1), ("json", "warning", 0), ("json", "error", 0)],
)
def test_requests_are_logged_down_to_the_level_that_is_set(
    log: str, level: str, n_requests: int, entries: Entries
) -> None:
    app = logging_app(log, level)
    app.test_client().get("/models")
    assert [entry["event"] for entry in entries()] == n_requests * ["request"]
    app.test_client().get("/broken")
    assert len(entries()) == n_requests + 1


@pytest.mark.parametrize(("level", "is_shown"), [("debug", True), ("info", False)])
def test_as_text_requests_are_shown_for_debugging_alone(
    level: str, is_shown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.config.dictConfig(logs.logging_config("text", level))
    logging_app("text", level).test_client().post("/predict", json=outcome(SEVEN))
    shown = re.fullmatch(r"POST /predict 200 in [\d.]+ ms, certain\n", capsys.readouterr().out)
    assert bool(shown) == is_shown


@pytest.mark.parametrize(
    ("level", "own", "others"),
    [
        ("debug", "DEBUG", "INFO"),
        ("info", "INFO", "WARNING"),
        ("error", "ERROR", "ERROR"),
        ("wrong", "INFO", "WARNING"),
    ],
)
def test_other_loggers_are_quieter_than_our_own(level: str, own: str, others: str) -> None:
    configured = logs.logging_config("text", level)
    assert configured["loggers"]["inkling"]["level"] == own
    assert configured["loggers"]["gunicorn.error"]["level"] == others
    assert configured["root"]["level"] == others


@pytest.mark.parametrize("kind", ["text", "json"])
def test_every_answer_carries_an_identifier_of_its_own(kind: str) -> None:
    client = logging_app(kind).test_client()
    names = [
        client.get(path).headers["X-Request-ID"] for path in ("/models", "/nowhere", "/broken")
    ]
    assert len(set(names)) == 3


def test_a_server_error_is_one_line_with_its_traceback(entries: Entries) -> None:
    response = logging_app().test_client().get("/broken")
    exception, request = entries()
    shown = [exception[name] for name in ("level", "event", "route")]
    assert shown == ["error", "exception", "/broken"]
    assert "Traceback" in exception["traceback"]
    assert "RuntimeError: the secret" in exception["traceback"]
    assert exception["request_id"] == request["request_id"] == response.headers["X-Request-ID"]
    assert request["status"] == 500


def test_as_text_only_a_server_error_is_logged_with_its_request(
    entries: Entries, caplog: pytest.LogCaptureFixture
) -> None:
    client = logging_app("text").test_client()
    client.post("/predict", json=outcome(SEVEN))
    client.post("/refused")
    assert (entries(), caplog.text) == ([], "")
    response = client.get("/broken?name=somebody")
    assert response.headers["X-Request-ID"] in caplog.text
    assert "GET /broken" in caplog.text
    assert "RuntimeError: the secret" in caplog.text
    assert "somebody" not in caplog.text


def test_a_traceback_has_lines_of_at_most_200_characters(entries: Entries) -> None:
    app = logging_app()

    @app.get("/stumble/<int:length>")
    def stumble(length: int) -> None:
        raise ValueError("x" * (length - len("ValueError: ")))

    app.test_client().get("/stumble/200")
    assert len(entries()[0]["traceback"].splitlines()[-1]) == 200
    app.test_client().get("/stumble/201")
    assert entries()[0]["traceback"].splitlines()[-1] == "ValueError: 201 characters"


def test_nothing_a_client_sent_is_logged(capsys: pytest.CaptureFixture[str], seven: bytes) -> None:
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
    assert logged.count('"event":"request"') == 4
    assert "ValueError" in logged
    for secret in secrets:
        assert secret not in logged


def configure(log: str) -> None:
    """Configure the loggers as gunicorn.conf.py does."""
    logging.config.dictConfig(logs.logging_config(log))


def test_warnings_of_the_server_and_of_libraries_are_json_too(entries: Entries) -> None:
    configure("json")
    logging.getLogger("gunicorn.error").warning("Worker %s ended", 7)
    logging.getLogger("limits").warning("storage unreachable")
    logging.getLogger("gunicorn.error").info("Booting")
    logging.getLogger("inkling").info("Inkling is ready")
    assert [(entry["level"], entry["message"]) for entry in entries()] == [
        ("warning", "Worker 7 ended"),
        ("warning", "storage unreachable"),
        ("info", "Inkling is ready"),
    ]


def test_text_warnings_go_to_stderr_and_infos_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text")
    logging.getLogger("gunicorn.error").warning("Worker %s ended", 7)
    logging.getLogger("inkling").info("Inkling is ready")
    output = capsys.readouterr()
    assert output.out == "Inkling is ready\n"
    assert output.err.endswith("[WARNING] Worker 7 ended\n")


@pytest.mark.parametrize("kind", ["text", "json"])
def test_the_servers_messages_name_no_client(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(kind)
    logger = logging.getLogger("gunicorn.error")
    logger.warning("Invalid request from ip=198.51.100.7: Invalid HTTP request line: '/?secret'")
    logger.error("Error handling request %s %s", "GET", "/?secret")
    logger.error(OSError("disk"))  # gunicorn's are not all text
    output = "".join(capsys.readouterr())
    assert "not valid HTTP" in output
    assert "outside the app" in output
    assert "198.51.100.7" not in output
    assert "secret" not in output
