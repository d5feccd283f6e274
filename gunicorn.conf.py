"""Settings of gunicorn: `gunicorn` in this folder serves Inkling without arguments."""

import logging
import os
import socket
import sys
from itertools import count
from math import ceil
from mmap import mmap
from typing import Any

# Before numpy is imported: small matrix products are slower on several threads, and the workers
# already use every core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")

from app.telemetry import logging as logs

MAX_WORKERS = 256
ANY_ADDRESS = ("0.0.0.0", "::")


def _whole_number(variable: str, default: int, allowed: range) -> int:
    """Return an environment variable as a number, or exit with the reason in one line."""
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) not in allowed:
        expected = f"a whole number from {allowed[0]} to {allowed[-1]}"
        sys.exit(f"Inkling cannot start: {variable} must be {expected}, but it is {text!r}")
    return int(text)


_host = os.environ.get("HOST") or "127.0.0.1"
_port = _whole_number("PORT", 8000, range(65_536))

wsgi_app = "app.wsgi"
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
workers = _whole_number("WEB_CONCURRENCY", min(os.cpu_count() or 1, 4), range(1, MAX_WORKERS + 1))
worker_class = "app.server.worker.Worker"
threads = 32  # many, because the app reads few pictures at a time and the others wait
keepalive = 75  # seconds; longer than balancers use a connection, so that they close it first
preload_app = True  # one copy of the weights for all workers; bad weights end the start
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # works on a read-only disk
control_socket_disable = True
forwarder_headers = ""  # SCRIPT_NAME and PATH_INFO as headers: a client could send them
logger_class = "app.server.worker.Logger"
logconfig_dict = logs.logging_config(os.environ.get("INKLING_LOG", "text"))


# The number of connections of each worker, by its row, in shared memory.
connections_by_row = memoryview(mmap(-1, 4 * MAX_WORKERS)).cast("i")


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the lowest free number: its row in the shared memory."""
    taken = {other.row for other in server.WORKERS.values()}
    worker.row = next(row for row in count() if row not in taken)
    worker.connections_by_row = connections_by_row[:workers]


def post_fork(server: Any, worker: Any) -> None:
    """Let the worker count metrics in its row."""
    if metrics := server.app.wsgi().extensions.get("inkling.metrics"):
        metrics.use_row(worker.row)


def when_ready(server: Any) -> None:
    """Log the address, and give workers time to stop: container engines kill after 10 seconds."""
    server.cfg.set("graceful_timeout", ceil(server.app.wsgi().config.get("DRAIN_SECONDS", 0)) + 6)
    host, port = server.LISTENERS[0].sock.getsockname()[:2]
    here = "127.0.0.1" if host in ANY_ADDRESS else host
    line = f"Inkling is ready: {_url(here, port)}"
    if host in ANY_ADDRESS:
        line += f" (from this network: {_url(_address_on_network(), port)})"
    logging.getLogger("inkling").info(line)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _address_on_network() -> str:
    """Return this machine's address in its network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737)
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])
