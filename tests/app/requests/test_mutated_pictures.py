"""Damaged and malicious pictures, each with an answer or a problem that says what is wrong."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.load.bombs import all_bombs

CORPUS = sorted(Path(__file__).with_name("corpus").iterdir())
# As of the largest body and picture, but so small that a test run has time for each of them.
BOMBS = list(all_bombs(max_bytes=400_000, max_pixels=200_000))
N_DAMAGED, BATCH_SIZE = 200, 25
ROUTES = ("/predict", "/read")
REFUSALS = {400, 413, 415, 422}

# Pillow's, where it reads on past damage.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def check_answer(client: FlaskClient, route: str, file: bytes, media_type: str) -> int:
    """Check that a file gets an answer or a whole problem document, and return the status."""
    response = client.post(route, data=file, content_type=media_type)
    answer = json.loads(response.data, parse_constant=pytest.fail)
    if response.status_code == 200:
        assert answer["message"]
    else:
        assert response.status_code in REFUSALS, answer
        assert response.mimetype == "application/problem+json"
        assert answer["status"] == response.status_code
    return response.status_code


def media_type_of(path: Path) -> str:
    return f"image/{path.name.partition('-')[0]}"


@pytest.fixture(autouse=True)
def _the_next_good_request_answers(client: FlaskClient, seven: bytes) -> object:
    yield
    answer = client.post("/predict", data=seven, content_type="image/png").get_json()
    assert answer["digit"] == 7


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_file_that_once_came_to_an_end_of_its_own_gets_an_answer(
    path: Path, route: str, client: FlaskClient
) -> None:
    check_answer(client, route, path.read_bytes(), media_type_of(path))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("name", "file"), BOMBS, ids=[name for name, _ in BOMBS])
def test_a_file_that_asks_for_a_lot_gets_an_answer(
    name: str, file: bytes, route: str, client: FlaskClient
) -> None:
    check_answer(client, route, file, f"image/{name[:4].strip(' ,').lower()}")


@pytest.mark.parametrize("route", ROUTES)
def test_every_one_of_200_damaged_files_gets_an_answer(route: str, client: FlaskClient) -> None:
    rng = np.random.default_rng(0)
    statuses = set()
    for _ in range(N_DAMAGED):
        path = CORPUS[rng.integers(len(CORPUS))]
        file = damaged(path.read_bytes(), rng)
        statuses.add(check_answer(client, route, file, media_type_of(path)))
    assert {200, 400} <= statuses


def test_batches_of_damaged_files_get_answers(client: FlaskClient) -> None:
    rng = np.random.default_rng(1)
    for _ in range(N_DAMAGED // BATCH_SIZE):
        paths = [CORPUS[rng.integers(len(CORPUS))] for _ in range(BATCH_SIZE)]
        files = [(BytesIO(damaged(path.read_bytes(), rng)), path.name) for path in paths]
        results = client.post("/predict/batch", data={"image": files}).get_json()["results"]
        assert len(results) == BATCH_SIZE
        for result in results:
            assert "digit" in result or result["error"]["status"] in REFUSALS


def damaged(file: bytes, rng: np.random.Generator) -> bytes:
    """Return a file with bytes overwritten, half of them in its header, and one part cut out."""
    data = bytearray(file)
    for _ in range(rng.integers(1, 5)):
        place = rng.integers(min(len(data), 64) if rng.random() < 0.5 else len(data))
        data[place] = rng.integers(256)
    start = rng.integers(len(data))
    if rng.random() < 0.5:
        del data[start : start + rng.integers(1, 200)]
    return bytes(data)
