"""Serve the pages and the API, on this machine or for others.

gunicorn serves where it runs, waitress on Windows. The settings are environment variables.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from nn.arguments import IS_INSTALLED, Parser, number, program

INDENT = 6 * " "
FOLDER = Path(__file__).resolve().parent
CONFIG = FOLDER / "gunicorn_conf.py" if IS_INSTALLED else FOLDER.parent / "gunicorn.conf.py"
PROGRAM = program("serve") if IS_INSTALLED else "python -m deploy.serve"
CANNOT_START = "Inkling cannot start"
# How glibc returns freed memory to the operating system, as in the Dockerfile.
ALLOCATOR = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "500000",
    "MALLOC_TRIM_THRESHOLD_": "4000000",
}


class ServeParser(Parser):
    """The parser of the options, whose help lists the settings, too."""

    def print_help(self, file: Any = None) -> None:
        """Write the options and the environment variables, for which the app is loaded."""
        super().print_help(file)
        from app.config import described_variables

        print("\nenvironment variables:", file=file)
        for name, default, what in described_variables():
            text = fill(what.replace("`", ""), 79, initial_indent=INDENT, subsequent_indent=INDENT)
            print(f"  {name} (default {default})\n{text}", file=file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is stopped."""
    options = options_parser().parse_args(arguments)
    host = options.host or os.environ.get("HOST") or "127.0.0.1"
    port = str(os.environ.get("PORT") or 8000 if options.port is None else options.port)
    if os.name != "nt":
        serve_with_gunicorn(host, port)
    elif port.isdecimal():
        serve_with_waitress(host, int(port))
    else:
        sys.exit(f"{CANNOT_START}: PORT must be a whole number, but it is {port!r}")


def options_parser() -> ArgumentParser:
    """Return the parser of the command's options."""
    parser = ServeParser(prog=PROGRAM, description=__doc__)
    host = "where to listen (default HOST, else 127.0.0.1); 0.0.0.0 for phones nearby"
    parser.add_argument("--host", help=host)
    port = "the port (default PORT, else 8000)"
    parser.add_argument("--port", type=number(int, 0, 65_535), help=port)
    return parser


def serve_with_gunicorn(host: str, port: str) -> None:
    """Become gunicorn: its settings must be made before numpy and sockets are imported."""
    check_gunicorns_variables()
    os.environ.update(HOST=host, PORT=port)
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(CONFIG)])


def check_gunicorns_variables() -> None:
    """Exit with one line for a variable of which gunicorn would print a traceback or no name.

    gunicorn reads these variables before its configuration file can check them.
    """
    workers, proxies = "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"
    value = os.environ.get(workers, "1")
    if not value:
        del os.environ[workers]  # Empty is the default, as of the other variables.
    elif not value.isdecimal():
        expected = "a whole number of at least 1"
        sys.exit(f"{CANNOT_START}: {workers} must be {expected}, but it is {value!r}")
    from gunicorn.config import Config

    try:
        Config()
    except ValueError as error:
        sys.exit(f"{CANNOT_START}: {proxies} must be addresses or *: {error}")


def serve_with_waitress(host: str, port: int) -> None:
    """Serve in threads of this process, or exit with the reason in one line."""
    for name in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):  # before numpy is imported
        os.environ.setdefault(name, "1")
    import waitress

    from app import create_app
    from app.config import Settings, SettingsError
    from app.requests.server_address import http_url, why_not_free

    if reason := why_not_free(host, port):
        sys.exit(f"inkling serve: {reason}")
    try:
        settings = Settings.from_environ()
        server = waitress.create_server(
            create_app(settings),
            host=host,
            port=port,
            ident=None,
            max_request_body_size=settings.max_body_bytes + 1,  # the app refuses what is larger
            channel_timeout=int(settings.max_upload_seconds),
        )
    except (SettingsError, OSError) as error:
        sys.exit(f"inkling serve: {error}")
    print(f"Inkling is ready: {http_url(host, server.effective_port)}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
