"""The commands, ``python -m nn NAME``, and how they write files."""

import errno
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nn import download
from nn.__main__ import COMMANDS, main
from nn.files import write_all_atomically


def test_without_a_known_name_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[0] for line in listed] == [*COMMANDS]
    assert main(["reed"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert "but got reed (did you mean read?)\n" in captured.err
    assert "python -m nn COMMAND" in captured.err
    assert main(["--version"]) == 0
    assert re.fullmatch(r"Inkling \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_a_command_whose_output_is_no_longer_read_ends_without_a_message() -> None:
    command = f"(sleep 0.2; exec {sys.executable} -m nn --version) | true"
    shell = ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"]
    ended = subprocess.run(shell, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("141\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert capsys.readouterr().out.startswith(f"usage: python -m nn {name} ")


def test_a_missing_data_set_is_named_by_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(download.LOADERS, "mnist", lambda folder: None)
    with pytest.raises(SystemExit, match=r"python -m nn download: .*expected the pendigits file"):
        main(["download", "mnist", "pendigits", "--data", str(tmp_path)])
    assert capsys.readouterr().out == "mnist is complete\n"


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failed_rename_leaves_all_files_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    old, absent, last = (tmp_path / name for name in ("old", "absent", "last"))
    old.write_bytes(b"1")
    last.write_bytes(b"2")
    replace = Path.replace

    def replace_all_but_the_last(source: Path, target: Path) -> Path:
        if target == last:
            raise error
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", replace_all_but_the_last)
    with pytest.raises(error):
        write_all_atomically({old: b"3", absent: b"4", last: b"5"})
    contents = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert contents == {"old": b"1", "last": b"2"}


def test_ctrl_c_after_the_renames_is_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def replace_and_stop(source: Path, target: Path) -> Path:
        replace(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", replace_and_stop)
    with pytest.raises(KeyboardInterrupt):
        write_all_atomically({tmp_path / "file": b"1"})
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"1"]


def test_a_full_disk_leaves_no_part_of_a_file_and_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    path = tmp_path / "file"
    with pytest.raises(OSError) as raised:
        write_all_atomically({path: b"12"})
    assert str(raised.value) == (
        f"{path} cannot be written (No space left on device), so nothing was changed: "
        f"make {tmp_path} writable, with space left"
    )
    assert not [*tmp_path.iterdir()]


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_bytes", None)
    with pytest.raises(IsADirectoryError, match="expected a file to write, but it is a folder"):
        write_all_atomically({tmp_path / "file": b"1", tmp_path: b"2"})
