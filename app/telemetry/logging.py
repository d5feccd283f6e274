"""Logs: a JSON object a line for each request, never with what the request held."""

import logging
import logging.config
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

_MAX_LINE_LENGTH = 200  # of a traceback: a longer line quotes data of a client
# Beginnings of gunicorn's messages that hold a client's address or path, and their replacements.
_REDACTED = {
    "Invalid request from": "A client sent a request that is not valid HTTP.",
    "Error handling request": "A request failed outside the app.",
}


def register(app: Flask, settings: Settings) -> None:
    """Send back the id of each request, and log requests if the settings say so.

    It must be called before anything else looks at requests. Where no server has configured the
    loggers for JSON, it does so.
    """
    app.after_request(_send_request_id)
    if settings.log == "json":
        if not logging.getLogger("inkling").handlers:
            logging.config.dictConfig(logging_config(settings.log))
        app.after_request(_log_request)
    app.log_exception = partial(_log_exception, app.logger)  # type: ignore[method-assign]


def logging_config(log: str) -> dict[str, Any]:
    """Return the configuration of all loggers of the process, for `logging.config.dictConfig`.

    Parameters
    ----------
    log
        The setting: "json" writes all to stdout as JSON; "text" writes warnings to stderr as text,
        and to stdout what the logger "inkling" logs, from level INFO on.
    """
    is_json = log == "json"
    warnings = {"level": "WARNING", "handlers": ["warnings"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": ClientRedactingFilter}},
        "formatters": {
            "warnings": {"()": JsonLineFormatter if is_json else TextFormatter},
            "info": {"()": JsonLineFormatter if is_json else logging.Formatter},
        },
        "handlers": {
            "warnings": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout" if is_json else "ext://sys.stderr",
                "formatter": "warnings",
                "filters": ["redact"],
            },
            "info": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "info",
            },
        },
        "root": warnings,
        "loggers": {
            "gunicorn.error": warnings,
            "inkling": {"level": "INFO", "handlers": ["info"], "propagate": False},
        },
    }


class TextFormatter(logging.Formatter):
    """A line of text with time, process and level."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s [%(process)d] [%(levelname)s] %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802, the library's name
        """Return a traceback without long lines."""
        return _shorten(super().formatException(ei))


class JsonLineFormatter(JsonFormatter):
    """A JSON object in one line: time, level, then the fields of the entry."""

    def __init__(self) -> None:
        super().__init__((), rename_fields={"exc_info": "traceback"}, json_default=str)

    def formatException(self, ei: Any) -> str:  # noqa: N802, the library's name
        """Return a traceback without long lines."""
        return _shorten(str(super().formatException(ei)))

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Put the time first, in UTC to the millisecond."""
        time_utc = datetime.fromtimestamp(record.created, UTC)
        log_data["time"] = time_utc.isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        if record.message:
            log_data["message"] = record.message
        super().add_fields(log_data, record, message_dict)


class ClientRedactingFilter(logging.Filter):
    """Removes a client's address and path from gunicorn's messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: every record is logged, some with another message."""
        for beginning, message in _REDACTED.items():
            if str(record.msg).startswith(beginning):
                record.msg, record.args = message, ()
        return True


def _send_request_id(response: Response) -> Response:
    response.headers["X-Request-ID"] = request.id
    return response


def _log_request(response: Response) -> Response:
    """Log a request and its outcome; a successful probe is not logged."""
    names = _names()
    if names["route"] not in PROBES or response.status_code != 200:
        outcome = response.outcome or Outcome()
        entry = {
            "event": "request",
            **names,
            "status": response.status_code,
            "latency_ms": round(1000 * (time.monotonic() - request.started_s), 3),
            "model": outcome.model,
            "outcome": _outcome(outcome, is_batch=names["route"] == BATCH),
            "body_bytes": request.content_length,
        }
        logging.getLogger("inkling").info(entry)
    return response


def _log_exception(logger: logging.Logger, exc_info: Any) -> None:
    """Log an unhandled exception; Flask's own message would hold the path."""
    names = _names()
    message = "Unhandled exception in %(method)s %(route)s, request %(request_id)s"
    logger.error(message, names, exc_info=exc_info, extra={"event": "exception", **names})


def _names() -> dict[str, Any]:
    """Return what identifies the request, without free text of the client."""
    rule, method = request.url_rule, request.method
    return {
        "request_id": request.id,
        "method": method if method in METHODS else "other",
        "route": rule.rule if rule else None,
    }


def _outcome(outcome: Outcome, *, is_batch: bool) -> str | dict[str, int] | None:
    """Return the problem's type, or whether the answer is certain; of a batch, how many are."""
    if outcome.problem:
        return outcome.problem
    n_digits, n_pictures = len(outcome.digits), len(outcome.picture_pixels)
    n_certain = sum(is_certain for _, is_certain in outcome.digits)
    if not n_pictures:
        return None
    if is_batch:
        n_refused = n_pictures - n_digits
        return {"certain": n_certain, "uncertain": n_digits - n_certain, "refused": n_refused}
    return "certain" if n_certain == n_digits else "uncertain"


def _shorten(traceback: str) -> str:
    """Return a traceback whose long lines are replaced by their length."""
    return "\n".join(
        line if len(line) <= _MAX_LINE_LENGTH else f"{line.split(':')[0]}: {len(line):,} characters"
        for line in traceback.splitlines()
    )
