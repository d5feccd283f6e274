"""Metrics for Prometheus at ``/metrics``: requests, digits and pictures."""

import time
from collections.abc import Iterator, Sequence
from functools import partial

from flask import Flask
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    PlatformCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from app.errors import ProblemCode
from app.requests.request import PROBES, request
from app.responses import Outcome, Response
from app.service.answer_types import ModelDescription
from app.service.models import VERSION


class Metrics:
    """The metrics of requests, digits and pictures.

    Attributes
    ----------
    is_counting
        False where there is no room for counts.
    """

    def __init__(self) -> None:
        self.is_counting = True
        counter = partial(Counter, registry=None)
        histogram = partial(Histogram, registry=None)
        self._requests = counter(
            "inkling_requests", "Requests answered.", ("method", "route", "status")
        )
        self._durations = histogram(
            "inkling_request_duration_seconds",
            "Seconds from a request's arrival to its answer.",
            ("route",),
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._predictions = counter(
            "inkling_predictions",
            "Digits read, also in numbers and batches.",
            ("model", "digit", "certain"),
        )
        self._pixels = histogram(
            "inkling_picture_pixels",
            "Width times height of a picture.",
            buckets=(784, 1e4, 1e5, 3e5, 1e6, 4e6, 12e6, 24e6, 64e6),
        )
        self._bodies = histogram(
            "inkling_body_bytes",
            "Content-Length of a body with pictures.",
            buckets=(1e3, 1e4, 1e5, 1e6, 3e6, 1e7),
        )
        self._shed = counter("inkling_shed", "Requests refused: too busy.")

    def add_to(self, registry: CollectorRegistry) -> None:
        """Let a registry collect them."""
        for metric in vars(self).values():
            if isinstance(metric, MetricWrapperBase):
                registry.register(metric)

    def count_request(self, response: Response) -> Response:
        """Count the current request, whose response this is."""
        if not self.is_counting:
            return response
        route = request.route or "none"
        self._requests.labels(request.known_method, route, str(response.status_code)).inc()
        self._durations.labels(route).observe(request.waited_s)
        if response.outcome:
            self._count_outcome(response.outcome)
        return response

    def _count_outcome(self, outcome: Outcome) -> None:
        if outcome.problem == ProblemCode.TOO_BUSY.type:
            self._shed.inc()
        if outcome.picture_pixels and request.content_length is not None:
            self._bodies.observe(request.content_length)
        for n_pixels in filter(None, outcome.picture_pixels):  # 0 for what is not a picture
            self._pixels.observe(n_pixels)
        for digit, is_certain in outcome.digits:
            certain = "true" if is_certain else "false"
            self._predictions.labels(outcome.model or "", str(digit), certain).inc()


class ServerCollector(Collector):
    """What stays as it is: the version, when the server started, and the models that are loaded."""

    def __init__(self, models: Sequence[ModelDescription]) -> None:
        self._models = models
        self._start_s = time.time()

    def collect(self) -> Iterator[Metric]:
        """Yield the version, the start, and a 1 for each model."""
        build = {"version": VERSION}
        yield InfoMetricFamily("inkling_build", "The version that runs.", build)
        name, documentation = "inkling_start_time_seconds", "When the server started."
        yield GaugeMetricFamily(name, documentation, self._start_s)
        info = InfoMetricFamily("inkling_model", "The models that are loaded.", labels=["model"])
        for model in self._models:
            default = "true" if model.default else "false"
            value = {"parameters": str(model.parameters), "default": default}
            info.add_metric([model.name], value)
        yield info


def register(
    app: Flask, models: Sequence[ModelDescription], operators_port: str, metrics: Metrics
) -> None:
    """Count the requests of the app, and answer ``/metrics``.

    Parameters
    ----------
    operators_port
        The port that alone answers ``/metrics``, and besides it only the probes; empty for none.
    metrics
        What counts them.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    registry.register(ServerCollector(models))
    PlatformCollector(registry)
    metrics.add_to(registry)
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
        return Response(encode(registry), content_type=media_type)


def _check_port(operators_port: str) -> None:
    """Raise NotFound for metrics at the public port, and for the API at the operators' port."""
    is_for_operators = request.environ["SERVER_PORT"] == operators_port
    if request.path not in PROBES and is_for_operators != (request.path == "/metrics"):
        raise NotFound
