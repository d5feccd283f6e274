"""``nn/lesson.ipynb`` runs from top to bottom, and shows what a run shows."""

import ast
import inspect
import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn import tiny

NOTEBOOK, MAX_BYTES = Path("nn/lesson.ipynb").resolve(), 240_000
NUMBER = r"-?\d[\d,]*\.?\d*"
TOLERANCE = 0.1  # of a number: other processors round differently, and training amplifies that
# Small numbers differ by more of their size: how often a digit is read as another, and activations.
DIFFERENCES = {"confusion-matrix": 20.0, "activations": 0.1}


# What runs notebooks is imported late: it takes seconds, also where only other tests are run.
@pytest.fixture(scope="module")
def shown() -> Any:
    import nbformat

    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after a run with no folder of data, its kernel's own files in another place."""
    from benchmarks.make.notebook import run

    folder = str(tmp_path_factory.mktemp("jupyter"))
    names = ("INKLING_DATA", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR")
    with pytest.MonkeyPatch.context() as patch:
        for name in (*names, "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, folder)
        # Matplotlib lists the fonts once, and prints a line if that takes more than five seconds.
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True)
        return run(NOTEBOOK.parent)


def outputs(notebook: Any, kind: str) -> dict[str, list[Any]]:
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return {cell.id: [each for each in cell.outputs if each.output_type == kind] for cell in cells}


def texts(notebook: Any) -> dict[str, str]:
    streams = outputs(notebook, "stream")
    return {name: "".join(stream.text for stream in streams[name]) for name in streams}


def n_pictures(notebook: Any) -> dict[str, int]:
    shown = outputs(notebook, "display_data")
    return {name: sum("image/png" in each.data for each in shown[name]) for name in shown}


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(NUMBER, text)]


@pytest.mark.trains
def test_the_outputs_are_those_of_a_run(shown: Any, executed: Any) -> None:
    expected = texts(executed)
    for name, text in texts(shown).items():
        words, expected_words = (
            re.sub(rf"{NUMBER}|[#\s]+", " ", each) for each in (text, expected[name])
        )
        assert words == expected_words, name
        found, computed = numbers(text), numbers(expected[name])
        atol = DIFFERENCES.get(name, 0)
        np.testing.assert_allclose(found, computed, TOLERANCE, atol, err_msg=name)
    assert n_pictures(shown) == n_pictures(executed)
    assert sum(n_pictures(shown).values()) == 6


@pytest.mark.trains
def test_each_exercise_says_what_its_answer_computes(executed: Any) -> None:
    exercises = [cell for cell in executed.cells if cell.id.startswith("exercise-")]
    computed = texts(executed)
    for cell in exercises:
        promised = re.findall(rf"\*\*({NUMBER}(?: to {NUMBER})?)\*\*", cell.source)
        answer = numbers(computed[cell.id.replace("exercise", "answer")])
        assert promised or "no eleventh" in cell.source, cell.id
        for text in promised:
            least, most = min(numbers(text)), max(numbers(text))
            assert any(least <= each <= most for each in answer), (cell.id, text, answer)
    assert len(exercises) == sum(name.startswith("answer-") for name in computed)


def test_it_builds_the_network_in_one_sitting_and_needs_numpy_and_matplotlib_alone(
    shown: Any,
) -> None:
    codes = [cell.source for cell in shown.cells if cell.cell_type == "code"]
    program = "\n".join(codes)
    functions = inspect.getmembers(tiny, inspect.isfunction)
    assert len(functions) == 10
    for name, function in functions:
        assert name == "main" or inspect.getsource(function).rstrip() in program, name
    nodes = list(ast.walk(ast.parse(program)))
    imported = {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    assert imported == {"numpy", "matplotlib.pyplot"}
    assert {node.module for node in nodes if isinstance(node, ast.ImportFrom)} == {"pathlib"}


def test_the_cells_were_run_once_in_their_order(shown: Any) -> None:
    counts = [cell.execution_count for cell in shown.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_it_is_small_and_nothing_tells_of_the_machine_that_it_ran_on(shown: Any) -> None:
    from benchmarks.make.notebook import METADATA

    assert NOTEBOOK.stat().st_size < MAX_BYTES
    assert shown.metadata == METADATA
    assert not [cell for cell in shown.cells if cell.metadata]
    text = "\n".join([*texts(shown).values(), *(cell.source for cell in shown.cells)])
    names = {socket.gethostname(), str(Path.cwd()), str(Path.home())}
    for name in names:
        assert not re.search(rf"\b{re.escape(name)}\b", text)
    assert not re.search(r"(?m)(^|[\s'\"(])(/(home|root|tmp|usr|work|Users)/|[A-Z]:\\)", text)


def project_found_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the project's folder as the second program of the notebook finds it."""
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    first, second = ("".join(cells[n]["source"]) for n in (1, 2))
    monkeypatch.chdir(folder)
    found: dict[str, Path] = {}
    exec(f"{first}\n{second}", found)
    return found["project"]


def test_it_runs_from_any_folder_of_the_project_and_says_elsewhere_where_to_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path.cwd()
    for folder in (".", "nn", "nn/core"):
        assert project_found_from(project / folder, monkeypatch) == project
    with pytest.raises(FileNotFoundError, match="folder nn"):
        project_found_from(tmp_path, monkeypatch)
