"""Metrics for Prometheus at ``/metrics``: requests, digits and pictures, over all workers."""

import mmap
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from itertools import accumulate, product
from threading import Lock

import numpy as np
import prometheus_client
from flask import Flask
from prometheus_client import CollectorRegistry, Gauge, Info, PlatformCollector
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from werkzeug.exceptions import NotFound

from app.errors import ProblemCode
from app.requests.request import request
from app.responses import Outcome, Response
from app.service.answers import ModelDescription

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
PROBES = ("/healthz", "/readyz")
NO_ROUTE = "none"
DIGITS = "0123456789"
BOOLEANS = ("false", "true")
_BUSY = {ProblemCode.TOO_BUSY.type, ProblemCode.TRAININGS_WAITING.type}
N_ROWS = 512  # twice the most workers: while workers are replaced, old and new ones count

Labels = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Metric:
    """A counter, or with bounds a histogram: how many amounts are at most each of the bounds.

    Attributes
    ----------
    name, documentation
        As Prometheus shows them.
    labels
        The possible values of each label.
    bounds
        Of a histogram, ascending.
    """

    name: str
    documentation: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bounds: Sequence[float] = ()

    @property
    def n_columns(self) -> int:
        """Numbers for one combination of labels: a histogram has one a bound, +Inf and the sum."""
        return len(self.bounds) + 2 if self.bounds else 1

    def family(self, totals: Mapping[Labels, list[float]]) -> prometheus_client.Metric:
        """Return the numbers of each combination of labels for Prometheus."""
        if not self.bounds:
            counter = CounterMetricFamily(self.name, self.documentation, labels=[*self.labels])
            for values, (total,) in totals.items():
                counter.add_metric(values, total)
            return counter
        histogram = HistogramMetricFamily(self.name, self.documentation, labels=[*self.labels])
        bounds = [*map(floatToGoString, self.bounds), "+Inf"]
        for values, (*counts, amounts) in totals.items():
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            histogram.add_metric(values, buckets, amounts)
        return histogram


class SharedCounts(Collector):
    """Sums over what each of several processes has counted, also ended ones.

    The memory is made before the processes are forked, and each process adds to a row of its own,
    so that no process waits for another. A new process continues in the row of one that ended, so
    that sums never fall. (In its multiprocess mode, Prometheus's own client keeps a file for each
    process that ever ran, and a full disk kills a process that writes to one.)
    """

    def __init__(self, *metrics: Metric) -> None:
        n_columns = 0
        self._columns: dict[Metric, dict[Labels, int]] = {}  # the first of each combination
        for metric in metrics:
            for values in product(*metric.labels.values()):
                self._columns.setdefault(metric, {})[values] = n_columns
                n_columns += metric.n_columns
        memory = mmap.mmap(-1, N_ROWS * (8 * n_columns + 1))  # no file, and filled with 0
        self._rows = np.frombuffer(memory, np.float64, N_ROWS * n_columns).reshape(N_ROWS, -1)
        self._is_used = np.frombuffer(memory, np.bool_, offset=self._rows.nbytes)
        self._lock = Lock()  # for threads
        self.use_row(0)

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._row = memoryview(self._rows[row % N_ROWS]).cast("B").cast("d")  # faster to add to
        self._is_used[row % N_ROWS] = True

    def count(self, metric: Metric, *values: str, amount: float = 1) -> None:
        """Add 1 to a counter, or an amount to a histogram; nothing for labels that it has not."""
        column = self._columns[metric].get(values)
        if column is not None:
            with self._lock:
                self._row[column + bisect_left(metric.bounds, amount)] += 1
                if metric.bounds:
                    self._row[column + metric.n_columns - 1] += amount

    def collect(self) -> Iterator[prometheus_client.Metric]:
        """Yield the sums of each metric, without combinations of labels that never occurred."""
        sums = self._rows[self._is_used].sum(axis=0).tolist()
        for metric, columns in self._columns.items():
            totals = {key: sums[first : first + metric.n_columns] for key, first in columns.items()}
            yield metric.family({key: each for key, each in totals.items() if any(each) or not key})


class Metrics(SharedCounts):
    """The metrics of requests, digits and pictures.

    Parameters
    ----------
    routes
        The URL rules of the app.
    models
        The models that read.
    """

    def __init__(self, routes: Sequence[str], models: Sequence[ModelDescription]) -> None:
        by_route = {"route": (*routes, NO_ROUTE)}
        statuses = [str(status.value) for status in HTTPStatus]
        names = [model.name for model in models]
        self._requests = Metric(
            "inkling_requests",
            "Requests answered.",
            {"method": (*METHODS, "other"), **by_route, "status": statuses},
        )
        self._durations = Metric(
            "inkling_request_duration_seconds",
            "Seconds from a request's arrival to its answer.",
            by_route,
            bounds=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._predictions = Metric(
            "inkling_predictions",
            "Digits read, also in numbers and batches.",
            {"model": names, "digit": DIGITS, "certain": BOOLEANS},
        )
        self._pixels = Metric(
            "inkling_picture_pixels",
            "Width times height of a picture.",
            bounds=(784, 1e4, 1e5, 3e5, 1e6, 4e6, 12e6, 24e6, 64e6),
        )
        self._bodies = Metric(
            "inkling_body_bytes",
            "Content-Length of a body with pictures.",
            bounds=(1e3, 1e4, 1e5, 1e6, 3e6, 1e7),
        )
        self._shed = Metric("inkling_shed", "Requests refused: too busy.")
        super().__init__(
            *(self._requests, self._durations, self._predictions),
            *(self._pixels, self._bodies, self._shed),
        )

    def count_request(self, response: Response) -> Response:
        """Count the current request, whose response this is."""
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        self.count(self._requests, method, route, str(response.status_code))
        self.count(self._durations, route, amount=time.monotonic() - request.started_s)
        if response.outcome:
            self._count_outcome(response.outcome)
        return response

    def _count_outcome(self, outcome: Outcome) -> None:
        """Count the pictures and digits of the current request."""
        if outcome.problem in _BUSY:
            self.count(self._shed)
        if outcome.picture_pixels and request.content_length is not None:
            self.count(self._bodies, amount=request.content_length)
        for n_pixels in filter(None, outcome.picture_pixels):  # 0 for what is not a picture
            self.count(self._pixels, amount=n_pixels)
        for digit, is_certain in outcome.digits:
            model = outcome.model or ""
            self.count(self._predictions, model, DIGITS[digit], BOOLEANS[is_certain])


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

    registry = _registry(metrics, models)

    @app.get("/metrics", endpoint="metrics")
    def answer() -> Response:
        accept = request.headers.get("Accept", "").replace('"', "")  # a version may be quoted
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # a version that is not a number
            encode, media_type = choose_encoder("")
        return Response(encode(registry), content_type=media_type)


def _registry(metrics: Metrics, models: Sequence[ModelDescription]) -> CollectorRegistry:
    """Return all metrics: those that are counted, and those that stay as they are."""
    registry = CollectorRegistry()
    registry.register(metrics)
    PlatformCollector(registry)
    start = Gauge("inkling_start_time_seconds", "When the server started.", registry=registry)
    start.set_to_current_time()
    info = Info("inkling_model", "The models that are loaded.", ["model"], registry=registry)
    for model in models:
        labels = {"parameters": str(model.parameters), "default": BOOLEANS[model.default]}
        info.labels(model.name).info(labels)
    return registry


def _check_port(operators_port: str) -> None:
    """Raise NotFound for metrics at the public port, and for the API at the operators' port."""
    is_for_operators = request.environ["SERVER_PORT"] == operators_port
    if request.path not in PROBES and is_for_operators != (request.path == "/metrics"):
        raise NotFound
