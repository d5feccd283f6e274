"""What Prometheus asks for at ``/metrics``: requests, answers and pictures, over all workers."""

import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import count

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Metric, PlatformCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from app.requests.request import request
from app.responses import Outcome, Response
from app.service.answers import ModelDescription
from app.telemetry.counts import Amount, Counter, Histogram, SharedCounts

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "other")
NO_ROUTE = "none"
DIGITS = "0123456789"
TRUTHS = ("false", "true")

_DURATIONS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PIXELS = (784, 1e4, 1e5, 3e5, 1e6, 4e6, 12e6, 24e6, 64e6)
_BYTES = (1e3, 1e4, 1e5, 1e6, 3e6, 1e7)


def register(app: Flask, models: Sequence[ModelDescription]) -> None:
    """Let the app count what it does, and tell it at ``/metrics``.

    To be called when all other routes are there, and before the workers are forked. The `Metrics`
    are in ``app.extensions["inkling.metrics"]``, for what the server has to add.
    """
    app.add_url_rule("/metrics", "metrics", _show)
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    metrics = Metrics(sorted(routes), models)
    app.extensions["inkling.metrics"] = metrics
    app.after_request(metrics.count_request)


class Metrics(Collector):
    """All that is counted; the sums are those of all workers, ended ones too.

    Parameters
    ----------
    routes
        The rules of the app's routes.
    models
        The models that read.

    Attributes
    ----------
    registry
        What Prometheus's client reads them from.
    """

    def __init__(self, routes: Sequence[str], models: Sequence[ModelDescription]) -> None:
        columns = count()
        routes = (*routes, NO_ROUTE)
        statuses = [str(status.value) for status in HTTPStatus]
        words = "Requests answered."
        self._requests = Counter(
            "inkling_requests", words, columns, method=METHODS, route=routes, status=statuses
        )
        words = "Seconds from a request's head to its answer."
        self._durations = Histogram(
            "inkling_request_duration_seconds", words, columns, _DURATIONS_S, route=routes
        )
        words = "Digits read, those of numbers and batches too."
        names = [model.name for model in models]
        self._predictions = Counter(
            "inkling_predictions", words, columns, model=names, digit=DIGITS, certain=TRUTHS
        )
        words = "Width times height of a picture."
        self._pixels = Histogram("inkling_picture_pixels", words, columns, _PIXELS)
        words = "Length of a body with pictures, where the request tells it."
        self._bodies = Histogram("inkling_body_bytes", words, columns, _BYTES)
        self._shed = Counter("inkling_shed", "Requests refused: too busy.", columns)
        self._counts = SharedCounts(next(columns))
        self._models = models
        self._started_s = time.time()
        self.registry = CollectorRegistry()
        self.registry.register(self)
        PlatformCollector(self.registry)

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._counts.use_row(row)

    def count_shed(self) -> None:
        """Count a request that was refused without asking the app."""
        self._counts.add(self._shed.one())

    def count_request(self, response: Response) -> Response:
        """Count the request under way, whose response this is."""
        rule, method = request.url_rule, request.method
        route = rule.rule if rule else NO_ROUTE
        counted_as = method if method in METHODS else "other"
        amounts = self._requests.one(counted_as, route, str(response.status_code))
        amounts += self._durations.one(time.monotonic() - request.started_s, route)
        if method == "POST":
            amounts += self._in_post(response)
        self._counts.add(amounts)
        return response

    def _in_post(self, response: Response) -> list[Amount]:
        """Return what a request adds that may bring pictures."""
        amounts = self._shed.one() if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE else []
        outcome = response.outcome or Outcome()
        if outcome.picture_pixels and request.content_length is not None:
            amounts += self._bodies.one(request.content_length)
        for n_pixels in filter(None, outcome.picture_pixels):  # 0 for what is no picture
            amounts += self._pixels.one(n_pixels)
        for digit, is_certain in outcome.digits:
            amounts += self._predictions.one(outcome.model or "", str(digit), TRUTHS[is_certain])
        return amounts

    def collect(self) -> Iterator[Metric]:
        """Give each metric with its sums, to Prometheus's client."""
        totals = self._counts.totals()
        yield self._requests.family(totals)
        yield self._durations.family(totals)
        yield self._predictions.family(totals)
        yield self._pixels.family(totals)
        yield self._bodies.family(totals)
        yield self._shed.family(totals)
        models = InfoMetricFamily("inkling_model", "The models that are loaded.", labels=["model"])
        for model in self._models:
            details = {"parameters": str(model.parameters), "default": TRUTHS[model.default]}
            models.add_metric([model.name], details)
        yield models
        draining = current_app.extensions.get("inkling.draining")
        is_ready = not (draining and draining.is_set())
        yield GaugeMetricFamily("inkling_ready", "0 while the server stops, else 1.", is_ready)
        words = "When the server started, in seconds since 1970."
        yield GaugeMetricFamily("inkling_start_time_seconds", words, self._started_s)


def _show() -> Response:
    """Answer in the format that is asked for."""
    encode, media_type = choose_encoder(request.headers.get("Accept", ""))
    registry = current_app.extensions["inkling.metrics"].registry
    return Response(encode(registry), content_type=media_type)
