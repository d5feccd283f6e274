"""Metrics for Prometheus at ``/metrics``: requests, digits and pictures, over all workers."""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from flask import Flask
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    PlatformCollector,
    disable_created_metrics,
    values,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from app.config import SettingsError
from app.errors import ProblemCode
from app.requests.request import request
from app.responses import Outcome, Response
from app.service.answers import ModelDescription

METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
PROBES = ("/healthz", "/readyz")
NO_ROUTE = "none"
EXTENSION = "inkling-metrics"
"""Name of an app's Metrics among its extensions."""

FOLDERS = ("/dev/shm", os.environ.get("TMPDIR", "/tmp"))  # the disk may be read-only
FREE_BYTES = 4_000_000  # that one of them must have
FILE_BYTES = 131_072  # twice what the counts of every route take
_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # of Prometheus's client


class WorkerFiles:
    """The files in which each worker counts, and which Prometheus's client adds up.

    A worker that replaces another one continues in its files, so that sums never fall and the
    folder does not grow. The files have their size before they are mapped into memory: a process
    is killed (SIGBUS) when it writes to a mapped page for which a full file system has no room.

    Raises
    ------
    SettingsError
        When no folder has room.
    """

    def __init__(self) -> None:
        usable = (each for each in FOLDERS if os.access(each, os.W_OK))
        roomy = [each for each in usable if shutil.disk_usage(each).free >= FREE_BYTES]
        if not roomy:
            room = f"{FREE_BYTES // 1_000_000} MB in {' or '.join(FOLDERS)}"
            raise SettingsError(f"the metrics need {room}")
        self._folder = Path(tempfile.mkdtemp(prefix="inkling-metrics-", dir=roomy[0]))
        atexit.register(self._remove, os.getpid())
        os.environ[_FOLDER_VARIABLE] = str(self._folder)
        self.use("main")
        values.ValueClass = values.MultiProcessValue(lambda: self._name)  # type: ignore[no-untyped-call]

    def use(self, name: str) -> bool:
        """Let this process count in the files of a name that no other process uses now.

        Return whether they have room: without it nothing may be counted.
        """
        self._name = name
        for path in (self._folder / f"{kind}_{name}.db" for kind in ("counter", "histogram")):
            try:
                if not path.exists():
                    path.write_bytes(bytes(FILE_BYTES))
            except OSError:  # a full file system
                path.unlink(missing_ok=True)  # else it would be added up, half written
                return False
        return True

    def _remove(self, owner: int) -> None:
        """Remove the folder, unless this is a worker, which another one may replace."""
        if os.getpid() == owner:
            shutil.rmtree(self._folder, ignore_errors=True)


class Metrics:
    """The metrics of requests, digits and pictures.

    Attributes
    ----------
    is_counting
        False in a worker whose files have no room.
    """

    def __init__(self, registry: CollectorRegistry | None) -> None:
        self.is_counting = True
        counter = partial(Counter, registry=registry)
        histogram = partial(Histogram, registry=registry)
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

    def count_request(self, response: Response) -> Response:
        """Count the current request, whose response this is."""
        if not self.is_counting:
            return response
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        self._requests.labels(method, route, str(response.status_code)).inc()
        self._durations.labels(route).observe(time.monotonic() - request.started_s)
        if response.outcome:
            self._count_outcome(response.outcome)
        return response

    def _count_outcome(self, outcome: Outcome) -> None:
        """Count the pictures and digits of the current request."""
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
    """What stays as it is: when the server started, and the models that are loaded."""

    def __init__(self, models: Sequence[ModelDescription]) -> None:
        self._models = models
        self._start_s = time.time()

    def collect(self) -> Iterator[Metric]:
        """Yield the start, and a 1 for each model."""
        name, documentation = "inkling_start_time_seconds", "When the server started."
        yield GaugeMetricFamily(name, documentation, self._start_s)
        info = InfoMetricFamily("inkling_model", "The models that are loaded.", labels=["model"])
        for model in self._models:
            default = "true" if model.default else "false"
            value = {"parameters": str(model.parameters), "default": default}
            info.add_metric([model.name], value)
        yield info


def register(app: Flask, models: Sequence[ModelDescription], operators_port: str) -> None:
    """Count the requests of the app, and answer ``/metrics``.

    Parameters
    ----------
    operators_port
        The port that alone answers ``/metrics``, and besides it only the probes; empty for none.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    registry.register(ServerCollector(models))
    PlatformCollector(registry)
    if _FOLDER_VARIABLE in os.environ:  # The files of all workers have this one's counts, too.
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        metrics = Metrics(registry=None)
    else:
        metrics = Metrics(registry)
    app.after_request(metrics.count_request)
    app.extensions[EXTENSION] = metrics
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
