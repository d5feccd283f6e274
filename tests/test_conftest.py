import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEST = """
import pytest

@pytest.mark.skip(reason="no engine")
def test_of_something_that_is_absent():
    pass

@pytest.mark.xfail(strict=True)
def test_of_something_not_built():
    assert False
"""


@pytest.mark.parametrize(
    ("variable", "status", "summary"),
    [("0", 0, "1 skipped, 1 xfailed"), ("1", 1, "1 xfailed, 1 error")],
)
def test_a_skipped_test_fails_and_is_named_where_all_are_required(
    tmp_path: Path, variable: str, status: int, summary: str
) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    (tmp_path / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", str(tmp_path)]
    environ = os.environ | {"INKLING_REQUIRE_ALL": variable}
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert run.returncode == status
    assert summary in run.stdout
    assert ("test_of_something_that_is_absent was skipped" in run.stdout) == (variable == "1")
