"""Trainings behind gunicorn: one at a time, and none that goes on when it should not."""

import gzip
import json
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.serving import Server, digit_in, problem_in, send, serving
from tests.trainings import JSON, train
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

LONG = json.dumps({"hidden": 100, "batch": 1, "epochs": 30}).encode()  # as long as it may take
SHORT = json.dumps({"hidden": 2, "epochs": 1, "examples": 100}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(n_workers=2) as server:
        yield server


def trainings_of(server: Server) -> list[int]:
    """Return the process ids of all trainings that the server's workers have started."""
    pids = []
    for worker in server.worker_pids():
        with suppress(OSError):  # It may have ended this moment.
            children = Path(f"/proc/{worker}/task/{worker}/children").read_text()
            pids += [int(pid) for pid in children.split()]
    return [pid for pid in pids if is_alive(pid)]


def is_alive(pid: int) -> bool:
    """Whether a process is there and has not ended; its parent may not have noticed yet."""
    with suppress(OSError):
        return stat(pid)[0] != "Z"
    return False


def parent_of(pid: int) -> int:
    return int(stat(pid)[1])


def stat(pid: int) -> list[str]:
    """Return what the system knows of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def connected(server: Server) -> "closing[HTTPConnection]":
    return closing(HTTPConnection(server.address, timeout=60))


@contextmanager
def training(server: Server) -> Iterator[tuple[HTTPConnection, int]]:
    """Give the connection and the process of a training that has begun."""
    with connected(server) as connection:
        connection.request("POST", "/training", LONG, {"Content-Type": JSON})
        [pid] = wait_for(lambda: trainings_of(server), "the training to begin")
        wait_for(lambda: has_lowest_priority(pid), "the training to let others go first")
        yield connection, pid


def has_lowest_priority(pid: int) -> bool:
    return os.getpriority(os.PRIO_PROCESS, pid) == 19


def test_several_at_once_are_trained_one_after_the_other(server: Server) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = [pool.submit(train, server.address, SHORT) for _ in range(5)]

        def is_ended() -> bool:
            assert len(trainings_of(server)) <= 1
            return all(answer.done() for answer in answers)

        wait_for(is_ended, "all trainings to end", 120)
    assert [answer.result().status for answer in answers] == [200] * 5
    assert len({answer.result().body["parameters"] for answer in answers}) == 1


def test_beside_a_training_digits_are_read(server: Server, seven: bytes) -> None:
    with training(server) as (_, pid):
        for _ in range(20):
            with connected(server) as connection:
                assert digit_in(send(connection, seven)) == 7
        assert is_alive(pid)
    wait_for(lambda: not is_alive(pid), "the training to end")


def test_when_its_client_disconnects_a_training_ends_and_the_next_one_begins(
    server: Server,
) -> None:
    with training(server) as (connection, pid):
        connection.close()
        wait_for(lambda: not is_alive(pid), "the training to end")
        assert train(server.address, SHORT).status == 200


def test_when_its_process_is_killed_the_client_is_answered_and_the_next_one_begins(
    server: Server,
) -> None:
    with training(server) as (connection, pid):
        os.kill(pid, signal.SIGKILL)
        response = connection.getresponse()
        problem = problem_in(response)
    assert (response.status, problem["type"]) == (503, "urn:inkling:training-ended")
    assert response.headers["Retry-After"] == "1"
    assert train(server.address, SHORT).status == 200


def test_when_its_worker_is_killed_a_training_ends_and_the_next_one_begins(
    server: Server,
) -> None:
    with training(server) as (_, pid):
        os.kill(parent_of(pid), signal.SIGKILL)
        wait_for(lambda: not is_alive(pid), "the training to end")
    assert train(server.address, SHORT).status == 200


def test_a_server_that_stops_answers_with_what_was_learnt_by_then() -> None:
    with serving() as server, training(server) as (connection, pid):
        server.process.send_signal(signal.SIGTERM)
        response = connection.getresponse()
        recording = json.loads(response.read())
        assert server.process.wait(30) == 0
        assert not is_alive(pid)
    assert response.status == 200
    assert recording["stopped"] == "time"
    assert 0 < recording["frames"][-1]["epoch"] < 30


def test_a_compressed_recording_arrives_whole(server: Server) -> None:
    with connected(server) as connection:
        response = send(connection, SHORT, JSON, path="/training", **{"Accept-Encoding": "gzip"})
        content = response.read()
    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) == len(content)
    assert json.loads(gzip.decompress(content))["stopped"] is None
