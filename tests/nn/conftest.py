"""Fixtures of several rooms: a network that is trained once."""

from pathlib import Path

import pytest

from nn.models import weights
from nn.training.digit_training import DigitTraining
from tests.nn.striped import striped


@pytest.fixture(scope="session")
def striped_article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the weights of an article's network that has learnt stripes."""
    training = DigitTraining("article", striped(800), striped(0), epochs=8, seed=1)
    training.run()
    path = tmp_path_factory.mktemp("striped") / "article.npz"
    metadata = {"architecture": "article", "name": "article", "command": "the first training"}
    weights.save(training.network, metadata, path)
    return path
