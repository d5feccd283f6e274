"""The pure modules of the page's scripts, run by Node, and their numbers beside the server's."""

import base64
import re
from pathlib import Path

import numpy as np
import pytest

from app.config import ROOT
from app.languages import NAMES, load
from nn.core.layers import Array, Dense, ReLU, Sigmoid
from nn.core.losses import L2Penalty, QuadraticCost, SoftmaxCrossEntropy, one_hot
from nn.core.network import Network
from nn.core.optimizers import SGD
from nn.data.lesson_set import load_lesson_set
from nn.models import weights
from nn.models.page_file import page_file
from nn.reading.mnist import to_inputs
from tests.node import SCRIPTS, computed, run
from tests.static.pictures import drawn_lines

MODULES = sorted((ROOT / "static" / "js").rglob("*.js"))
ARTICLE = ROOT / "models" / "article.npz"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
RULE = ROOT / "static/js/ui/format.js"  # how activations are written
TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def pictures() -> Array:
    """Return paper, grain and 38 lines as thick as pens (40, 784) float32 in 0..1."""
    return drawn_lines(40, width_px=2.5)


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.test.js")), ids=lambda path: path.name)
def test_a_module_does_what_its_tests_say(path: Path) -> None:
    outcome = run("--test", path)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_page_computes_what_the_articles_network_computes(pictures: Array) -> None:
    content = page_file(weights.load_trainable(ARTICLE).network, "article")
    sent = {"network": base64.b64encode(content).decode(), "pictures": pictures.tolist()}
    in_page = np.array(computed("activations.mjs", sent))
    network = weights.load(ARTICLE).network
    # In float64 as in the page: only the last bits differ.
    (_, hidden), *_ = network.inspect(pictures.astype(np.float64))
    np.testing.assert_allclose(in_page[:, :15], hidden, rtol=0, atol=1e-12)
    answers = network.activations(pictures)
    np.testing.assert_allclose(in_page[:, 15:], answers, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("hidden", "penalty", "activation", "cost", "rate"),
    [
        (15, 0.0, "sigmoid", "quadratic", 3.0),
        (30, 0.001, "sigmoid", "quadratic", 3.0),
        (15, 0.0, "relu", "quadratic", 0.5),
        (15, 0.0, "sigmoid", "cross-entropy", 0.5),
        (15, 0.001, "relu", "cross-entropy", 0.1),
    ],
)
def test_the_page_learns_what_the_network_of_nn_learns(
    hidden: int, penalty: float, activation: str, cost: str, rate: float
) -> None:
    rng = np.random.default_rng(1)
    train, _ = load_lesson_set()
    inputs, labels = to_inputs(train.images[:200]), train.labels[:200]
    is_relu, is_quadratic = activation == "relu", cost == "quadratic"
    layers = [
        Dense(784, hidden, rng, gain=2 if is_relu else 1),
        ReLU() if is_relu else Sigmoid(),
        Dense(hidden, 10, rng),
        *([Sigmoid()] if is_quadratic else []),
    ]
    loss = QuadraticCost() if is_quadratic else SoftmaxCrossEntropy()
    network = Network(layers, loss, L2Penalty(penalty) if penalty else None)
    batches = [rng.choice(200, 10, replace=False) for _ in range(100)]
    sent = {
        **{"hidden": hidden, "penalty": penalty, "rate": rate},
        "kinds": {"activation": activation, "cost": cost},
        **{"parameters": network.parameters.tolist(), "inputs": inputs.tolist()},
        **{"labels": labels.tolist(), "batches": [batch.tolist() for batch in batches]},
    }
    in_page = {name: np.array(each) for name, each in computed("training.mjs", sent).items()}
    activations = network.feedforward(inputs[batches[0]]).ravel()
    np.testing.assert_allclose(in_page["activations"], activations, rtol=0, atol=1e-5)
    cost_before = network.backprop(inputs[batches[0]], one_hot(labels[batches[0]]))
    assert in_page["cost"] == pytest.approx(cost_before, abs=1e-5)
    np.testing.assert_allclose(in_page["gradients"], network.gradients, rtol=0, atol=1e-5)
    assert np.abs(network.gradients).max() > 0.001
    for batch in batches:
        network.update_mini_batch(inputs[batch], one_hot(labels[batch]), SGD(), rate)
    np.testing.assert_allclose(in_page["parameters"], network.parameters, rtol=0, atol=1e-4)


@pytest.mark.parametrize("language", NAMES)
def test_scripts_and_templates_write_outputs_by_the_same_rule(language: str) -> None:
    ties = [place / 32 for place in range(33)]  # exact in binary: halves must go the same way
    edges = [0, 1e-9, 0.000499, 0.0005, 0.0045, 0.0228, 0.9994, 0.9995, 0.9996, 1]
    activations = [*ties, *edges, *np.random.default_rng(1).random(200).round(6).tolist()]
    translations = load(language).of_script(["{percent} %"])
    sent = {"language": language, "translations": translations, "activations": activations}
    expected = [load(language).output_percent(each) for each in activations]
    assert computed("activation_texts.mjs", sent) == expected


def test_an_activation_is_written_by_the_one_rule() -> None:
    formatting = r"\b(?:fixed|signed|number|formatNumber|percent|toFixed|round|floor)\("
    arguments = r"(?:[^()\n]|\([^()\n]*\))*(?:(?<!\w)\([^()\n]*)?"
    activation = r"\b(?:[aA]ctivations?|confidence|output\.a)\b"
    pattern = re.compile(f"{formatting}{arguments}{activation}.*")
    found = {path: pattern.findall(path.read_text()) for path in {*MODULES, *TEMPLATES} - {RULE}}
    assert not {path: written for path, written in found.items() if written}


def test_a_script_is_found_by_its_name_alone() -> None:
    names = [path.name for path in MODULES]
    assert len(names) == len(set(names))


def test_what_a_script_imports_is_exported() -> None:
    for path in MODULES:
        script = path.read_text()
        for names, module in re.findall(r'^import \{([^}]*)\} from "(\.[^"]+)";', script, re.M):
            source = (path.parent / module).read_text()
            exported = re.findall(
                r"^export (?:async )?(?:function\*?|class|const) (\w+)", source, re.M
            )
            wanted = {name.split(" as ")[0].strip() for name in names.split(",") if name.strip()}
            assert wanted <= set(exported), (path, module)
