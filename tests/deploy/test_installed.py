"""The package that ``pip install .`` installs, used outside of the checkout."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from PIL import Image

from deploy import serve
from deploy.command import COMMANDS
from deploy.wheel import InklingMetadata, with_absolute_links, within_package
from nn.data.lesson_set import load_lesson_set
from tests.serving import ALLOCATOR, Server, serving

EXAMPLES = Path("static/examples").resolve()
AMOUNTS = Path("tests/deploy/amounts.py").resolve()
MAX_WHEEL_BYTES = 12_500_000
POINT = np.pad(np.full((3, 3), 255, np.uint8), ((22, 7), (2, 1)))
TYPE_CHECKERS = {
    "mypy": ["--strict", "--python-executable"],
    "basedpyright": ["--pythonpath"],
}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty folder, in which Python finds nothing of the checkout."""
    return tmp_path


def post(server: Server, path: str, picture: bytes) -> requests.Response:
    files = {"image": picture}
    return requests.post(f"http://{server.address}/{path}", files=files, timeout=60)


def run(installed: Path, folder: Path, *arguments: object, status: int = 0) -> str:
    """Return what a command of the environment prints, on either stream, without ``status``."""
    command, *others = map(str, arguments)
    ended = subprocess.run(
        [installed / "bin" / command, *others],
        cwd=folder,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ended.returncode == status, ended.stdout
    return ended.stdout.strip()


def test_three_lines_read_a_number_without_flask_or_names(installed: Path, empty: Path) -> None:
    program = f"""
import inkling
print(inkling.read("{EXAMPLES}/number.jpg").text)

import sys
print(sorted({{"flask", "gunicorn", "nn", "app", "tqdm"}} & sys.modules.keys()))
"""
    assert run(installed, empty, "python", "-c", program).split("\n") == ["5379", "[]"]


def test_the_package_lists_its_names(installed: Path, empty: Path) -> None:
    program = """
import inkling
print(*dir(inkling))
print(all(getattr(inkling, name) for name in dir(inkling)), inkling.__version__)
"""
    names = "PictureError Reader Reading Restriction RestrictionError WeightsError"
    expected = [f"{names} __version__ load predict read read_many", "True 3.0.0"]
    assert run(installed, empty, "python", "-c", program).split("\n") == expected


def test_the_package_leaves_the_threads_of_other_programs_alone(
    installed: Path, empty: Path
) -> None:
    program = f"""
import os
for name in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ.pop(name, None)
import inkling
inkling.read("{EXAMPLES}/seven.png")
print([name for name in os.environ if "THREADS" in name])
import cv2
from threadpoolctl import threadpool_info
blas = {{pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}}
print(blas == {{len(os.sched_getaffinity(0))}}, cv2.getNumThreads() == cv2.getNumberOfCPUs())
"""
    pytest.importorskip("threadpoolctl")
    assert run(installed, empty, "python", "-c", program).split("\n") == ["[]", "True True"]


def test_the_command_reads_and_says_its_version(installed: Path, empty: Path) -> None:
    picture = EXAMPLES / "seven.png"
    expected = f"{picture}\t7\tcertain"
    assert run(installed, empty, "inkling", "read", picture) == expected
    assert run(installed, empty, "python", "-m", "inkling", "read", picture) == expected
    assert run(installed, empty, "inkling", "--version") == "Inkling 3.0.0"


def test_each_command_names_itself_as_it_is_called(installed: Path, empty: Path) -> None:
    program = """
import sys
from inkling.__main__ import COMMANDS, main
for name in COMMANDS:
    sys.argv[1:] = [name, "--nonsense"]
    try:
        main()
    except SystemExit as ended:
        print(f"status {ended.code}", file=sys.stderr)
"""
    shown = run(installed, empty, "python", "-c", program)
    said = "inkling {0}: error: .*; inkling {0} --help lists the options\nstatus 2"
    assert re.fullmatch("\n".join(map(said.format, COMMANDS)), shown), shown
    assert "python -m nn" not in shown


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("inkling ", {*COMMANDS}),
        ("inkling ev", {"evaluate"}),
        ("inkling read --mo", {"--model", "--models"}),
        ("inkling export con", {"convnet"}),
        ("inkling train convnet --held-back-w", {"--held-back-writers"}),
        ("inkling serve --h", {"--help", "--host"}),
        ("inkling read pict", {"pictures/"}),
    ],
)
def test_a_shell_completes_commands_options_and_files(
    line: str, expected: set[str], installed: Path, empty: Path
) -> None:
    pytest.importorskip("argcomplete")
    (empty / "pictures").mkdir()
    asked = {"COMP_LINE": line, "COMP_POINT": f"{len(line)}", "_ARGCOMPLETE": "1"}
    answer = {"_ARGCOMPLETE_STDOUT_FILENAME": "found", "_ARGCOMPLETE_IFS": "\n"}
    command = [installed / "bin" / "inkling"]
    subprocess.run(command, cwd=empty, env=os.environ | asked | answer, check=True)
    found = {word.strip() for word in (empty / "found").read_text().split("\n")}
    assert expected <= found if line == "inkling " else found == expected


def test_the_commands_find_the_networks_from_any_folder(installed: Path, empty: Path) -> None:
    out = run(installed, empty, "inkling", "export", "article")
    assert out.startswith("Wrote exports/article/article.onnx")
    missing = run(installed, empty, "inkling", "read", "--model", "none", "a.png", status=2)
    assert missing.startswith("inkling read: ")
    missing = run(installed, empty, "inkling", "train", "convnet", "--from", "no",
                  "--pictures", ".", status=1)  # fmt: skip
    assert missing.startswith("inkling train: ")
    refused = run(installed, empty, "inkling", "promote", "article", status=1)
    assert refused.startswith("inkling promote: runs/article: ")
    assert "run inkling train article first" in refused


def test_a_pickled_reading_is_read_by_another_process(installed: Path, empty: Path) -> None:
    program = f"""
import inkling, pickle
for name, found in inkling.read_many(["{EXAMPLES}/page.webp", "gone.png"]):
    print(repr(found), repr(pickle.loads(pickle.dumps(found))) == repr(found))
"""
    shown = run(installed, empty, "python", "-c", program).split("\n")
    assert re.match(r"Reading\(text='2927\\n109\\n5139', confidence=.*\) True", shown[0])
    assert re.match(r"FileNotFoundError\(.*\) True", shown[1])


def test_a_program_of_thirty_lines_makes_a_table_of_300_amounts_the_doubtful_last(
    empty_environment: Path, empty: Path
) -> None:
    folder = empty / "amounts"
    folder.mkdir()
    amounts = draw_amounts(folder, 298)
    shutil.copy(EXAMPLES / "letter.png", folder)
    (folder / "cut.png").write_bytes(b"cut")
    run(empty_environment, empty, "python", AMOUNTS, "amounts", "table.csv")
    with (empty / "table.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["file", "amount", "check"]
    assert sorted(file for file, _, _ in rows) == sorted([*amounts, "cut.png", "letter.png"])
    certain = [row for row in rows if not row[2]]
    assert len(certain) > 100
    assert rows[: len(certain)] == certain
    wrong = [row for row in certain if row[1] != amounts.get(row[0])]
    assert len(wrong) < 0.03 * len(certain), wrong
    assert sum(amount == amounts.get(file) for file, amount, _ in rows) > 270
    assert dict(row[::2] for row in rows)["cut.png"].startswith("The 3 bytes are not a picture")


def draw_amounts(folder: Path, n_amounts: int) -> dict[str, str]:
    """Draw amounts of 2 to 5 digits, each third with a point; return each file's amount."""
    rng = np.random.default_rng(0)
    _, digits = load_lesson_set()
    amounts: dict[str, str] = {}
    for number in range(n_amounts):
        places = rng.integers(len(digits), size=rng.integers(2, 6))
        signs = [(f"{digits.labels[place]}", np.pad(digits.images[place], 2)) for place in places]
        if number % 3 == 0:
            signs.insert(max(1, len(signs) - 2), (".", POINT))
        ink = np.pad(np.hstack([image for _, image in signs]), 8).repeat(2, 0).repeat(2, 1)
        amounts[f"{number:03}.png"] = "".join(sign for sign, _ in signs)
        Image.fromarray(255 - ink).save(folder / f"{number:03}.png")
    return amounts


@pytest.mark.parametrize("checker", TYPE_CHECKERS)
def test_the_program_has_complete_types_and_a_misspelt_name_is_an_error(
    checker: str, installed: Path, empty: Path
) -> None:
    shutil.copy(AMOUNTS, empty)
    (empty / "misspelt.py").write_text("import inkling\n\nprint(inkling.raed)\n")
    command = [sys.executable, "-m", checker, *TYPE_CHECKERS[checker], installed / "bin/python"]
    ended = subprocess.run(
        [*command, AMOUNTS.name, "misspelt.py"],
        cwd=empty,
        capture_output=True,
        text=True,
    )
    (error,) = re.findall(r".*\berror: .*", ended.stdout)
    assert "misspelt.py:3" in error and '"raed"' in error
    assert AMOUNTS.name not in ended.stdout  # no warning, either


def test_the_server_gives_the_answers_of_the_package(installed: Path, empty: Path) -> None:
    names = ["number.jpg", "page.webp", "letter.png", "seven.png"]
    program = f"""
import inkling, json
for name in {names}:
    print(json.dumps(inkling.read("{EXAMPLES}/" + name).to_dict()))
"""
    ours = run(installed, empty, "python", "-c", program).split("\n")
    command = [installed / "bin" / "inkling", "serve", "--port", "0"]
    with serving(command=command, cwd=empty) as server:
        answers = [post(server, "read", (EXAMPLES / name).read_bytes()).json() for name in names]

    def seen(answer: dict[str, Any]) -> tuple[str, str | None, list[float]]:
        return answer["text"], answer["doubt"], [d["confidence"] for d in answer["digits"]]

    assert [*map(seen, answers)] == [seen(json.loads(line)) for line in ours]


def test_without_its_packages_the_server_says_what_to_install(installed: Path, empty: Path) -> None:
    program = """
import sys
sys.modules["gunicorn"] = None
sys.argv = ["inkling", "serve"]
from inkling.__main__ import main
sys.exit(main())
"""
    advice = "install inkling-digits with its extra server"
    expected = f"inkling serve: needs the package gunicorn: {advice}"
    assert run(installed, empty, "python", "-c", program, status=1) == expected


def test_windows_is_served_by_waitress(installed: Path, empty: Path) -> None:
    pytest.importorskip("waitress")
    program = "from inkling.serve import serve_with_waitress; serve_with_waitress('127.0.0.1', 0)"
    command = [installed / "bin" / "python", "-c", program]
    with serving(command=command, cwd=empty, INKLING_MAX_BODY_BYTES="100000") as server:
        assert post(server, "predict", (EXAMPLES / "seven.png").read_bytes()).json()["digit"] == 7
        assert post(server, "predict", bytes(150_000)).status_code == 413


RELATIVE = re.compile(r"\]\((?!https://)")


def test_the_description_of_the_package_has_no_link_that_leads_nowhere(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("/METADATA")]
        described = archive.read(name).decode()
    assert "Project-URL" not in described  # which this build was not told
    assert "Inkling reads handwritten digits" in described
    assert not RELATIVE.search(described)
    assert "Provides-Extra: redis" in described
    assert "Requires-Dist: pillow>=11.0" in described


def test_a_build_that_is_told_where_the_files_are_has_absolute_links_and_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROJECT_FILES", "https://example.org/inkling/blob/main/")
    metadata: dict[str, Any] = {}
    InklingMetadata(".", {}).update(metadata)
    files = "https://example.org/inkling/blob/main"
    assert metadata["urls"]["Changelog"] == f"{files}/CHANGELOG.md"
    text = metadata["readme"]["text"]
    assert not RELATIVE.search(text)
    assert f"](({files}" not in text
    assert f"({files}/models/README.md#your-own-pictures)" in text
    assert f"({files}/tests/browser/screenshot.png?raw=true)" in text
    paths = re.findall(rf"\]\({files}/([^)#?]+)", text)
    assert len(paths) > 20
    assert all(Path(path).exists() for path in [*paths, "README.md", "nn/tiny.py"])


def test_links_become_absolute_or_words() -> None:
    page = "![A picture](a.png) of [it (1)](b.md#c), [here](#d) and [there](https://example.com)"
    assert with_absolute_links(page, "") == " of it (1), here and [there](https://example.com)"
    assert with_absolute_links(page, "https://x") == (
        "![A picture](https://x/a.png?raw=true) of [it (1)](https://x/b.md#c), "
        "[here](https://x/README.md#d) and [there](https://example.com)"
    )


def test_types_and_credits_come_along_and_what_is_for_developers_does_not(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_WHEEL_BYTES
    assert serve.ALLOCATOR == ALLOCATOR
    assert wheel.name == "inkling_digits-3.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    shown = ("nn/lesson.ipynb", "nn/data/lesson_set.npz")  # on the pages
    for name in ("py.typed", "models/README.md", "static/examples/README.md", *shown):
        assert f"inkling/{name}" in names
    licences = [name.partition("/licenses/")[2] for name in names if "/licenses/" in name]
    assert sorted(licences) == ["LICENSE", "nn/data/LICENSE", "static/examples/README.md"]
    kept = r"inkling/nn/(pictures/|.*\.md)|inkling/models/.*\.(png|csv)|.*__pycache__"
    assert not [name for name in names if re.match(kept, name)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from nn.core import layers", "from inkling.nn.core import layers"),
        ("if x:\n    from app import y", "if x:\n    from inkling.app import y"),
        ("from application import x", "from application import x"),
        ("from inkling.nn import x", "from inkling.nn import x"),
        ("# taken from nn.core", "# taken from nn.core"),
        ('"""\nfrom nn.x import y\n"""', '"""\nfrom nn.x import y\n"""'),
    ],
)
def test_only_imports_get_the_name_in_front(source: str, expected: str) -> None:
    assert within_package(source) == expected


def test_an_import_that_would_bind_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"import with from: import nn\.core"):
        within_package("import nn.core\n")
