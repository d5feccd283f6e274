"""What the READMEs say holds: settings, routes, problems, figures, commands, links, programs."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from argparse import ArgumentParser
from codeop import compile_command
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.config import Settings, described_variables, environment_variable
from app.errors import ProblemCode
from benchmarks.card import card
from benchmarks.make import api_tables
from deploy import serve
from deploy.command import COMMANDS as INSTALLED
from nn import arguments, train
from tests.data_sets import needs_data

FOLDERS = ("app", "benchmarks", "deploy", "models", "nn", "static", "tests")
PAGES = [
    *sorted(Path().glob("*.md")),
    *sorted(page for name in FOLDERS for page in Path(name).rglob("*.md")),
]
README, API, CARD, OPERATION = (
    Path(folder, "README.md").read_text() for folder in ("", "app", "models", "deploy")
)
METADATA = sorted(Path("models").glob("*.json"))


def code_blocks(text: str, language: str = "") -> list[str]:
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [dedent(block) for block in blocks]


def commands(text: str, start: str) -> list[str]:
    """Return the lines of all code blocks that start so, without their comments."""
    lines = "".join(code_blocks(text)).splitlines()
    return [line.split("  #")[0].rstrip() for line in lines if line.startswith(start)]


def test_the_tables_of_problems_and_settings_are_those_of_the_code() -> None:
    assert api_tables.with_tables() == API
    assert API.count("| `urn:inkling:") == len(ProblemCode)
    described = {name for name, *_ in described_variables()}
    assert {environment_variable(each.name) for each in fields(Settings)} < described
    assert all(f"| `{name}` |" in API for name in described)


def test_the_help_of_the_server_has_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        serve.main(["--help"])
    printed = capsys.readouterr().out
    shown = " ".join(printed.split())
    for name, default, what in described_variables():
        assert f"  {name} (default {default})\n" in printed
        assert what.replace("`", "") in shown


def test_every_route_is_in_the_readme(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert f"| `{method} {rule.rule}` |" in API


def test_every_metric_is_in_the_readme_and_no_other(app: Flask) -> None:
    text = app.test_client().get("/metrics").text
    metrics = re.findall(r"^# HELP (inkling_\w+) ", text, re.MULTILINE)
    rows = re.findall(r"^ *\| `(inkling_\w+)` \|", OPERATION, re.MULTILINE)
    assert sorted(rows) == sorted(metrics)


def test_every_field_of_the_log_is_in_the_readme() -> None:
    program = "from app import create_app; create_app().test_client().get('/models')"
    environ = os.environ | {"INKLING_LOG": "json"}
    output = subprocess.check_output([sys.executable, "-c", program], env=environ, text=True)
    for field in json.loads(output):
        assert f"`{field}`" in OPERATION, field


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The app behind Flask's own server, which is what Windows has."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


def differences(printed: str, output: str) -> list[str]:
    """Return where an answer is not as it is printed on a page, with "..." for what is left out.

    Decimals may differ by one in the last place that is printed: processors round differently.
    """
    answer = json.dumps(json.loads(output), ensure_ascii=False)
    parts = re.split(rf"(\.\.\.|{NUMBER})", re.sub(r"\s+", " ", printed.strip()))
    pattern = re.escape(parts[0])
    for gap, text in zip(parts[1::2], map(re.escape, parts[2::2]), strict=True):
        # What is left out ends at the first such text: a search for others might take for ever.
        pattern += f"(?>.*?{text or '$'})" if gap == "..." else f"({NUMBER}){text}"
    match = re.fullmatch(pattern, answer)
    if not match:
        return [f"{printed} is printed, but {answer} was answered"]
    different = []
    for number, own in zip(filter("...".__ne__, parts[1::2]), match.groups(), strict=True):
        decimals = -int(Decimal(number).as_tuple().exponent)
        tolerance = Decimal(10) ** -decimals if decimals else 0
        if abs(Decimal(number) - Decimal(own)) > tolerance:
            different.append(f"{number} is printed, but {own} was answered")
    return different


def printed_answers() -> Iterator[tuple[str, str]]:
    """Yield the answers that pages print, each after the first curl of the block before it."""
    for page in PAGES:
        command = f"none in {page}"
        for block in code_blocks(page.read_text()):
            if block.startswith("curl"):
                command = block.splitlines()[0]
            if block.startswith("{"):
                yield command, block


def get(command: str, address: str) -> str:
    """Return what a curl gets from the app at an address."""
    command = command.replace("127.0.0.1:8000", address)
    output = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    return output.stdout


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
PRINTED = list(printed_answers())
CURLS = [
    (command, digits)
    for page, answers in ((README, ["7", "5379", "3"]), (API, ["7", "7", *[None] * 5]))
    for command, digits in zip(commands(page, "curl"), answers, strict=True)
    if digits is not None
]


@needs_curl
@pytest.mark.parametrize(
    ("command", "printed"), PRINTED, ids=[answer[:40] for _, answer in PRINTED]
)
def test_each_printed_answer_is_its_curls(command: str, printed: str, address: str) -> None:
    assert differences(printed, get(command, address)) == []


@needs_curl
@pytest.mark.parametrize(("command", "digits"), CURLS, ids=[command[:50] for command, _ in CURLS])
def test_each_curl_works_as_written(command: str, digits: str, address: str) -> None:
    answer = json.loads(get(command, address))
    assert str(answer.get("number", answer.get("digit"))) == digits
    assert answer["certain"]


def test_the_files_that_are_read_without_a_server_are_read_as_the_page_prints() -> None:
    page = Path("nn/bulk/README.md").read_text()
    command, printed = code_blocks(page)[:2]
    _, *arguments = command.split()
    output = subprocess.check_output([sys.executable, *arguments], text=True)
    assert output == printed


def test_the_app_starts_without_gunicorn_and_what_only_unix_has() -> None:
    missing = ["gunicorn", "fcntl", "grp", "pwd", "resource", "termios"]
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({missing}))\n"
        "from app import create_app\n"
        "print(create_app().test_client().get('/readyz').status_code)"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert output.stdout == "200\n", output.stderr


@pytest.mark.parametrize("page", [README, CARD], ids=["README.md", "models/README.md"])
@pytest.mark.parametrize("path", METADATA, ids=str)
def test_the_figures_are_those_of_the_shipped_weights(page: str, path: Path) -> None:
    scores = json.loads(path.read_text())["scores"]["mnist_test"]
    assert f"{100 * scores['correct'] / scores['total']:.2f} %" in page


def blocks_of(page: str) -> card.Blocks:
    """Return what benchmarks.card has written into a page."""
    blocks = {}
    for name in card.NAMES:
        start, end = card.marks(name)
        if start in page:
            blocks[name] = page.split(start)[1].split(end)[0].rstrip()
    return blocks


def test_the_first_readme_has_the_measured_figures_of_the_model_card() -> None:
    of_card, of_readme = blocks_of(CARD), blocks_of(README)
    assert {*of_card, *of_readme} == {*card.NAMES}
    assert of_readme == {"figures": card.figures(of_card)}


@pytest.mark.parametrize("path", METADATA, ids=str)
def test_the_measured_figures_are_of_the_shipped_weights_or_the_card_says_that_they_are_not(
    path: Path,
) -> None:
    metadata = json.loads(path.read_text())
    measured = blocks_of(CARD)["measured"]
    shipped, before = (
        f"`{metadata['name']}` `{each['sha256'][:8]}`"
        for each in (metadata, metadata.get("from", metadata))
    )
    if shipped not in measured:
        assert before in measured, "measure them with benchmarks.card"
        assert re.search(rf"It is of the weights that it names: [^.]*{shipped}[^.]* since", CARD)


@pytest.mark.parametrize("page", [README, CARD], ids=["README.md", "models/README.md"])
def test_no_figure_is_written_by_hand(page: str) -> None:
    by_hand = re.sub(r"<!-- (.+?): [^>]+ -->.*?<!-- end of .*?\1 -->", "", page, flags=re.DOTALL)
    assert set(re.findall(r"[\d.,]+ %", by_hand)) <= {"95 %"}  # the intervals'


@pytest.mark.parametrize("path", METADATA, ids=str)
def test_the_table_of_networks_names_commands_that_train_them_today(path: Path) -> None:
    command = json.loads(path.read_text())["command"]
    assert f"`{command}`" in README
    assert f"`{command}`" in CARD
    start = f"{arguments.program('train')} "
    assert command.startswith(start)
    assert train.parse_args(shlex.split(command.removeprefix(start))).name == path.stem


@pytest.mark.parametrize("path", [*METADATA, Path("models/lines/lines.json")], ids=str)
def test_the_model_card_has_the_command_and_size_of_each_network(path: Path) -> None:
    metadata = json.loads(path.read_text())
    assert metadata["command"] in CARD
    assert f"{metadata['parameters']:,}" in CARD
    assert metadata["sha256"][:8] in CARD


def anchors(readme: Path) -> set[str]:
    """Return the names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.*)$", readme.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("readme", PAGES, ids=str)
def test_every_link_leads_somewhere(readme: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", readme.read_text()):
        if not link.startswith("https://"):
            target, _, anchor = link.partition("#")
            path = readme.parent / target if target else readme
            assert path.exists(), link
            assert not anchor or anchor in anchors(path), link


@pytest.mark.parametrize("readme", PAGES, ids=str)
def test_every_file_that_is_named_by_its_path_exists(readme: Path) -> None:
    text = readme.read_text()
    folders = "|".join([*FOLDERS, "templates"])
    named = re.findall(rf"\b(?:{folders})/[\w/.]+\.\w+\b", text)
    for path in named:
        assert (readme.parent / path).exists() or Path(path).exists(), path


BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def shell_words(text: str) -> list[list[str]]:
    """Return the words of each command in the code of a page, in blocks and between the lines."""
    blocks = [block for language, block in BLOCK.findall(text) if language in ("", "sh")]
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    lines += [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", BLOCK.sub("", text))]
    commands = [part for line in lines for part in re.split(r"\\?\||&&|;", line.split("  #")[0])]
    return [re.sub("['\"]", " ", command).split() for command in commands]


@pytest.mark.parametrize("readme", PAGES, ids=str)
def test_every_make_target_and_variable_that_is_named_exists(readme: Path) -> None:
    makefile = Path("Makefile").read_text()
    targets = re.findall(r"^([a-z]+):", makefile, re.MULTILINE)
    for words in shell_words(readme.read_text()):
        for word in words[1:] if words[:1] == ["make"] else []:
            variable, is_variable, _ = word.partition("=")
            used = variable in ("HOST", "PORT") or re.search(rf"\b{variable}\b", makefile)
            assert used if is_variable else word in targets, words


class Parsed(Exception):
    """The command line of a page was parsed, so that the command need not run."""


@pytest.fixture
def only_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command end when it has parsed its command line."""
    parse_args = ArgumentParser.parse_args

    def parse(parser: ArgumentParser, *arguments: Any) -> None:
        parse_args(parser, *arguments)
        raise Parsed

    monkeypatch.setattr(ArgumentParser, "parse_args", parse)


def called(words: list[str]) -> tuple[str, list[str]] | None:
    """Return the module that a command runs, and its arguments."""
    if "-m" in words[1:] and words[words.index("-m") - 1].endswith("python"):
        module, *arguments = words[words.index("-m") + 1 :]
        name = arguments[0] if module == "nn" and arguments else ""
    elif "inkling" in words and words[0] not in ("docker", "import", "podman"):
        module, (name, *arguments) = "nn", [*words[words.index("inkling") + 1 :], ""]
        arguments = [name, *arguments[:-1]]
    else:
        return None
    if module != "nn":
        return module, arguments
    if name in ("", "--version", "--help"):
        return None
    assert name in INSTALLED, words
    return INSTALLED[name][0].replace("inkling.", "deploy."), arguments[1:]


@pytest.mark.usefixtures("only_parse")
@pytest.mark.parametrize("readme", PAGES, ids=str)
def test_every_command_that_is_named_exists_and_takes_its_arguments(
    readme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in filter(None, map(called, shell_words(readme.read_text()))):
        module, arguments = command
        if module in ("pip", "pytest", "venv"):
            continue
        arguments = list(takewhile(lambda word: word not in (">", ">>", "<"), arguments))
        spec = find_spec(module, "nn")
        if spec and spec.submodule_search_locations:
            spec = find_spec(f"{spec.name}.__main__")
        assert spec and spec.origin, command
        if not re.search("argparse|command_options", Path(spec.origin).read_text()):
            assert not [word for word in arguments if word.startswith("-")], command
            continue
        monkeypatch.setattr(sys, "argv", [module, *arguments])
        with pytest.raises(Parsed):
            import_module(spec.name).main()


NOT_ON_THE_MAP = ("__init__", "__main__", "wsgi", "config", "errors")


def test_every_room_and_every_module_beside_the_rooms_is_on_the_code_map() -> None:
    code_map = README.split("## Code map")[1].split("## Licence")[0]
    for top in (Path("nn"), Path("app")):
        for path in top.rglob("*.py"):
            room = path.parent.relative_to(top)
            for name in room.parts:
                assert f"{name}/" in code_map, path
            if path.parent == top and path.stem not in NOT_ON_THE_MAP:
                assert re.search(rf"\b{path.stem}\b", code_map), path


def test_the_lesson_names_only_functions_that_exist() -> None:
    for readme in (path for path in PAGES if path.is_relative_to("nn")):
        tables = [
            part.split("\n\n")[0] for part in readme.read_text().split("| step | function |")[1:]
        ]
        for names, target in re.findall(r"\[((?:`[^`]+`(?:, )?)+)\]\(([^)]+)\)", "\n".join(tables)):
            source = (readme.parent / target).read_text()
            for name in re.findall(r"`([^`]+)`", names):
                last = name.rpartition(".")[2]
                if not name.startswith("python "):
                    assert re.search(rf"(def|class) {last}\b", source), name


PROGRAMS = [
    pytest.param(page, marks=[needs_data, pytest.mark.trains] if "load_mnist()" in text else [])
    for page in PAGES
    if code_blocks(text := page.read_text(), "python")
]
RANGE = re.compile(r"# ([\d,.]+) to ([\d,.]+)")
RETURNS_NONE = re.compile(r"^(print|\w+\.append)\(")


def run_program(program: str, page: Path, names: dict[str, Any]) -> int:
    """Run it, and return how many of its values were in the range that the page claims of them."""
    n_checked, lines = 0, program.splitlines()
    for statement in ast.parse(program).body:
        claim = RANGE.search(lines[(statement.end_lineno or 0) - 1])
        if claim and isinstance(statement, ast.Expr):
            low, high = (float(bound.replace(",", "")) for bound in claim.groups())
            value = eval(compile(ast.Expression(statement.value), str(page), "eval"), names)
            assert low <= value <= high, (ast.unparse(statement), value)
            n_checked += 1
        else:
            exec(compile(ast.Module([statement], []), str(page), "exec"), names)
    return n_checked


@pytest.mark.parametrize("readme", PROGRAMS, ids=str)
def test_the_programs_of_a_page_run_one_after_the_other(
    readme: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    n_checked, programs = 0, code_blocks(readme.read_text(), "python")
    for program in programs:
        n_checked += run_program(program.replace("127.0.0.1:8000", address), readme, names)
    assert n_checked == len(RANGE.findall("\n".join(programs)))
    if readme == Path("nn/bulk/README.md"):
        printed = capsys.readouterr().out.strip()
        assert f"You should see `{printed}`" in readme.read_text()
    if readme == Path("app/README.md"):
        assert capsys.readouterr().out == "7 True None\n"


@pytest.mark.parametrize("page", [page.values[0] for page in PROGRAMS], ids=str)
def test_a_program_can_be_pasted_at_the_prompt_of_each_python(page: Path) -> None:
    """Before 3.13 only a blank line ends a loop there; each value in a loop is printed."""
    for program in code_blocks(page.read_text(), "python"):
        typed: list[str] = []
        for line in program.splitlines():
            typed.append(line)
            if compile_command("\n".join(typed)):
                typed = []
        loops = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.For)]
        shown = [part for loop in loops for part in loop.body if isinstance(part, ast.Expr)]
        assert [text for text in map(ast.unparse, shown) if not RETURNS_NONE.search(text)] == []


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert f"\nversion: {project['version']}\n" in Path("CITATION.cff").read_text()
    assert (
        re.findall(r"^## (.*)$", Path("CHANGELOG.md").read_text(), re.MULTILINE)[0]
        == project["version"]
    )
