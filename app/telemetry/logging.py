"""What is written down: each request as one JSON object a line, and never what was in it."""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask
from pythonjsonlogger.json import JsonFormatter

from app.config import Settings
from app.requests.request import request
from app.responses import Outcome, Response

PROBES = ("/healthz", "/readyz", "/metrics")
BATCH = "/predict/batch"
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")

_LONGEST_LINE = 200  # of a traceback, in characters: what is longer is somebody's data
# How gunicorn begins what goes on with a client's address or the path it asked for.
_ABOUT_CLIENTS = {
    "Invalid request from": "A client sent what is not HTTP.",
    "Error handling request": "A request failed outside the app.",
}


def register(app: Flask, settings: Settings) -> None:
    """Give each request an identifier, and log requests where the settings say so.

    To be called before all else that looks at requests. The identifier is the one that the client
    sent as ``X-Request-ID`` or a new one; it is ``request.id`` and goes back.
    """
    app.after_request(_send_request_id)
    logger = app.logger
    if settings.log == "json":
        logger = _json_logger()
        app.after_request(partial(_log_request, logger))
    app.log_exception = partial(_log_exception, logger)  # type: ignore[method-assign]


def gunicorn_config(kind: str) -> dict[str, Any]:
    """Return gunicorn's `logconfig_dict`, and with it how all of the process is logged.

    Warnings go to stderr as text, or to stdout as JSON where ``kind`` is "json". What the logger
    "inkling" has to say goes to stdout, from plain information on.
    """
    is_json = kind == "json"
    stdout, stderr = "ext://sys.stdout", "ext://sys.stderr"
    handler = {"class": "logging.StreamHandler", "filters": ["discreet"]}
    warnings = {"level": "WARNING", "handlers": ["warnings"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"discreet": {"()": WithoutClients}},
        "formatters": {
            "warnings": {"()": JsonLines if is_json else TextLines},
            "news": {"()": JsonLines if is_json else logging.Formatter},
        },
        "handlers": {
            "warnings": handler
            | {"stream": stdout if is_json else stderr, "formatter": "warnings"},
            "news": handler | {"stream": stdout, "formatter": "news"},
        },
        "root": warnings,
        "loggers": {
            "gunicorn.error": warnings,
            "inkling": {"level": "INFO", "handlers": ["news"], "propagate": False},
        },
    }


class TextLines(logging.Formatter):
    """A line for people, with its time, process and level."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s [%(process)d] [%(levelname)s] %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802, as the library has it
        """Return a traceback without long messages, which quote what could not be read."""
        return _shorten(super().formatException(ei))


class JsonLines(JsonFormatter):
    """A JSON object in one line: time and level, then what is told."""

    def __init__(self) -> None:
        encoder = json.JSONEncoder(default=str)  # once, and not for each line
        super().__init__(
            (),
            rename_fields={"exc_info": "traceback"},
            json_serializer=lambda entry, **_: encoder.encode(entry),
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802, as the library has it
        """Return a traceback without long messages, which quote what could not be read."""
        return _shorten(str(super().formatException(ei)))

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Begin with the time, UTC to the millisecond."""
        time_utc = datetime.fromtimestamp(record.created, UTC)
        log_data["time"] = time_utc.isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        if record.message:
            log_data["message"] = record.message
        super().add_fields(log_data, record, message_dict)


class WithoutClients(logging.Filter):
    """Takes the client's address and path out of what gunicorn says."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, in words that name nobody."""
        for beginning, words in _ABOUT_CLIENTS.items():
            if str(record.msg).startswith(beginning):
                record.msg, record.args = words, ()
        return True


def _send_request_id(response: Response) -> Response:
    response.headers["X-Request-ID"] = request.id
    return response


def _log_request(logger: logging.Logger, response: Response) -> Response:
    """Write down what came of a request, but for probes that are well."""
    who = _who()
    if who["route"] not in PROBES or response.status_code != 200:
        latency_s = time.monotonic() - request.started_s
        entry = {
            "event": "request",
            **who,
            "status": response.status_code,
            "latency_ms": round(1000 * latency_s, 3),
            "model": response.outcome.model if response.outcome else None,
            "outcome": _outcome(response.outcome, who["route"]),
            "body_bytes": request.content_length,
        }
        # As logger.info() does, which would also look up the line that it is called from.
        logger.handle(logger.makeRecord(logger.name, logging.INFO, "", 0, entry, (), None))
    return response


def _log_exception(logger: logging.Logger, exc_info: Any) -> None:
    """Write down a fault of ours; Flask's own words have the path in them."""
    who = _who()
    words = "Unhandled exception in %(method)s %(route)s, request %(request_id)s"
    logger.error(words, who, exc_info=exc_info, extra={"event": "exception", **who})


def _who() -> dict[str, Any]:
    """Return what tells a request from others, and nothing that the client chose freely."""
    rule, method = request.url_rule, request.method
    return {
        "request_id": request.id,
        "method": method if method in METHODS else "other",
        "route": rule.rule if rule else None,
    }


def _outcome(outcome: Outcome | None, route: str | None) -> str | dict[str, int] | None:
    """Return the type of the problem, or how many digits are certain, or whether all are."""
    if outcome is None:
        return None
    if outcome.problem:
        return outcome.problem
    n_certain = sum(is_certain for _, is_certain in outcome.digits)
    n_digits = len(outcome.digits)
    if route == BATCH:
        n_refused = len(outcome.picture_pixels) - n_digits
        return {"certain": n_certain, "uncertain": n_digits - n_certain, "refused": n_refused}
    return "certain" if n_certain == n_digits else "uncertain"


def _json_logger() -> logging.Logger:
    """Return a logger of this app alone, whatever others set up for the process."""
    logger = logging.Logger("inkling.requests", logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    return logger


def _shorten(traceback: str) -> str:
    """Return a traceback in which no long line is left."""
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else f"{line.split(':')[0]}: {len(line):,} characters"
        for line in traceback.splitlines()
    )
