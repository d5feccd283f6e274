"""What the READMEs say holds: settings, routes, figures, commands and links."""

import json
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.config import Settings, variable

README = Path("README.md").read_text()
PAGES = [Path("README.md"), Path("nn/README.md"), Path("models/README.md")]


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme_with_its_default(setting):
    default = setting.default.name if isinstance(setting.default, Path) else setting.default
    shown = "none" if default in ("", None) else str(default)
    row = re.escape(f"| `{variable(setting.name)}` | ") + f"`?{re.escape(shown)}`? "
    assert re.search(row, README)


def test_every_route_is_in_the_readme(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert f"`{method} {rule.rule}`" in README


@pytest.mark.parametrize("page", [PAGES[0], PAGES[2]], ids=str)
@pytest.mark.parametrize("path", sorted(Path("models").glob("*.json")), ids=str)
def test_the_figures_are_those_of_the_shipped_weights(page, path):
    scores = json.loads(path.read_text())["scores"]["mnist_test"]
    assert f"{100 * scores['correct'] / scores['total']:.2f} %" in page.read_text()


@pytest.mark.parametrize("path", sorted(Path("models").glob("*.json")), ids=str)
def test_the_model_card_has_the_command_and_size_of_each_network(path):
    metadata = json.loads(path.read_text())
    card = PAGES[2].read_text()
    assert metadata["command"] in card
    assert f"{metadata['parameters']:,}" in card


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", Path("Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", README)) - {"alone"} <= targets


def test_every_module_is_on_the_code_map():
    code_map = README.split("## Code map")[1].split("## Invariants")[0]
    for path in [*Path("nn").glob("*.py"), *Path("app").glob("*.py")]:
        if path.stem not in ("__init__", "wsgi"):
            assert re.search(rf"\b{path.stem}\b", code_map), path


def test_the_lesson_names_only_functions_that_exist():
    lesson = PAGES[1].read_text()
    tables = [part.split("\n\n")[0] for part in lesson.split("| step | function |")[1:]]
    for names, target in re.findall(r"\[((?:`[^`]+`(?:, )?)+)\]\(([^)]+)\)", "\n".join(tables)):
        source = Path("nn", target).read_text()
        for name in re.findall(r"`([^`]+)`", names):
            last = name.rpartition(".")[2]
            if not name.startswith("python "):
                assert re.search(rf"(def|class) {last}\b", source), name


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs MNIST: set INKLING_DATA")
def test_the_lesson_s_program_runs_and_reads_most_digits(capsys):
    program = re.search(r"```python\n(.*?)```", PAGES[1].read_text(), re.DOTALL)[1]
    exec(compile(program, str(PAGES[1]), "exec"), {})
    n_read = int(capsys.readouterr().out.split()[0])
    assert n_read > 8500
