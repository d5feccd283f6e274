"""Imports go one way: each room imports only from the rooms below it.

A room is a folder. ``MAY_IMPORT`` gives, for each room, the rooms of the project that its modules
may import; a module belongs to the deepest room that is listed. Whatever is not listed fails.
"""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

FILES, PLOTS, ARGUMENTS, OPTIONS = "nn/files", "nn/plots", "nn/arguments", "nn/command_options"
# Which the server does not import:
SCANS, ANY_PICTURE = "nn/decoding/scans", "nn/decoding/any_picture"
LEARNING = {"nn/core", "nn/models", "nn/decoding", "nn/reading", "nn/data", "nn/training", FILES}

MAY_IMPORT = {
    FILES: set[str](),
    ARGUMENTS: {FILES},
    OPTIONS: {ARGUMENTS, "nn/models", "nn/reading"},
    "nn/core": {"nn/core"},
    "nn/tiny": {"nn/data"},
    "nn/models": {"nn/models", "nn/core", FILES},
    "nn/decoding": {"nn/decoding"},
    SCANS: {"nn/decoding"},
    ANY_PICTURE: {"nn/decoding", SCANS},
    "nn/reading": {"nn/reading", "nn/decoding"},
    "nn/bulk": {"nn/bulk", "nn/decoding", SCANS, FILES},
    "nn/reader": {"nn/bulk", "nn/models", "nn/decoding", ANY_PICTURE, "nn/reading"},
    "nn/bulk/result_job": {"nn/bulk", "nn/reader", "nn/decoding", "nn/reading"},
    "nn/bulk/dask_engine": {"nn/bulk", "nn/decoding", SCANS, ARGUMENTS},
    "nn/read": {"nn/bulk", "nn/bulk/result_job", "nn/bulk/dask_engine", "nn/reader"}
    | {"nn/decoding", "nn/models", FILES, ARGUMENTS},
    "nn/data": {"nn/data", "nn/decoding", "nn/reading", FILES},
    PLOTS: {"nn/core"},
    "nn/training": LEARNING | {PLOTS, ARGUMENTS},
    # Of what measures, only the few weights of certainty learn.
    "nn/train": LEARNING | {ARGUMENTS, OPTIONS, "nn/reader", "nn/evaluation"},
    "nn/export": {"nn/export", "nn/core", "nn/models", "nn/reading", "nn/data"}
    | {FILES, ARGUMENTS, OPTIONS},
    "nn/evaluation": {"nn/evaluation", "nn/reader", ANY_PICTURE} | LEARNING,
    "nn": {"nn", "nn/evaluation", "nn/export", "nn/reader", PLOTS, ARGUMENTS, OPTIONS} | LEARNING,
    "app/service": {"app", "app/service", "nn/models", "nn/decoding", "nn/reading", "nn/core"}
    | {"nn/data", ARGUMENTS},
    "app/standalone": {"app", "app/service", FILES},
    "app": {"app", "app/service"},
}
PACKAGES = {  # of others, that a room may import; where a room is not listed, any
    FILES: set[str](),
    "nn/core": {"numpy"},
    "nn/tiny": {"numpy"},
    "nn/models": {"numpy"},
    "nn/decoding": {"PIL"},
    SCANS: {"PIL", "pypdfium2"},
    ANY_PICTURE: {"numpy", "PIL"},
    "nn/reading": {"numpy", "cv2", "PIL"},
}
MODULES = sorted([*Path("nn").rglob("*.py"), *Path("app").rglob("*.py")])


def room(name: str) -> str:
    """Return the deepest listed room that a module, written as a path, belongs to."""
    parts = name.split("/")
    paths = ("/".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((path for path in paths if path in MAY_IMPORT), name)


@cache
def imports(path: Path) -> list[str]:
    """Return the path of each module that a file imports; a name of ``from x import y`` as x/y."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name.replace(".", "/") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = (node.module or "").replace(".", "/")
            found += [f"{module}/{alias.name}" for alias in node.names]
    return found


def is_ours(name: str) -> bool:
    return name.split("/")[0] in ("nn", "app", "benchmarks", "tests")


def packages(path: Path) -> set[str]:
    """Return the packages of others that a file imports, Python's own left out."""
    names = {name.split("/")[0] for name in imports(path) if not is_ours(name)}
    return names - sys.stdlib_module_names


def test_a_room_imports_only_what_is_below_it_and_the_packages_that_its_duty_needs() -> None:
    for path in MODULES:
        at = room(str(path.with_suffix("")))
        imported = {room(name) for name in imports(path) if is_ours(name)}
        assert imported <= MAY_IMPORT[at], path
        assert packages(path) <= PACKAGES.get(at, packages(path)), path


# OpenCV's own decoders, and FFmpeg, which has known faults: pictures are decoded with Pillow alone.
DECODES = re.compile(r"cv2\W+(im(read|decode|write|count)|Video|FileStorage|dnn)")


def test_opencv_is_given_pixels_and_decodes_no_file() -> None:
    assert DECODES.search("cv2.imread(") and DECODES.search("cv2, 'imdecode")
    for path in MODULES:
        assert not DECODES.search(path.read_text()), path
        assert "cv2" not in {name.split("/")[0] for name in imports(path) if "/" in name}, path


def test_values_are_frozen_so_that_nobody_changes_what_another_returned() -> None:
    changing = r"^@dataclass(?!\(frozen=True).*\nclass (\w+)"
    source = "\n".join(path.read_text() for path in MODULES)
    assert re.findall(changing, source, re.MULTILINE) == ["_Hand"]  # which writes a line


def test_what_the_app_runs_needs_no_training_tool() -> None:
    reached, queue = set[Path](), [Path("app/wsgi.py")]
    while queue:
        for name in imports(queue.pop()):
            for end in (name, name.rpartition("/")[0]):
                for path in (Path(f"{end}.py"), Path(end) / "__init__.py"):
                    if is_ours(name) and path.is_file() and path not in reached:
                        reached.add(path)
                        queue.append(path)
    distributions = packages_distributions()
    used = {
        distributions[package][0].lower().replace("_", "-")
        for path in reached
        for package in packages(path)
    }
    installed = Path("requirements.txt").read_text()
    assert {"numpy", "flask"} <= used
    assert not {name for name in used if f"\n{name}==" not in installed}
