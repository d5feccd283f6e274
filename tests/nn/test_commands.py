"""The commands: ``python -m nn NAME``."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nn import download
from nn.__main__ import COMMANDS, main


def test_without_a_name_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[0] for line in listed] == [*COMMANDS]


def test_an_unknown_command_ends_with_the_list_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["reed"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err.startswith("python -m nn: expected the name of a command, but got reed\n")
    assert "python -m nn COMMAND" in captured.err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"Inkling \d+\.\d+\.\d+\n", capsys.readouterr().out)


needs_mnist = pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs MNIST")


@pytest.mark.parametrize(
    "arguments", ["--version", pytest.param("evaluate article --out $OUT", marks=needs_mnist)]
)
def test_a_command_whose_output_is_no_longer_read_ends_without_a_message(
    arguments: str, tmp_path: Path
) -> None:
    command = f"(sleep 0.2; exec {sys.executable} -m nn {arguments}) | true"
    shell = ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"]
    environ = os.environ | {"OUT": str(tmp_path / "mistakes.png")}
    ended = subprocess.run(shell, capture_output=True, text=True, env=environ)
    assert (ended.stdout, ended.stderr) == ("141\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: python -m nn {name} ")


def test_the_commands_run_as_a_process_with_their_exit_status() -> None:
    command = [sys.executable, "-m", "nn", "read", "missing.png"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == "missing.png: No such file or directory.\n"


def test_a_missing_data_set_is_named_by_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(download.LOADERS, "mnist", lambda folder: None)
    with pytest.raises(SystemExit, match=r"python -m nn download: .*expected the pendigits file"):
        main(["download", "mnist", "pendigits", "--data", str(tmp_path)])
    assert capsys.readouterr().out == "mnist is complete\n"
