"""The code map's rules: imports go one way, and the network knows nothing of the web."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LEAVES = ["layers", "losses", "optimizers"]
NETWORK = [
    "layers",
    "convolution",
    "normalisation",
    "losses",
    "optimizers",
    "network",
    "parallel",
    "winograd",
]


def modules(folder: str) -> list[Path]:
    return sorted(Path(folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, each name of ``from x import y`` as x.y."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.split(".")[0]


@pytest.mark.parametrize("path", modules("nn"), ids=str)
def test_the_network_imports_neither_flask_nor_the_app(path):
    assert not {top(name) for name in imports(path)} & {"flask", "werkzeug", "gunicorn", "app"}


@pytest.mark.parametrize("path", modules("app"), ids=str)
def test_only_the_classifier_imports_the_network(path):
    if path.name != "classifier.py":
        assert "nn" not in {top(name) for name in imports(path)}


@pytest.mark.parametrize("name", LEAVES)
def test_the_leaves_of_the_network_import_no_more_than_layers(name):
    own = {imported for imported in imports(Path(f"nn/{name}.py")) if top(imported) == "nn"}
    assert all(imported.startswith("nn.layers.") for imported in own)


@pytest.mark.parametrize("path", modules("nn/preprocess"), ids=str)
def test_preprocess_imports_nothing_of_ours_but_itself(path):
    own = {imported for imported in imports(path) if top(imported) == "nn"}
    assert all(imported.startswith("nn.preprocess") for imported in own)


@pytest.mark.parametrize("path", modules("nn/numbers"), ids=str)
def test_numbers_know_preprocess_and_no_network(path):
    own = {imported for imported in imports(path) if top(imported) == "nn"}
    assert all(imported.startswith(("nn.numbers", "nn.preprocess")) for imported in own)


def test_the_network_is_built_from_numpy_alone():
    for name in NETWORK:
        allowed = {"numpy", "nn", "collections", "copy", "typing", "concurrent", "functools"}
        assert {top(imported) for imported in imports(Path(f"nn/{name}.py"))} <= allowed


def test_what_the_app_runs_needs_no_training_tool():
    needed, queue = set(), [Path("app/classifier.py")]
    while queue:
        for name in imports(queue.pop()):
            for end in (name, name.rpartition(".")[0]):
                place = Path(end.replace(".", "/"))
                for path in (Path(f"{place}.py"), place / "__init__.py"):
                    if path.is_file() and path not in needed:
                        needed.add(path)
                        queue.append(path)
    tools = {top(name) for path in needed for name in imports(path)}
    assert "numpy" in tools
    assert not tools & {"scipy", "matplotlib", "pooch", "tqdm", "threadpoolctl", "unlzw3"}


def test_nothing_that_trains_can_see_the_sets_for_measuring():
    readers = {
        path.name
        for path in modules("nn")
        if any(name.startswith("nn.data.measuring") for name in imports(path))
    }
    assert readers == {"comparison.py"}


BENCH = ["numbers", "number_kinds", "composing", "photograph", "paper", "camera"]


def test_nothing_that_trains_can_see_the_bench_of_numbers():
    readers = {
        path.stem
        for path in modules("nn")
        if any(
            name == f"nn.data.{each}" or name.startswith(f"nn.data.{each}.")
            for name in imports(path)
            for each in BENCH
        )
    }
    assert readers <= {*BENCH, "number_bench"}
    assert "number_bench" in readers


def test_there_is_one_recipe_for_pictures():
    found = [path.parent for path in Path().glob("[!.]*/**/preprocess/*.py")]
    found += Path().glob("[!.]*/**/preprocess.py")
    assert {path for path in found if "tests" not in path.parts} == {Path("nn/preprocess")}
