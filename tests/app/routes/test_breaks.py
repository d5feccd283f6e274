"""What breaks a training on the learning page, and what does not: each way is trained."""

import json
import re

import msgspec
import pytest
from flask.testing import FlaskClient

from nn.training.recorded.options import Options
from nn.training.recorded.record import record
from tests.static.test_scripts import SCRIPTS, run

# Of 100 digits. With 20 seeds and five of OpenBLAS' kernels, weights of 0 cost at least 7.7; with
# 8 seeds, and with 3 on two more kernels, half of the labels wrong cost at most 5.5.
A_FEW = 6.5


@pytest.fixture(scope="module")
def percents() -> dict[str, float]:
    """Train as usual, then in each way of the page; return what is read right, by the way."""
    usual = record(Options())
    outcome = run(SCRIPTS / "learn" / "broken.mjs", input=usual.to_json().decode())
    assert outcome.returncode == 0, outcome.stderr
    requests = {"": Options()} | {
        way: msgspec.convert(request, Options)
        for way, request in json.loads(outcome.stdout).items()
    }
    counts = {way: record(options).correct.test for way, options in requests.items()}
    return {way: 100 * count / usual.counts.test for way, count in counts.items()}


def test_what_breaks_a_training_breaks_it_and_with_the_rest_it_learns_all_the_same(
    percents: dict[str, float], client: FlaskClient
) -> None:
    section = client.get("/learn").text.split('<section id="break"')[1].split("</section>")[0]
    breaking, harmless = (
        re.findall(r'starts-training" value="(\w+)"', group) for group in section.split("<h3>")[1:]
    )
    assert {"", *breaking, *harmless} == set(percents)
    for way in breaking:
        assert percents[way] < percents[""] - A_FEW, way
    for way in harmless:
        assert percents[way] > percents[""] - A_FEW, way
    assert abs(percents["biases"] - percents[""]) < 2
