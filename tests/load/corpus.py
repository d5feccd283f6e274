"""Keeps the damaged pictures that every test run sends: ``python -m tests.load.corpus``.

Of all mutants of a format that come to the same end, the smallest is kept, in tests/app/corpus,
under the format, the statuses of its answers and its number. The same code gives the same files.
"""

import sys
import warnings
from pathlib import Path

from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.errors import Problem
from app.requests.images import decode
from tests.load.mutations import mutant

FOLDER = Path(__file__).parent.parent / "app" / "requests" / "corpus"
N_MUTANTS = 20_000
MAX_FILE_BYTES = 6_000
N_WORDS = 3  # of a decoder's complaint; what it complains of comes after them
ROUTES = ("/predict", "/read")


def choose(client: FlaskClient, n_mutants: int) -> dict[str, bytes]:
    """Return the smallest file for each end that one of each format comes to, by its name."""
    smallest: dict[tuple[str, ...], tuple[int, int]] = {}
    for number in range(n_mutants):
        image_format, file = mutant(number)
        end = (image_format.lower(), *_statuses(client, file), _complaint(file))
        smallest[end] = min(smallest.get(end, (MAX_FILE_BYTES, -1)), (len(file), number))
    return {
        "-".join((*end[:-1], str(number))): mutant(number)[1]
        for end, (_, number) in smallest.items()
        if number >= 0
    }


def _statuses(client: FlaskClient, file: bytes) -> list[str]:
    """Return the status of each route's answer to a file."""
    answers = [client.post(route, data=file, content_type="image/png") for route in ROUTES]
    return [str(answer.status_code) for answer in answers]


def _complaint(file: bytes) -> str:
    """Return the first words that a decoder says of a file, nothing if it reads it."""
    try:
        decode(file, max_pixels=Settings().max_picture_pixels)
    except Problem as problem:
        return " ".join([problem.title, *str(problem.__cause__).split()[:N_WORDS]])
    return ""


def main(n_mutants: int) -> None:
    """Write the corpus anew."""
    warnings.filterwarnings("ignore", module="PIL")  # as app.wsgi has it
    chosen = choose(create_app().test_client(), n_mutants)
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, file in chosen.items():
        (FOLDER / name).write_bytes(file)
    n_bytes = sum(map(len, chosen.values()))
    print(f"{len(chosen)} files, {n_bytes:,} bytes, in {FOLDER}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else N_MUTANTS)
