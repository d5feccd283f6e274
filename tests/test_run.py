"""The run of all tests repeats those of the browser that failed, and passes nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT

PASSING = "def test_it(): pass\n"
FAILING = "def test_it(): assert False\n"
# Fails the first time, passes the second time.
FLAKY = """
from pathlib import Path

def test_flaky():
    seen = Path("seen")
    if not seen.exists():
        seen.touch()
        assert False
"""
OF_SHARED = """
import pytest
from pathlib import Path

@pytest.fixture
def server():
    yield
    if not Path("seen").exists():
        Path("seen").touch()
        assert False

def test_it(server): pass
"""
SKIPPED_LATER = FLAKY + "    else:\n        __import__('pytest').skip('why')\n"
CRASHING = "import os\n\ndef test_it(): os._exit(1)\n"
BROWSER, OTHER = "tests/browser/test_page.py", "tests/test_other.py"
ONCE_MORE = "Once more, alone: "


def run(folder: Path, files: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Return the exit code and what is printed, of a project with these tests."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "tests.run", *arguments]
    # The other plugins take longer to load than these tests.
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "--numprocesses=2", "--dist=loadfile")])
def test_a_test_of_the_browser_that_passes_alone_is_named(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    code, printed = run(tmp_path, {BROWSER: FLAKY, OTHER: PASSING}, *arguments)
    assert code == 0
    assert printed.splitlines()[-1] == f"flaky: {BROWSER}::test_flaky"


@pytest.mark.parametrize(("text", "words"), [(FAILING, "1 failed"), (SKIPPED_LATER, "1 skipped")])
def test_one_that_does_not_pass_alone_fails_the_run(text: str, words: str, tmp_path: Path) -> None:
    code, printed = run(tmp_path, {BROWSER: text})
    assert code == 1
    assert words in printed.split(ONCE_MORE)[1]
    assert "flaky: " not in printed


@pytest.mark.parametrize(
    ("files", "arguments", "expected"),
    [
        ({BROWSER: FLAKY, OTHER: FAILING}, (), 1),
        ({OTHER: FAILING}, (), 1),
        ({BROWSER: OF_SHARED}, (), 1),
        ({BROWSER: FLAKY, OTHER: "import nothing_of_this_name"}, (), 2),
        ({BROWSER: FLAKY, OTHER: PASSING}, ("-x",), 1),
        ({BROWSER: FLAKY}, ("--no-such-option",), 4),
        (
            {BROWSER: FLAKY, OTHER: CRASHING},
            ("-p", "xdist", "--numprocesses=2", "--dist=loadfile"),
            1,
        ),
        ({BROWSER: CRASHING}, ("-p", "xdist", "--numprocesses=1", "--dist=loadfile"), 1),
    ],
)
def test_nothing_else_is_repeated(
    files: dict[str, str], arguments: tuple[str, ...], expected: int, tmp_path: Path
) -> None:
    code, printed = run(tmp_path, files, *arguments)
    assert code == expected
    assert ONCE_MORE not in printed
