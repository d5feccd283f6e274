"""The commands, ``python -m nn NAME``, and how they write files."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nn import arguments, command_options, download, read
from nn.__main__ import COMMANDS, main
from nn.files import write_all_atomically
from nn.models.architectures import ARCHITECTURES
from nn.models.ink_network import INK
from nn.models.line_network import LINES
from nn.training.recipes import MAX_LOST_POINTS, RECIPES


def test_without_a_known_name_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[0] for line in listed] == [*COMMANDS]
    assert main(["reed"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert "but got reed (did you mean read?)\n" in captured.err
    assert "python -m nn COMMAND" in captured.err
    assert main(["--verison"]) == 2
    assert "but got --verison (did you mean --version?)\n" in capsys.readouterr().err
    assert main(["help"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]] == [*COMMANDS]
    with pytest.raises(SystemExit, match="0"):
        main(["help", "read"])
    assert capsys.readouterr().out.startswith("usage: python -m nn read ")
    for option in ("-V", "--version"):
        assert main([option]) == 0
        assert re.fullmatch(r"Inkling \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_a_command_whose_output_is_no_longer_read_ends_without_a_message() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "nn", "--version"]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("is_buffered", [True, False])
def test_a_full_disk_under_the_output_is_one_line(is_buffered: bool, tmp_path: Path) -> None:
    out = ["--csv", "--out", str(tmp_path / "out.csv")]
    environ = os.environ | {"PYTHONUNBUFFERED": "" if is_buffered else "1"}
    for words in (["--version"], ["read", "static/examples/seven.png", *out]):
        command = [sys.executable, "-m", "nn", *words]
        with Path("/dev/full").open("w") as full:
            ended = subprocess.run(
                command, env=environ, stdout=full, stderr=subprocess.PIPE, text=True
            )
        assert ended.returncode in (1, 2)
        assert re.fullmatch(
            r"python -m nn \S+: standard output: No space left on device\n", ended.stderr
        )
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 2


EXTRAS = ["matplotlib", "pooch", "scipy", "threadpoolctl", "jinja2", "tqdm", "onnx"]


def run_without_extras(program: str) -> subprocess.CompletedProcess[str]:
    missing = f"import sys; sys.modules.update(dict.fromkeys({EXTRAS}))\n"
    command = [sys.executable, "-c", f"{missing}from nn.__main__ import COMMANDS, main\n{program}"]
    return subprocess.run(command, capture_output=True, text=True)


def test_without_extras_each_command_explains_itself_and_names_a_wrong_option() -> None:
    program = """
for name in COMMANDS:
    for options in (["--help"], ["--dota", "x"]):
        try:
            main([name, *options])
        except SystemExit as ended:
            print(f"status {ended.code}")
"""
    ended = run_without_extras(program)
    shown = re.findall(r"^(?:usage: python -m nn|status) (\w+)", ended.stdout, re.MULTILINE)
    assert shown == [part for name in COMMANDS for part in (name, "0", "2")]
    for name, line in zip(COMMANDS, ended.stderr.splitlines(), strict=True):
        assert line.startswith(f"python -m nn {name}: error: there is no option --dota")


def test_without_an_extra_the_package_that_a_command_needs_is_named() -> None:
    ended = run_without_extras("sys.exit(main(['evaluate', 'convnet']))")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"python -m nn evaluate: needs the package \w+: make install brings it\n", ended.stderr
    )


def test_where_it_is_installed_the_extra_is_named_that_brings_a_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arguments, "IS_INSTALLED", True)
    named = {
        "matplotlib": "train",
        "jinja2": "evaluate",
        "onnx": "export",
        "distributed": "dask",
        "gunicorn": "server",
    }
    for package, extra in named.items():
        told = arguments.how_to_install(package)
        assert told == f"install inkling-digits with its extra {extra}"
    assert arguments.how_to_install("tqdm", "train").endswith(" extra train")
    assert arguments.how_to_install("tqdm", "evaluate").endswith(" extra evaluate")
    assert "train or " in arguments.how_to_install("cv2")


def test_the_users_pictures_are_measured_with_the_packages_of_the_extra_evaluate_alone(
    tmp_path: Path,
) -> None:
    extras = tomllib.loads(Path("pyproject.toml").read_text())["project"]["optional-dependencies"]
    listed = {name: {re.split("[>=]", each)[0] for each in extras[name]} for name in extras}
    assert listed["evaluate"] < listed["train"]
    missing = sorted(listed["train"] - listed["evaluate"])
    (tmp_path / "7").mkdir()
    shutil.copy("static/examples/seven.png", tmp_path / "7")
    program = f"""
import sys
import tomllib
sys.modules.update(dict.fromkeys({missing}))
from nn.__main__ import main
sys.exit(main(["evaluate", "convnet", "--pictures", "{tmp_path}", "--format", "json"]))
"""
    environ = {name: value for name, value in os.environ.items() if name != "INKLING_DATA"}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["train", "artcle"], "'certainty') (did you mean article?); "),
        (
            ["train", "--epochz", "3", "article"],
            "there is no option --epochz (did you mean --epochs?)",
        ),
        (
            ["evaluate", "--formt=json", "mlp"],
            "there is no option --formt (did you mean --format?)",
        ),
        (["export", "mpl"], " (did you mean mlp?); "),
        (["read", "--modle", "mlp", "a.png"], "there is no option --modle (did you mean --model?)"),
        (["read", "--nonsense", "a.png"], "there is no option --nonsense; "),
        (["read", "-x", "a.png"], "unrecognized arguments: -x (-- goes before names"),
        (["promote"], "the following arguments are required: name; "),
    ],
)
def test_a_wrong_option_or_value_is_one_line_with_what_was_meant(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert expected in error
    assert error.startswith(f"python -m nn {words[0]}: error: ")
    assert error.endswith(f"; python -m nn {words[0]} --help lists the options\n")


def test_options_are_shortened_and_files_may_look_like_options_as_with_argparse() -> None:
    assert read.parse_args(["--proc", "2", "--", "--risky.png"]).pictures == ["--risky.png"]


def test_what_help_says_of_defaults_and_choices_holds() -> None:
    fine_tuning = " ".join(command_options.train().format_help().split())
    assert f"tuning may lose (default {MAX_LOST_POINTS})" in fine_tuning
    assert [*RECIPES] == [*ARCHITECTURES, LINES, INK]
    assert [*download.LOADERS] == [*command_options.SETS]


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
