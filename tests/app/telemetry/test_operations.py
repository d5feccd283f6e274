"""Logs, metrics and invalid settings of the real server with its workers."""

import json
import os
import shutil
import signal
import socket
import struct
from http.client import HTTPConnection
from itertools import product
from pathlib import Path

import pytest

from tests.serving import ENDING_S, n_answers, problem_in, read_digit, send, serving
from tests.waiting import wait_for

# Run a command with shared memory that is full, and with a disk that cannot be written to.
IN_NAMESPACE = ("unshare", "--map-root-user", "--mount", "sh", "-c")
FULL_SHARED_MEMORY = (
    "mount -t tmpfs -o size=64k tmpfs /dev/shm; head -c 65536 /dev/zero >/dev/shm/full; exec $0 $*"
)
NO_ROOM_AT_ALL = (
    "mount -t tmpfs -o size=2m tmpfs /dev/shm; head -c 2m /dev/zero >/dev/shm/full; "
    "TMPDIR=/dev/shm exec $0 $*"
)
READ_ONLY_DISK = "mount -o remount,bind,ro / && ! touch /tmp/inkling 2>&1 && exec $0 $*"


def test_metrics_are_sums_over_all_workers_also_killed_and_reloaded_ones(seven: bytes) -> None:
    with serving(n_workers=2) as server:
        for n_sevens in range(1, 9):
            assert read_digit(server, seven) == 7
            assert n_answers(server, "/predict") == n_sevens
        before = server.worker_pids()
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not set(before) & set(server.worker_pids()), "new workers")
        assert read_digit(server, seven) == 7
        assert {n_answers(server, "/predict") for _ in range(8)} == {9}
        server.reload()
        assert read_digit(server, seven) == 7
        assert {n_answers(server, "/predict") for _ in range(8)} == {10}


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
@pytest.mark.parametrize("script", [FULL_SHARED_MEMORY, READ_ONLY_DISK], ids=["full", "read-only"])
def test_metrics_need_one_folder_to_write_to(script: str, seven: bytes) -> None:
    with serving(*IN_NAMESPACE, script, n_workers=2) as server:
        for n_sevens in range(1, 5):
            assert read_digit(server, seven) == 7
            assert n_answers(server, "/predict") == n_sevens


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
def test_without_room_for_metrics_a_server_answers_and_counts_after_a_reload(seven: bytes) -> None:
    with serving(*IN_NAMESPACE, NO_ROOM_AT_ALL, n_workers=2) as server:
        for _ in range(4):
            assert read_digit(server, seven) == 7
        assert n_answers(server, "/predict") == 0
        assert "No room for metrics in /dev/shm" in server.log.read_text()
        Path(f"/proc/{server.process.pid}/root/dev/shm/full").unlink()
        server.reload()
        for n_sevens in range(1, 5):
            assert read_digit(server, seven) == 7
            assert n_answers(server, "/predict") == n_sevens


def test_a_server_that_logs_json_writes_nothing_else(seven: bytes) -> None:
    with serving(INKLING_LOG="json") as server:
        assert read_digit(server, seven) == 7
        with socket.create_connection((server.host, server.port)) as connection:
            connection.sendall(b"NOT HTTP, name=secret\r\n\r\n")
            while connection.recv(1000):
                pass
        client = HTTPConnection(server.address, timeout=60)
        assert problem_in(send(client, b"secret", path="/predict?name=secret"))["status"] == 400
        client.close()
        server.process.terminate()
        server.process.wait(ENDING_S)
        lines = server.log.read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert [entry["level"] for entry in entries] == ["info", "info", "warning", "info", "info"]
    outcomes = [entry["outcome"] for entry in entries if entry.get("event") == "request"]
    assert outcomes == ["certain", "urn:inkling:not-a-readable-request"]
    for secret in ("secret", "127.0.0.1:", "PNG"):
        assert secret not in "".join(lines[1:])


HEAD = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n%s\r\n\r\n"


def test_a_client_that_goes_away_leaves_no_traceback_and_no_word(seven: bytes) -> None:
    length = HEAD % b"Content-Length: 1000"
    sent = [
        *(b"", length[:30], length, length + b"secret", length + bytes(1000)),
        HEAD % b"Transfer-Encoding: chunked" + b"ff\r\nsecret",
        HEAD % b"Transfer-Encoding: chunked" + b"secret\r\n",
        HEAD % b"Content-Length: 1000\r\nExpect: 100-continue",
        b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200,  # more than fits in the buffers
        *(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01secret\r\n\r\n"),
    ]
    with serving(INKLING_LOG="json") as server:
        for data, is_reset in product(sent, (False, True)):
            client = socket.create_connection((server.host, server.port))
            client.sendall(data)
            if is_reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        assert read_digit(server, seven) == 7
        server.process.terminate()
        server.process.wait(ENDING_S)
        lines = server.log.read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert not {"traceback", "exc_info"} & {name for entry in entries for name in entry}
    assert {entry["level"] for entry in entries} <= {"info", "warning"}
    assert "secret" not in "".join(lines)
