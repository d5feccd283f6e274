import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn import promote
from nn.core.network import Network
from nn.data.digits import Digits
from nn.models import ink_network, line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.training.run_files import write_run
from tests.nn.striped import striped

EPOCHS = 2
COMMAND = f"python -m nn train article --csv train.csv --epochs {EPOCHS} --seed 1 --held-back 9"
HISTORY = [{"epoch": 1, "cost": 0.5, "seconds": 1.0}, {"epoch": 2, "cost": 0.25, "seconds": 2.0}]
CARD = f"# Models\n\n{promote.START}| old |\n{promote.END}\nThe rest.\n"
SUFFIXES = (".csv", ".json", ".npz", ".png")


def network(seed: int = 5) -> Network:
    return ARCHITECTURES["article"].build(np.random.default_rng(seed))


@pytest.fixture(autouse=True)
def test_digits(monkeypatch: pytest.MonkeyPatch) -> Digits:
    """Fifty pictures in the place of MNIST's test digits."""
    digits = striped(50)
    monkeypatch.setattr(promote, "load_mnist", lambda folder: (digits, digits))
    return digits


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "runs" / "article" / "article.npz"
    metadata = {
        "name": "article",
        "architecture": "article",
        "command": COMMAND,
        "epochs": EPOCHS,
        "scores": {"held_back": {"correct": 4, "total": 9, "accuracy": 0.444444}},
    }
    write_run(network(), metadata, HISTORY, path)
    return path


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with other weights of the article, mlp's metadata, and a model card."""
    folder = tmp_path / "models"
    folder.mkdir()
    for source in (*Path("models").glob("article.*"), *Path("models").glob("mlp.*")):
        shutil.copy(source, folder)
    (folder / "README.md").write_text(CARD)
    return folder


def promote_run(run: Path, models: Path) -> None:
    promote.main(["article", "--run", str(run.parent), "--models", str(models)])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refusal(run: Path, models: Path) -> str:
    """Return the error of a promotion that must leave the models folder as it was."""
    before = files(models)
    with pytest.raises(SystemExit) as exit_info:
        promote_run(run, models)
    assert files(models) == before
    message = str(exit_info.value)
    assert message.startswith("python -m nn promote: ")
    return message


def test_a_finished_run_becomes_the_shipped_weights_with_its_measured_score(
    run: Path, models: Path, test_digits: Digits, capsys: pytest.CaptureFixture[str]
) -> None:
    promote_run(run, models)
    for suffix in (".csv", ".png"):
        promoted = (models / "article").with_suffix(suffix)
        assert promoted.read_bytes() == run.with_suffix(suffix).read_bytes()
    model = weights.load(models / "article.npz")
    scores = model.metadata["scores"]
    inputs = test_digits.images.reshape(-1, 784).astype("f4") / 255
    n_correct = model.network.evaluate(inputs, test_digits.labels)
    assert scores["mnist_test"]["correct"] == n_correct
    assert scores["mnist_test"]["total"] == 50
    assert scores["held_back"]["total"] == 9
    assert f"{2 * n_correct}.00 %" in capsys.readouterr().out


def test_the_card_has_the_new_figures_and_is_else_unchanged(run: Path, models: Path) -> None:
    promote_run(run, models)
    card = (models / "README.md").read_text()
    metadata = json.loads((models / "article.json").read_text())
    score = metadata["scores"]["mnist_test"]
    assert card.startswith(f"# Models\n\n{promote.START}| network |")
    assert card.endswith(f"{promote.END}\nThe rest.\n")
    assert "| old |" not in card
    row = next(line for line in card.splitlines() if line.startswith("| `article` |"))
    assert f"{100 * score['correct'] / score['total']:.2f} %" in row
    assert "| 11,935 | 0.02 MB |" in row
    assert f"`{metadata['sha256'][:8]}` | `{COMMAND}` |" in row
    assert card.index("| `article` |") < card.index("| `mlp` |")


def test_the_weights_are_rounded_to_half_precision(run: Path, models: Path) -> None:
    promote_run(run, models)
    trained, shipped = (weights.load(path).network for path in (run, models / "article.npz"))
    expected = trained.parameters.astype(np.float16)
    assert np.array_equal(shipped.parameters, expected.astype(np.float32))
    assert not np.array_equal(shipped.parameters, trained.parameters)
    with np.load(models / "article.npz") as arrays:
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.float16)}


def test_weights_that_half_precision_cannot_hold_are_refused(run: Path, models: Path) -> None:
    large = network()
    large.parameters[7] = 1e5
    weights.save(large, json.loads(run.with_suffix(".json").read_text()), run)
    assert "expected numbers up to 65,504" in refusal(run, models)


def test_a_run_with_a_missing_file_or_a_checkpoint_is_refused(run: Path, models: Path) -> None:
    for suffix in SUFFIXES:
        hidden = run.with_suffix(suffix).rename(run.parent / "hidden")
        assert f"there is no article{suffix}: run" in refusal(run, models)
        hidden.rename(run.with_suffix(suffix))
    run.with_suffix(".checkpoint").touch()
    assert "stopped (epoch 2 is written): finish it with --resume" in refusal(run, models)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"command": COMMAND.replace("--epochs 2", "--epochs 20")}, "stopped (epoch 2 is written)"),
        ({"name": "mlp"}, "expected the name and architecture article"),
        ({"epochs": None}, "stopped (epoch None is written)"),
        ({"command": None}, "stopped (epoch 2 is written)"),
        ({"scores": None}, "expected scores"),
    ],
)
def test_a_run_whose_metadata_do_not_fit_is_refused(
    run: Path, models: Path, changes: dict[str, str | None], message: str
) -> None:
    metadata = json.loads(run.with_suffix(".json").read_text()) | changes
    kept = {key: value for key, value in metadata.items() if value is not None}
    run.with_suffix(".json").write_text(json.dumps(kept))
    assert message in refusal(run, models)


def test_weights_and_a_history_of_another_training_are_refused(run: Path, models: Path) -> None:
    history = run.with_suffix(".csv")
    rows = history.read_text()
    history.write_text(rows + "3,0.2,3.0\n")
    assert "expected a row of its history for each of 2 epochs, not 3" in refusal(run, models)
    history.write_text(rows)
    other = run.parent / "other" / "article.npz"
    write_run(network(6), {"architecture": "article"}, HISTORY, other)
    shutil.copy(other, run)
    assert "its SHA-256 is" in refusal(run, models)


@pytest.mark.parametrize("card", ["models/README.md", "README.md"])
@pytest.mark.parametrize(
    "text",
    [CARD + "Between.\n" + CARD, promote.END + promote.START, promote.START],
)
def test_a_page_that_does_not_hold_the_two_lines_once_each_and_in_order_is_refused(
    run: Path, models: Path, card: str, text: str
) -> None:
    path = models.parent / card
    path.write_text(text)
    assert f"{path}: expected a line <!-- shipped networks" in refusal(run, models)
    assert path.read_text() == text


@pytest.mark.parametrize("content", ["{", '{"name": "mlp"}'])
def test_damaged_metadata_of_another_are_one_line(run: Path, models: Path, content: str) -> None:
    (models / "mlp.json").write_text(content)
    message = refusal(run, models)
    assert "mlp.json: expected metadata with name, scores on mnist_test" in message
    assert "\n" not in message


def test_a_network_is_trained_by_the_commands_of_those_that_it_went_on_with_too() -> None:
    first = {"sha256": "0123456789", "command": "train lines"}
    second = {"sha256": "9876543210", "command": "train lines --from lines", "from": first}
    third = {"command": "train lines --from runs", "from": second}
    assert promote.trained_by(third) == (
        "`train lines --from runs`, from `98765432`: `train lines --from lines`, "
        "from `01234567`: `train lines`"
    )


def test_the_table_of_both_pages_is_that_of_the_shipped_metadata() -> None:
    pages = promote.rewrite_pages(Path("models"), {})
    assert {str(page) for page in pages} == {"README.md", "models/README.md"}
    for page, content in pages.items():
        assert page.read_bytes() == content, "write it with promote.rewrite_pages"


@pytest.mark.parametrize("is_finished", [True, False])
@pytest.mark.parametrize("network", [line_network, ink_network])
def test_a_network_that_reads_no_digit_gets_a_folder_of_its_own_if_its_training_was_finished(
    tmp_path: Path, models: Path, network: Any, is_finished: bool
) -> None:
    (name,) = network.ARCHITECTURES
    path = tmp_path / "runs" / name / f"{name}.npz"
    metadata: dict[str, Any] = {"name": name, "architecture": name, "epochs": EPOCHS}
    metadata["command"] = f"python -m nn train {name} --epochs {EPOCHS} --seed 1"
    if is_finished:
        metadata["scores"] = {"held_back": {"correct": 9, "total": 10}}
    untrained = network.ARCHITECTURES[name].build(np.random.default_rng(0))
    write_run(untrained, metadata, HISTORY, path)
    before = files(models)
    arguments = [name, "--run", str(path.parent), "--models", str(models)]
    if is_finished:
        promote.main(arguments)
        shipped = weights.load(models / name / path.name, network.ARCHITECTURES)
        assert shipped.metadata["scores"] == metadata["scores"]
        assert files(models / name).keys() == files(path.parent).keys()
        assert network.load(models).metadata["scores"] == metadata["scores"]
        shutil.rmtree(models / name)
    else:
        with pytest.raises(SystemExit, match="expected scores"):
            promote.main(arguments)
    assert files(models) == before
