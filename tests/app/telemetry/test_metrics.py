import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from app.requests.request import request
from app.service.answer_types import ModelDescription
from app.telemetry import metrics
from app.telemetry.metrics import Metrics
from tests.app.little import little_app, outcome

MODELS = [
    ModelDescription("convnet", "", "", [], 120_000, "0" * 64, {}, default=True),
    ModelDescription("article", "", "", [], 11_935, "0" * 64, {}, default=False),
]
SEVEN, ONE = (7, True), (1, False)


@pytest.fixture
def app() -> Flask:
    app = little_app()
    metrics.register(app, MODELS, "", Metrics())
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sample(client: FlaskClient, name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for each in family.samples:
            if each.name == name and each.labels == labels:
                return float(each.value)
    return None


def test_requests_are_counted_by_method_route_and_status(client: FlaskClient) -> None:
    client.get("/models?model=convnet")
    client.get("/models")
    client.post("/refused")
    name = "inkling_requests_total"
    assert sample(client, name, method="GET", route="/models", status="200") == 2
    assert sample(client, name, method="POST", route="/refused", status="422") == 1
    assert sample(client, name, method="POST", route="/models", status="200") is None


def test_unknown_paths_and_methods_are_no_series_and_failures_count(client: FlaskClient) -> None:
    for path in ("/nowhere", "/elsewhere"):
        client.open(path, method="BREW")
    client.get("/broken")
    name = "inkling_requests_total"
    assert sample(client, name, method="other", route="none", status="404") == 2
    assert sample(client, name, method="GET", route="/broken", status="500") == 1


def test_a_histogram_has_each_requests_time_and_its_wait(app: Flask, client: FlaskClient) -> None:
    @app.before_request
    def take_it_for_older() -> None:
        request.started_s -= 100

    for _ in range(3):
        client.get("/models")
    name = "inkling_request_duration_seconds"
    assert sample(client, f"{name}_count", route="/models") == 3
    assert sample(client, f"{name}_bucket", route="/models", le="+Inf") == 3
    assert 300 <= (sample(client, f"{name}_sum", route="/models") or 0) < 360


def test_digits_are_counted_by_certainty_and_pictures_by_pixels(client: FlaskClient) -> None:
    client.post("/predict", json=outcome(SEVEN))
    client.post("/predict/batch", json=outcome(SEVEN, ONE, pixels=(784, 0, 2_000_000)))
    client.post("/read", json=outcome(SEVEN, ONE, SEVEN, model="article"))
    client.post("/predict", data=b"x" * 5000)  # no picture
    name = "inkling_predictions_total"
    assert sample(client, name, model="convnet", digit="7", certain="true") == 2
    assert sample(client, name, model="convnet", digit="1", certain="false") == 1
    assert sample(client, name, model="article", digit="7", certain="true") == 2
    assert sample(client, "inkling_picture_pixels_bucket", le="784.0") == 3
    assert sample(client, "inkling_picture_pixels_bucket", le="4e+06") == 4
    assert sample(client, "inkling_picture_pixels_sum") == 2_000_784 + 2 * 784
    assert sample(client, "inkling_body_bytes_count") == 3


def test_refusals_at_a_busy_time_are_counted_and_the_models_listed(client: FlaskClient) -> None:
    assert sample(client, "inkling_shed_total") == 0
    client.post("/busy")
    client.post("/refused")
    assert sample(client, "inkling_shed_total") == 1
    name = "inkling_model_info"
    assert sample(client, name, model="convnet", parameters="120000", default="true") == 1
    assert sample(client, name, model="article", parameters="11935", default="false") == 1


def test_with_a_port_for_operators_that_port_alone_answers_metrics_and_no_other_path() -> None:
    app = little_app()
    metrics.register(app, MODELS, "9090", Metrics())
    client = app.test_client()
    for port, answered, refused in (
        ("9090", ("/metrics", "//metrics", "/healthz", "/readyz"), ("/", "/models", "/static/x")),
        ("8000", ("/", "/models", "/healthz", "/readyz"), ("/metrics", "//metrics", "/nowhere")),
    ):
        for path in answered + refused:
            environ = {"SERVER_PORT": port, "PATH_INFO": path, "HTTP_HOST": "a.example:9090"}
            response = client.open(environ_overrides=environ)
            assert response.status_code == (200 if path in answered else 404), (port, path)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/plain"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text"),
        ('application/openmetrics-text; version="1.0.0"', "application/openmetrics-text"),
        ("application/openmetrics-text; version=abc", "text/plain"),
        ("application/openmetrics-text; version=1.0.x", "text/plain"),
        ("text/plain;version=abc", "text/plain"),
    ],
)
def test_the_answer_is_in_the_format_that_is_asked_for_or_else_plain(
    accept: str, media_type: str, client: FlaskClient
) -> None:
    response = client.get("/metrics", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "# TYPE inkling_requests" in response.text
    assert response.text.endswith("# EOF\n") == ("openmetrics" in media_type)
