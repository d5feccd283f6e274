"""Fixtures of all tests: the app with its real models, also served, and a drawn digit."""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from http.client import HTTPConnection
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app import create_app
from app.config import Settings
from tests.drawing import as_file, draw
from tests.serving import Server, serving

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# On a busy machine an example may take any time.
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def seven() -> bytes:
    """Return a drawn 7 as a PNG file."""
    return as_file(draw(7))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return the server that ships."""
    with serving(  # which looks for tracebacks in the log
        FORWARDED_ALLOW_IPS="*",
        INKLING_RATE_LIMIT="1000000 per second",
        INKLING_MAX_WAIT_SECONDS="60",
    ) as server:
        yield server


@pytest.fixture
def connection(server: Server) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(server.address, timeout=60)
    yield connection
    connection.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that train first, and refuse several tests of one id.

    A training takes long: in the last file, the other processes would wait for it. Of several tests
    of one id pytest-xdist would run one, and say nothing.
    """
    items.sort(key=lambda item: item.get_closest_marker("trains") is None)
    counts = Counter(item.nodeid for item in items)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise pytest.UsageError(f"pytest-xdist would run one test of each of these ids: {repeated}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _required(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _required(report)


def _required(report: Report) -> Report:
    """Turn a skipped test into a failed one when INKLING_REQUIRE_ALL=1 forbids skipping."""
    is_required = os.environ.get("INKLING_REQUIRE_ALL") == "1"
    if is_required and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, which INKLING_REQUIRE_ALL=1 forbids"
    return report
