"""Logs: a JSON object a line for each request, never with what the request held."""

import logging
import logging.config
import traceback
from functools import partial
from typing import Any

from flask import Flask
from pythonjsonlogger.msgspec import MsgspecFormatter

from app.config import LOG_LEVELS, Settings
from app.requests.request import PROBES, request
from app.responses import Outcome, Response

_AS_TEXT = "%(method)s %(route)s %(status)s in %(latency_ms)s ms, %(outcome)s"
_MAX_LINE_LENGTH = 200  # longer lines of a traceback may quote data
# Beginnings of gunicorn's messages that hold a client's address or path, and their replacements.
_REDACTED = {
    "Invalid request from": "A client sent a request that is not valid HTTP.",
    "Error handling request": "A request failed outside the app.",
}


def register(app: Flask, settings: Settings) -> None:
    """Log the requests of the app if the settings say so, and its exceptions without paths.

    Where no server has configured the loggers for JSON, it does so.
    """
    app.log_exception = partial(_log_exception, app.logger)  # type: ignore[method-assign]
    logger, is_json = logging.getLogger("inkling"), settings.log == "json"
    if is_json and not logger.handlers:
        logging.config.dictConfig(logging_config(settings.log, settings.log_level))
    level = logging.INFO if is_json else logging.DEBUG
    if logger.isEnabledFor(level):
        app.after_request(partial(_log_request, logger, level, is_json))


def logging_config(log: str, level: str = "info") -> dict[str, Any]:
    """Return the configuration of all loggers of the process, for `logging.config.dictConfig`.

    Parameters
    ----------
    log
        The setting: "json" writes all to stdout as JSON; "text" writes warnings to stderr as text,
        and to stdout what the logger "inkling" logs.
    level
        The setting: the least level that "inkling" logs, and of the others, if it is not lower
        than WARNING. With "debug" they log from INFO on: what gunicorn does with its workers.
    """
    text = "%(asctime)s [%(process)d] [%(levelname)s] %(message)s"
    formatters = {"warnings": {"format": text}, "info": {"format": "%(message)s"}}
    streams = {"warnings": "stderr", "info": "stdout"}
    if log == "json":
        formatters = {name: {"()": f"{__name__}.JsonFormatter"} for name in formatters}
        streams["warnings"] = "stdout"
    handler = {"class": "logging.StreamHandler", "filters": ["redact"]}
    own = level.upper() if level in LOG_LEVELS else "INFO"  # the app refuses other settings
    others = {"DEBUG": "INFO", "INFO": "WARNING"}.get(own, own)
    warnings = {"level": others, "handlers": ["warnings"], "propagate": False}
    info = {"level": own, "handlers": ["info"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": ClientRedactingFilter}},
        "formatters": formatters,
        "handlers": {
            name: {**handler, "formatter": name, "stream": f"ext://sys.{stream}"}
            for name, stream in streams.items()
        },
        "root": warnings,
        "loggers": {"gunicorn.error": warnings, "inkling": info},
    }


class JsonFormatter(MsgspecFormatter):
    """A JSON object in one line: level, the fields of the entry, and the time in UTC."""

    def __init__(self) -> None:
        names = {"levelname": "level", "exc_info": "traceback"}
        super().__init__(("levelname", "message"), rename_fields=names, timestamp="time")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return the entry with a level in lower case, and without an empty message."""
        log_data["level"] = log_data["level"].lower()
        return {name: value for name, value in log_data.items() if name != "message" or value}


class ClientRedactingFilter(logging.Filter):
    """Removes a client's address, path and data from messages of the server and tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: every record is logged, some with another message."""
        for beginning, message in _REDACTED.items():
            if isinstance(record.msg, str) and record.msg.startswith(beginning):
                record.msg, record.args = message, ()
        if record.exc_info:
            lines = "".join(traceback.format_exception(*record.exc_info)).splitlines()
            record.exc_text, record.exc_info = "\n".join(map(_shortened, lines)), None
        return True


def _shortened(line: str) -> str:
    """Return a line of a traceback, or its length instead when it is long and may quote data."""
    is_short = len(line) <= _MAX_LINE_LENGTH
    return line if is_short else f"{line.partition(':')[0]}: {len(line):,} characters"


def _log_request(logger: logging.Logger, level: int, is_json: bool, response: Response) -> Response:
    """Log a request and its outcome; a successful probe is not logged."""
    names = _names()
    if request.route not in (*PROBES, "/metrics") or response.status_code != 200:
        outcome = response.outcome or Outcome()
        entry = {
            "event": "request",
            **names,
            "status": response.status_code,
            "latency_ms": round(1000 * request.waited_s, 3),
            "model": outcome.model,
            "outcome": _in_words(outcome, is_batch=(request.route or "").endswith("/batch")),
            "body_bytes": request.content_length,
        }
        logger.log(level, entry if is_json else _AS_TEXT % entry)
    return response


def _log_exception(logger: logging.Logger, exc_info: Any) -> None:
    """Log an unhandled exception; Flask's own message would hold the path."""
    names = _names()
    message = "Unhandled exception in %(method)s %(route)s, request %(request_id)s"
    logger.error(message, names, exc_info=exc_info, extra={"event": "exception", **names})


def _names() -> dict[str, Any]:
    """Return what identifies the request, without free text of the client."""
    trace = {"trace_id": request.trace_id} if request.trace_id else {}
    return {
        "request_id": request.id,
        **trace,
        "method": request.known_method,
        "route": request.route,
    }


def _in_words(outcome: Outcome, *, is_batch: bool) -> str | dict[str, int] | None:
    """Return the problem's type, or whether the answer is certain; of a batch, how many are."""
    n_pictures, n_read = len(outcome.picture_pixels), len(outcome.are_certain)
    if outcome.problem or not n_pictures:
        return outcome.problem
    if is_batch:
        n_certain = sum(outcome.are_certain)
        n_refused = n_pictures - n_read
        return {"certain": n_certain, "uncertain": n_read - n_certain, "refused": n_refused}
    return "certain" if all(outcome.are_certain) else "uncertain"
