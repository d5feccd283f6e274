import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.core.layers import Dense, Layer, ReLU, Sigmoid
from nn.core.losses import L2Penalty, QuadraticCost
from nn.core.network import Network
from nn.core.optimizers import SGD, Adam, cosine
from nn.data.digits import DataError
from nn.models.architectures import ARCHITECTURES, Architecture
from nn.training.augment import Augmentation, Distortion, PoorScan
from nn.training.checkpoint import Checkpoint, load_checkpoint
from nn.training.digit_training import DigitTraining
from nn.training.recipes import RECIPES
from tests.nn.striped import striped

TRAINING = {"name": "article"}

RECIPE = replace(RECIPES["article"], distort=Augmentation(Distortion(), PoorScan()))


def layers(hidden: int = 15, act: type[Layer] = Sigmoid, strength: float = 2e-5) -> Architecture:
    """Return the article's architecture with something else in it."""

    def build(rng: np.random.Generator) -> Network:
        parts = [Dense(784, hidden, rng), act(), Dense(hidden, 10, rng), Sigmoid()]
        return Network(parts, QuadraticCost(), L2Penalty(strength))

    return Architecture("", build)


def training(**changed: Any) -> DigitTraining:
    options = {"examples": striped(60), "held_back": striped(20, 3), "epochs": 4, "seed": 1}
    return DigitTraining("article", **options | {"recipe": RECIPE} | changed)


OTHERS: dict[str, tuple[Any, str]] = {
    "epochs": (5, "epochs 4, but now it is 5"),
    "examples": (
        striped(50),
        r"examples '\w+', but now it is '\w+'; n_examples 60, but now it is 50:",
    ),
    "held_back": (striped(20, 4), r"held_back '\w+', but now it is '\w+': give the same"),
}
RECIPES_OF_OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "batch": ({"batch_size": 20}, r"recipe.batch_size 10, but now it is 20: give the same options"),
    "rate": ({"schedule": cosine(2.0)}, "learning_rate.0 3.0, but now it is 2.0; .*; and 4 others"),
    "optimizer": ({"optimizer": Adam}, "recipe.optimizer 'SGD', but now it is 'Adam'"),
    "momentum": ({"optimizer": lambda: SGD(0.9)}, "optimizer.momentum 0.0, but now it is 0.9"),
    "other order": (
        {"distort": Augmentation(PoorScan(), Distortion())}, "transforms.0 'Distortion', but now"
    ),
    "bends": (
        {"distort": Augmentation(Distortion(bend_width_px=4.5), PoorScan())}, "smoothing"
    ),
}  # fmt: skip
ARCHITECTURES_OF_OTHERS = {
    "activation": (layers(act=ReLU), "layers.1 'Sigmoid', but now it is 'ReLU'"),
    "penalty": (layers(strength=1e-4), "network.penalty.strength 2e-05, but now it is 0.0001"),
}


@pytest.mark.parametrize("name", [*OTHERS, *RECIPES_OF_OTHERS, *ARCHITECTURES_OF_OTHERS])
def test_a_checkpoint_of_another_training_is_refused_with_what_differs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, changed = tmp_path / "article.checkpoint", dict[str, Any]()
    training().snapshot.save(path)
    training().resume(path)
    if name in OTHERS:
        changed[name], message = OTHERS[name]
    elif name in RECIPES_OF_OTHERS:
        of_recipe, message = RECIPES_OF_OTHERS[name]
        changed["recipe"] = replace(RECIPE, **of_recipe)
    else:
        architecture, message = ARCHITECTURES_OF_OTHERS[name]
        monkeypatch.setitem(ARCHITECTURES, "article", architecture)
    with pytest.raises(DataError, match=f"is of a training with .*{message}"):
        training(**changed).resume(path)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_settings_of_each_network_stay_the_same_in_a_file(name: str) -> None:
    identity = DigitTraining(name, striped(20), striped(0), epochs=1, seed=1).identity
    assert json.loads(json.dumps(identity)) == identity


def test_a_checkpoint_with_any_byte_damaged_is_whole_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.checkpoint"
    Checkpoint(TRAINING, {"history": []}, {"weights": np.zeros((3, 4), np.float32)}).save(path)
    content = path.read_bytes()
    for other in (b"", b"PK", b"no archive"):
        path.write_bytes(other)
        with pytest.raises(DataError, match=r"it cannot be read .*: start one without --resume"):
            load_checkpoint(path, TRAINING)
    n_refused = 0
    damaged = range(0, len(content), 2)
    for at in damaged:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            load_checkpoint(path, TRAINING)
        except DataError as error:
            n_refused += 1
            assert str(path) in str(error)
            assert "without --resume" in str(error)
    assert n_refused > len(damaged) / 2
