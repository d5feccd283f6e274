"""The gunicorn that ships, started as `make run` starts it, and requests over real sockets."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from app.config import ROOT

Server = subprocess.Popen[str]


def start(*prefix: str, stderr: int = subprocess.PIPE, **environ: str) -> Server:
    """Start gunicorn on a free port, run by another command where a prefix is given."""
    settings = {"HOST": "127.0.0.1", "PORT": "0", "WEB_CONCURRENCY": "1"} | environ
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "gunicorn"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


@contextmanager
def running(*prefix: str, **environ: str) -> Iterator[tuple[Server, str]]:
    """Start gunicorn on a free port; give the process and its host and port."""
    server = start(*prefix, **environ)
    try:
        assert server.stdout
        line = server.stdout.readline()
        assert line.startswith("Inkling is ready: http://127.0.0.1:"), server.communicate()[1]
        yield server, urlsplit(line.split()[3]).netloc
    finally:
        server.terminate()
        errors = server.communicate(timeout=20)[1]
    assert "Traceback" not in errors


def in_chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 1_000_000):
        yield body[start : start + 1_000_000]


def send(
    connection: HTTPConnection,
    body: bytes,
    content_type: str = "image/png",
    *,
    is_chunked: bool = False,
    path: str = "/predict",
    **headers: str,
) -> HTTPResponse:
    connection.request(
        "POST",
        path,
        in_chunks(body) if is_chunked else body,
        {"Content-Type": content_type} | headers,
        encode_chunked=is_chunked,
    )
    return connection.getresponse()


def problem_in(response: HTTPResponse) -> dict[str, object]:
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = json.loads(response.read())
    assert problem["status"] == response.status
    return problem


def digit_in(response: HTTPResponse) -> int:
    answer = json.loads(response.read())
    assert response.status == 200, answer
    return int(answer["digit"])
