"""The package that ``pip install .`` installs, used outside of the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.wheel import within_package
from static.client import Client
from tests.serving import serving

EXAMPLES = Path("static/examples").resolve()


def run(installed: Path, *arguments: object) -> str:
    """Return what Python prints, run in another folder than the checkout."""
    ended = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=installed.parent,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_three_lines_read_a_number_and_need_neither_flask_nor_other_names(installed: Path) -> None:
    program = f"""
import inkling
reader = inkling.load()
print(reader.read("{EXAMPLES}/number.jpg").text)

import sys
print(sorted({{"flask", "gunicorn", "nn", "app", "tqdm"}} & sys.modules.keys()))
"""
    assert run(installed, "-c", program).split("\n") == ["5379", "[]"]


def test_the_command_is_installed(installed: Path) -> None:
    picture = EXAMPLES / "seven.png"
    expected = f"{picture}\t7\tcertain"
    assert run(installed, installed / "bin" / "inkling", picture) == expected
    assert run(installed, "-m", "inkling.nn", "read", picture) == expected


def test_gunicorn_serves_it_and_the_client_gets_the_answers_of_the_package(
    installed: Path, tmp_path: Path
) -> None:
    names = ["number.jpg", "page.webp", "letter.png", "seven.png"]
    program = f"""
import inkling
reader = inkling.load()
for name in {names}:
    reading = reader.read("{EXAMPLES}/" + name)
    print(repr((reading.text, reading.doubt, [digit.confidence for digit in reading.digits])))
"""
    ours = run(installed, "-c", program).split("\n")
    config = "--config=python:inkling.gunicorn_conf"
    with serving(app=config, cwd=tmp_path, PYTHONPATH=str(installed)) as server:
        client = Client(f"http://{server.address}")
        answers = [client.read(EXAMPLES / name) for name in names]
    for text, answer in zip(ours, answers, strict=True):
        doubt = answer.doubt and f"<Doubt.{answer.doubt.upper()}: '{answer.doubt}'>"
        confidences = [digit.confidence for digit in answer.digits]
        assert text == f"({answer.text!r}, {doubt}, {confidences})"


def test_types_and_credits_come_along_and_what_is_for_developers_does_not(installed: Path) -> None:
    package = installed / "inkling"
    shown = ("nn/lesson.ipynb", "static/client.py")  # on the pages
    for name in ("py.typed", "models/README.md", "static/examples/README.md", *shown):
        assert (package / name).is_file(), name
    assert not [*package.glob("nn/pictures/*"), *package.glob("models/*.png")]
    assert sum(path.stat().st_size for path in package.rglob("*")) < 30_000_000


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from nn.core import layers", "from inkling.nn.core import layers"),
        ("if x:\n    from app import y", "if x:\n    from inkling.app import y"),
        ("from application import x", "from application import x"),
        ("from inkling.nn import x", "from inkling.nn import x"),
        ('"""\nfrom nn import x\n"""', '"""\nfrom nn import x\n"""'),
        ('f("é"); from nn import x', 'f("é"); from inkling.nn import x'),
    ],
)
def test_only_imports_get_the_name_in_front(source: str, expected: str) -> None:
    assert within_package(source) == expected
