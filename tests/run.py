"""Run tests, and those of the browser that failed once more, alone: python -m tests.run ARGUMENTS.

On a busy machine Chromium may do in another order what a test does in one. A test outside
tests/browser has no such excuse, and is not repeated.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

BROWSER = "tests/browser/"


class Failures:
    """The tests of the browser that failed, and whether anything else did."""

    def __init__(self) -> None:
        self.repeatable: list[str] = []
        self.has_other = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.failed:
            return
        # What ends after a test may be shared: a server, whose log holds a traceback.
        if report.nodeid.startswith(BROWSER) and report.when in ("setup", "call"):
            self.repeatable.append(report.nodeid)
        else:
            self.has_other = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.has_other |= report.failed

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Note that tests may be left which have not run: ``-x`` is one reason."""
        self.has_other |= bool(session.shouldfail or session.shouldstop)


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments, and return its exit code, 0 if failures were passing."""
    failures = Failures()
    status = int(pytest.main(arguments, plugins=[failures]))
    names = failures.repeatable
    if status != pytest.ExitCode.TESTS_FAILED or failures.has_other or not names:
        return status
    print(f"\nOnce more, alone: {len(names)} of the browser's tests", flush=True)
    if not all_pass(names):
        return status
    for name in names:
        print(f"flaky: {name}")
    return 0


def all_pass(names: list[str]) -> bool:
    """Run tests in one process, one after another; whether each of them passes: none is skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *names]
        if subprocess.run(command, check=False).returncode != 0:
            return False
        suite = ElementTree.parse(report).getroot().find("testsuite")
        assert suite is not None
        return int(suite.get("tests", 0)) == len(names) and suite.get("skipped") == "0"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
