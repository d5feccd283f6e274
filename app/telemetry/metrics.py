"""Metrics for Prometheus at ``/metrics``: requests, digits and pictures, over all workers."""

import time
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from flask import Flask
from prometheus_client import CollectorRegistry, Gauge, Info, PlatformCollector
from prometheus_client.exposition import choose_encoder
from werkzeug.exceptions import NotFound

from app.errors import ProblemCode
from app.requests.request import request
from app.responses import Outcome, Response
from app.service.answers import ModelDescription
from app.telemetry.counts import Counter, Histogram, SharedCounts

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
PROBES = ("/healthz", "/readyz")
NO_ROUTE = "none"
DIGITS = "0123456789"
BOOLEANS = ("false", "true")

_DURATIONS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PIXELS = (784, 1e4, 1e5, 3e5, 1e6, 4e6, 12e6, 24e6, 64e6)
_BYTES = (1e3, 1e4, 1e5, 1e6, 3e6, 1e7)


class Metrics:
    """All that is counted.

    Parameters
    ----------
    routes
        The rules of the app's routes.
    models
        The models that read.
    """

    def __init__(self, routes: Sequence[str], models: Sequence[ModelDescription]) -> None:
        routes = (*routes, NO_ROUTE)
        names = [model.name for model in models]
        self._requests = Counter(
            "inkling_requests",
            "Requests answered.",
            method=(*METHODS, "other"),
            route=routes,
            status=[str(status.value) for status in HTTPStatus],
        )
        documentation = "Seconds from a request's arrival to its answer."
        self._durations = Histogram(
            "inkling_request_duration_seconds", documentation, _DURATIONS_S, route=routes
        )
        documentation = "Digits read, also in numbers and batches."
        self._predictions = Counter(
            "inkling_predictions", documentation, model=names, digit=DIGITS, certain=BOOLEANS
        )
        documentation = "Width times height of a picture."
        self._pixels = Histogram("inkling_picture_pixels", documentation, _PIXELS)
        documentation = "Content-Length of a body with pictures."
        self._bodies = Histogram("inkling_body_bytes", documentation, _BYTES)
        self._shed = Counter("inkling_shed", "Requests refused: too busy.")
        counts = SharedCounts(
            *(self._requests, self._durations, self._predictions),
            *(self._pixels, self._bodies, self._shed),
        )
        self.use_row = counts.use_row
        self.registry = CollectorRegistry()
        self.registry.register(counts)
        self._register_constants(models)

    def _register_constants(self, models: Sequence[ModelDescription]) -> None:
        """Register the metrics that stay as they are."""
        info = Info(
            "inkling_model", "The models that are loaded.", ["model"], registry=self.registry
        )
        for model in models:
            labels = {"parameters": str(model.parameters), "default": BOOLEANS[model.default]}
            info.labels(model.name).info(labels)
        documentation = "When the server started, in seconds since 1970."
        start = Gauge("inkling_start_time_seconds", documentation, registry=self.registry)
        start.set_to_current_time()
        PlatformCollector(self.registry)

    def count_request(self, response: Response) -> Response:
        """Count the current request, whose response this is."""
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        self._requests.add(method, route, str(response.status_code))
        self._durations.observe(time.monotonic() - request.started_s, route)
        if response.outcome:
            self._count_outcome(response.outcome)
        return response

    def _count_outcome(self, outcome: Outcome) -> None:
        """Count the pictures and digits of the current request."""
        if outcome.problem == ProblemCode.TOO_BUSY.type:
            self._shed.add()
        if outcome.picture_pixels and request.content_length is not None:
            self._bodies.observe(request.content_length)
        for n_pixels in filter(None, outcome.picture_pixels):  # 0 for what is not a picture
            self._pixels.observe(n_pixels)
        for digit, is_certain in outcome.digits:
            self._predictions.add(outcome.model or "", DIGITS[digit], BOOLEANS[is_certain])


def register(app: Flask, models: Sequence[ModelDescription], operators_port: str) -> None:
    """Count the requests of the app, and answer ``/metrics``.

    It must be called when all other routes are registered, and before the workers are forked. The
    `Metrics` are in ``app.extensions["inkling.metrics"]``, where the server sets the row.

    Parameters
    ----------
    operators_port
        The port that alone answers ``/metrics``, and besides it only the probes; empty for none.
    """
    routes = {"/metrics"} | {rule.rule for rule in app.url_map.iter_rules()}
    metrics = app.extensions["inkling.metrics"] = Metrics(sorted(routes), models)
    app.after_request(metrics.count_request)
    if operators_port:
        app.before_request(partial(_check_port, operators_port))

    @app.get("/metrics", endpoint="metrics")
    def answer() -> Response:
        accept = request.headers.get("Accept", "").replace('"', "")  # a version may be quoted
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # a version that is not a number
            encode, media_type = choose_encoder("")
        return Response(encode(metrics.registry), content_type=media_type)


def _check_port(operators_port: str) -> None:
    """Raise NotFound for metrics at the public port, and for the API at the operators' port."""
    is_for_operators = request.environ["SERVER_PORT"] == operators_port
    if request.path not in PROBES and is_for_operators != (request.path == "/metrics"):
        raise NotFound
