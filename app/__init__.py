"""Inkling over HTTP: a page to draw on and an API."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from app import errors, languages, responses, security, static_files
from app.config import ROOT, Settings
from app.requests.request import MAX_TEXT_BYTES, Request, require_client
from app.responses import Response
from app.routes import api, openapi, pages, rooms
from app.security.rate_limit import client_network
from app.service import models
from app.service.executor import Executor
from app.service.predictor import Predictor
from app.service.rooms import Rooms
from app.telemetry import logging as logs
from app.telemetry.metrics import Metrics
from app.telemetry.metrics import register as register_metrics


def create_app(
    settings: Settings | None = None,
    *,
    in_thread: Callable[[Callable[[], Any]], Any] | None = None,
    metrics: Metrics | None = None,
    held_rooms: Rooms | None = None,
) -> Flask:
    """Return the app, its models loaded.

    Parameters
    ----------
    settings
        The settings of the app; None reads the environment variables.
    in_thread
        Runs a function in another thread and returns its result: for large pictures, where the
        server answers its requests in one thread.
    metrics
        Where its requests are counted; None counts this app's requests alone.
    held_rooms
        The rooms of classes; None holds them in the memory of this process.

    Raises
    ------
    SettingsError
        When a setting or a weights file is bad.
    """
    settings = settings or Settings.from_environ()
    loaded = models.load(settings)
    settings = replace(settings, risk=loaded.certainty.risk)
    executor = Executor(settings.max_wait_seconds, in_thread, require_client, client_network)
    predictor = Predictor(loaded, settings, executor)
    app = Flask(__name__, static_folder=ROOT / "static", template_folder=ROOT / "templates")
    app.request_class, app.response_class = Request, Response
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=MAX_TEXT_BYTES,
    )
    logs.register(app, settings)  # first, so that it sees all that follows
    app.register_blueprint(api.blueprint(predictor, max_batch_items=settings.max_batch_items))
    app.register_blueprint(pages.blueprint(predictor, settings.public_address))
    app.register_blueprint(rooms.blueprint(predictor, held_rooms or Rooms(), settings))
    port = os.environ.get("METRICS_PORT", "")
    app.register_blueprint(openapi.blueprint(settings, list(loaded.digits), has_metrics=not port))
    static_files.register(app)
    errors.register(app)
    languages.register(app)
    responses.register(app)
    register_metrics(app, predictor.descriptions, port, metrics or Metrics())
    security.register(app, settings)
    return app
