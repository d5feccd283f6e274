"""Metrics for Prometheus at ``/metrics``: requests, digits and pictures, over all workers."""

import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import count
from threading import Event

from flask import Flask
from prometheus_client import CollectorRegistry, Metric, PlatformCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from app.errors import ProblemCode
from app.requests.request import request
from app.responses import Outcome, Response
from app.service.answers import ModelDescription
from app.telemetry.counts import Counter, Histogram, SharedCounts

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "other")
NO_ROUTE = "none"
DIGITS = "0123456789"
BOOLEANS = ("false", "true")

_DURATIONS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PIXELS = (784, 1e4, 1e5, 3e5, 1e6, 4e6, 12e6, 24e6, 64e6)
_BYTES = (1e3, 1e4, 1e5, 1e6, 3e6, 1e7)


def register(app: Flask, models: Sequence[ModelDescription], draining: Event) -> None:
    """Count the requests of the app, and answer ``/metrics``.

    It must be called when all other routes are registered, and before the workers are forked. The
    `Metrics` are in ``app.extensions["inkling.metrics"]``, where the server adds to them.
    """
    routes = {"/metrics"} | {rule.rule for rule in app.url_map.iter_rules()}
    metrics = Metrics(sorted(routes), models, draining)
    app.add_url_rule("/metrics", "metrics", lambda: _exposition(metrics))  # a partial has no name
    app.extensions["inkling.metrics"] = metrics
    app.after_request(metrics.count_request)


class Metrics(Collector):
    """All that is counted, as sums over all workers, also ended ones.

    Parameters
    ----------
    routes
        The rules of the app's routes.
    models
        The models that read.
    draining
        Set while the server stops.
    """

    def __init__(
        self, routes: Sequence[str], models: Sequence[ModelDescription], draining: Event
    ) -> None:
        columns = count()
        routes = (*routes, NO_ROUTE)
        self._requests = Counter(
            "inkling_requests",
            "Requests answered.",
            columns,
            method=METHODS,
            route=routes,
            status=[str(status.value) for status in HTTPStatus],
        )
        documentation = "Seconds from a request's arrival to its answer."
        self._durations = Histogram(
            "inkling_request_duration_seconds", documentation, columns, _DURATIONS_S, route=routes
        )
        self._predictions = Counter(
            "inkling_predictions",
            "Digits read, also in numbers and batches.",
            columns,
            model=[model.name for model in models],
            digit=DIGITS,
            certain=BOOLEANS,
        )
        documentation = "Width times height of a picture."
        self._pixels = Histogram("inkling_picture_pixels", documentation, columns, _PIXELS)
        documentation = "Content-Length of a body with pictures."
        self._bodies = Histogram("inkling_body_bytes", documentation, columns, _BYTES)
        self._shed = Counter("inkling_shed", "Requests refused: too busy.", columns)
        self._metrics: list[Counter | Histogram] = [
            *(self._requests, self._durations, self._predictions),
            *(self._pixels, self._bodies, self._shed),
        ]
        self._counts = SharedCounts(next(columns))
        self._models = models
        self._draining = draining
        self._started_s = time.time()

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._counts.use_row(row)

    def count_shed(self) -> None:
        """Count a request that the server refused before the app."""
        self._counts.add(self._shed.increment())

    def count_request(self, response: Response) -> Response:
        """Count the current request, whose response this is."""
        method = request.method if request.method in METHODS else "other"
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        duration_s = time.monotonic() - request.started_s
        increments = self._requests.increment(method, route, str(response.status_code))
        increments += self._durations.observe(duration_s, route)
        outcome = response.outcome or Outcome()
        if outcome.problem == ProblemCode.TOO_BUSY.type:
            increments += self._shed.increment()
        if outcome.picture_pixels and request.content_length is not None:
            increments += self._bodies.observe(request.content_length)
        for n_pixels in filter(None, outcome.picture_pixels):  # 0 for what is not a picture
            increments += self._pixels.observe(n_pixels)
        for digit, is_certain in outcome.digits:
            labels = (outcome.model or "", str(digit), BOOLEANS[is_certain])
            increments += self._predictions.increment(*labels)
        self._counts.add(increments)
        return response

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with its sums."""
        totals = self._counts.totals()
        for metric in self._metrics:
            yield metric.family(totals)
        models = InfoMetricFamily("inkling_model", "The models that are loaded.", labels=["model"])
        for model in self._models:
            labels = {"parameters": str(model.parameters), "default": BOOLEANS[model.default]}
            models.add_metric([model.name], labels)
        yield models
        is_ready = not self._draining.is_set()
        yield GaugeMetricFamily("inkling_ready", "0 while the server stops, else 1.", is_ready)
        documentation = "When the server started, in seconds since 1970."
        yield GaugeMetricFamily("inkling_start_time_seconds", documentation, self._started_s)


def _exposition(metrics: Metrics) -> Response:
    """Return all metrics in the format that the request accepts."""
    registry = CollectorRegistry()
    registry.register(metrics)
    PlatformCollector(registry)
    accept = request.headers.get("Accept", "").replace('"', "")  # a version may be quoted
    try:
        encode, media_type = choose_encoder(accept)
    except (TypeError, ValueError):  # a version that is not a number
        encode, media_type = choose_encoder("")
    return Response(encode(registry), content_type=media_type)
