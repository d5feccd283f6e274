"""What breaks a training on the learning page, and what does not: each way is trained."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from flask.testing import FlaskClient

from app.service.lesson import learning_set
from tests.static.test_scripts import SCRIPTS, run

A_FEW = 6.5  # of 100 digits
SEEDS = [1]


def trained(folder: Path, **asked: Any) -> Any:
    """Train as the page does; ``asked`` is what ``percents.mjs`` reads."""
    path = folder / "digits.bin"
    path.write_bytes(gzip.decompress(learning_set()))
    outcome = run(SCRIPTS / "learn" / "percents.mjs", input=json.dumps({"path": str(path)} | asked))
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def test_what_breaks_a_training_breaks_it_and_with_the_rest_it_learns_all_the_same(
    client: FlaskClient, tmp_path: Path
) -> None:
    percents = trained(tmp_path, ways=SEEDS)["byWay"]
    section = client.get("/learn").text.split('<section id="break"')[1].split("</section>")[0]
    breaking, harmless = (
        re.findall(r'data-way value="(\w+)"', group) for group in section.split("<h3>")[1:]
    )
    assert {"", *breaking, *harmless} == set(percents)
    usual = np.array(percents[""])
    for way in breaking:
        assert (percents[way] < usual - A_FEW).all(), way
    for way in harmless:
        assert (percents[way] > usual - A_FEW).all(), way
