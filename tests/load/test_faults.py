"""The faults that a service must live through, in small, at the gunicorn that ships."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.client import Client, Outcome, evenly
from tests.load.connection import http
from tests.load.full_disk import can_mount, serving_without_room, upload
from tests.load.killed_worker import kill_under_load
from tests.load.mutated import mutants
from tests.load.pictures import photograph
from tests.load.server import Server, serving
from tests.load.slow_clients import SLOW, good, slow_clients
from tests.load.stopping import stop_under_load

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")

RATE_PER_S = 30  # of small drawings, few enough for any machine
# A test counts what is answered, not how fast: on a busy machine nobody is to be refused for that.
PATIENT = {"INKLING_MAX_WAIT_SECONDS": "60", "INKLING_DRAIN_SECONDS": "0.5"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), **PATIENT) as server:
        yield server
    assert "Traceback" not in server.log.read_text()


def statuses(outcomes: list[Outcome]) -> Counter[int]:
    return Counter(outcome.status for outcome in outcomes)


@pytest.mark.parametrize("kind", SLOW)
def test_beside_a_hundred_slow_clients_every_request_is_answered(kind: str, server: Server) -> None:
    with slow_clients(server, kind, n_clients=100):
        assert statuses(good(server, duration_s=2)).keys() == {200}


def test_a_killed_worker_loses_only_what_it_had_in_its_hands(server: Server) -> None:
    before = server.worker_pids()
    outcomes = kill_under_load(server, RATE_PER_S, duration_s=4)
    assert statuses(outcomes)[200] >= len(outcomes) - 4
    after = server.worker_pids()
    assert before[0] not in after
    assert before[1] in after


def test_a_server_told_to_stop_answers_all_that_it_took_in(tmp_path: Path) -> None:
    with serving(tmp_path, **PATIENT) as server:
        outcomes, status = stop_under_load(server, RATE_PER_S, duration_s=5)
    assert status == 0
    assert not [outcome for outcome in outcomes if outcome.is_lost]
    assert statuses(outcomes)[200] >= len(outcomes) // 2


def test_with_no_room_for_temporary_files_all_is_answered(tmp_path: Path) -> None:
    if not can_mount(tmp_path):
        pytest.skip("a server cannot get a file system of its own here")
    with serving_without_room(tmp_path, **PATIENT) as server:
        before = server.worker_pids()
        assert statuses(upload(server)).keys() == {200}
        assert server.worker_pids() == before


def test_a_burst_is_refused_with_words_and_over_soon(tmp_path: Path) -> None:
    requests = [http("/read", photograph(), "image/jpeg")]
    with serving(tmp_path, n_workers=1, INKLING_MAX_WAIT_SECONDS="0.2") as server:
        outcomes = Client(server).send_at(evenly(300, 1), requests)
        after = Client(server).send_all(requests, n_at_once=1)
    assert statuses(outcomes).keys() == {200, 503}
    assert all(outcome.is_told_when for outcome in outcomes if outcome.status == 503)
    assert statuses(after) == {200: 1}


def test_no_damaged_picture_costs_a_worker_or_gets_a_500(server: Server) -> None:
    before = server.worker_pids()
    outcomes = Client(server).send_all(mutants(range(400)), n_at_once=4)
    assert statuses(outcomes).keys() <= {200, 400, 413, 415, 422}
    assert len(outcomes) == 400
    assert server.worker_pids() == before
