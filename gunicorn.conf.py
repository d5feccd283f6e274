"""Settings of gunicorn: `gunicorn` in this folder serves Inkling without arguments.

`python -m deploy.serve` does, too, and checks before what gunicorn reads without this file.
"""

import os

# Before numpy is imported: small matrix products are slower on several threads, and the workers
# already use every core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")

# Before Flask is imported, because the app is loaded before the workers are forked.
from gevent import monkey

monkey.patch_all()

import logging
import resource
import socket
import sys
from itertools import count
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

from app import __name__ as app_name  # inkling.app where it is installed
from app.requests.server_address import http_url, machine_addresses, why_not_free
from app.telemetry import logging as logs

MAX_WORKERS = 256
MAX_CONNECTIONS = 10_000  # of a worker
MAX_UNRECEIVED_BYTES = 131_072  # of answers, on their way to a client; the system doubles this
MAX_UNSENT_BYTES = 16_384  # of answers that the system holds for a client that does not read
OTHER_FILES = 100  # that a worker has open
ANY_ADDRESS = ("0.0.0.0", "::")
FIREWALL_HINT = """If phones cannot open it, allow the port in the firewall: on Linux by
sudo ufw allow {port}/tcp, or by sudo firewall-cmd --add-port={port}/tcp;
macOS and Windows ask, so allow Python.
Wi-Fi for guests often keeps devices apart: use another network, or a hotspot."""


class Logger(GunicornLogger):  # type: ignore[misc]
    """gunicorn's logger without its access log, because the app logs requests."""

    def access(self, *_: Any) -> None:
        """Format no line."""


def _whole_number(variable: str, default: int, allowed: range) -> int:
    """Return an environment variable as a number, or exit with the reason in one line."""
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) not in allowed:
        expected = f"a whole number from {allowed[0]} to {allowed[-1]}"
        sys.exit(f"Inkling cannot start: {variable} must be {expected}, but it is {text!r}")
    return int(text)


def _most_connections() -> int:
    """Return how many connections a worker may have, within the limit of its open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MAX_CONNECTIONS + OTHER_FILES
    if soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    if soft < needed:
        logging.getLogger("inkling").warning(
            "Inkling may open %s files, so that a worker has at most %s connections instead of %s",
            soft,
            soft - OTHER_FILES,
            MAX_CONNECTIONS,
        )
    return min(MAX_CONNECTIONS, soft - OTHER_FILES)


def _addresses() -> list[str]:
    """Return where to listen: for the public, and for operators if they have a port of their own.

    gunicorn counts the connections of each separately, so that the public cannot use up those of
    the operators: liveness and metrics are answered beside any number of public connections.
    """
    host = os.environ.get("HOST") or "127.0.0.1"
    ports = [_whole_number("PORT", 8000, range(65_536))]
    if os.environ.get("METRICS_PORT"):
        ports.append(_whole_number("METRICS_PORT", 0, range(1, 65_536)))
    return [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for port in ports]


wsgi_app = f"{app_name}.wsgi"
bind = _addresses()
workers = _whole_number("WEB_CONCURRENCY", min(os.cpu_count() or 1, 4), range(1, MAX_WORKERS + 1))
# gunicorn's gevent worker, where a connection costs no thread, however slow its client is.
worker_class = f"{app_name}.requests.worker.Worker"
worker_connections = _most_connections()
backlog = 2048
# The longest time, in seconds, from one request to the next or to the end of its head. It is longer
# than balancers use a connection, so that they close it first.
keepalive = 75
# A head takes at most 48 times 2 kB of memory, and gunicorn reads all of it again for each part.
limit_request_fields = 48
limit_request_field_size = 2046
graceful_timeout = 8  # seconds; container engines kill after 10
http_parser = "python"  # the one that the limits are tested with, whatever is installed
forwarder_headers = ""  # a client's SCRIPT_NAME and PATH_INFO are ignored, also from a proxy
preload_app = True  # one copy of the weights for all workers; bad weights end the start
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # works on a read-only disk
control_socket_disable = True
logger_class = Logger
log_format = os.environ.get("INKLING_LOG", "text")
logconfig_dict = logs.logging_config(log_format, os.environ.get("INKLING_LOG_LEVEL", "info"))


def on_starting(server: Any) -> None:
    """End where the server cannot listen, with one line: gunicorn would try for five seconds."""
    if not {"GUNICORN_FD", "LISTEN_FDS"} & {*os.environ}:  # sockets that are open already
        for host, port in (each for each in server.address if isinstance(each, tuple)):
            if reason := why_not_free(host, port):
                sys.exit(f"Inkling cannot start: {reason}")


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the lowest free number, which names its files of metrics."""
    taken = {other.number for other in server.WORKERS.values()}
    worker.number = next(number for number in count() if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Let the worker count metrics in its files."""
    if count_as := getattr(server.app.wsgi(), "count_as", None):  # not of the apps of the tests
        count_as(worker.number)


def post_worker_init(worker: Any) -> None:
    """Let the app begin what it does beside requests."""
    if start := getattr(worker.app.wsgi(), "start", None):  # not of the apps of the tests
        start()


def on_reload(server: Any) -> None:
    """Load the weights and the API key again on SIGHUP; new workers replace the present ones."""
    logging.getLogger("inkling").info("Inkling reloads its weights and its key")
    for worker in server.WORKERS.values():
        worker.is_replaced = True
    server.app.wsgi().reload()


def on_exit(server: Any) -> None:
    """Log the end, which comes after the last answer."""
    logging.getLogger("inkling").info("Inkling has stopped")


def when_ready(server: Any) -> None:
    """Bound the answers that clients do not read, and log the address."""
    for listener in server.LISTENERS:  # whose connections inherit this
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_UNRECEIVED_BYTES)
        if lowat := getattr(socket, "TCP_NOTSENT_LOWAT", 0):  # on Linux and macOS
            listener.sock.setsockopt(socket.IPPROTO_TCP, lowat, MAX_UNSENT_BYTES)
    host, port = server.LISTENERS[0].sock.getsockname()[:2]
    logger = logging.getLogger("inkling")
    if host not in ANY_ADDRESS:
        logger.info(f"Inkling is ready: {http_url(host, port)}")
        return
    urls = [http_url(str(each), port) for each in machine_addresses(6 if ":" in host else 4)]
    others = " or ".join(urls) or "no address found"
    logger.info(f"Inkling is ready: {http_url('127.0.0.1', port)} (from this network: {others})")
    if log_format == "text":
        logger.info(FIREWALL_HINT.format(port=port))
