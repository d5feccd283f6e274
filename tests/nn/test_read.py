"""The command that reads pictures, as people and scripts use it."""

import csv
import errno
import io
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import termios
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nn import read
from nn.bulk.results import Output, Text
from nn.reading.reading import Reading
from tests.waiting import wait_for

EXAMPLES = Path("static/examples").resolve()
SEVEN, NUMBER = EXAMPLES / "seven.png", EXAMPLES / "number.jpg"
COMMAND = [sys.executable, "-m", "nn", "read"]

Capture = pytest.CaptureFixture[bytes]


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, **options)


def test_each_picture_gets_a_line_and_the_status_is_0(capsysbinary: Capture) -> None:
    assert read.main([str(NUMBER), str(EXAMPLES / "letter.png")]) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert lines[0] == f"{NUMBER}\t5379\tcertain"
    assert lines[1].startswith(f"{EXAMPLES}/letter.png\t")
    assert lines[1].endswith("\tnot_a_digit")


def test_the_risk_of_what_is_certain_can_be_set(capsysbinary: Capture) -> None:
    def n_certain(*options: str) -> int:
        assert read.main([*options, *map(str, sorted(EXAMPLES.glob("*.png")))]) == 0
        return capsysbinary.readouterr().out.decode().count("\tcertain\n")

    assert n_certain("--risk", "0.001") < n_certain("--risk", "0.05")
    with pytest.raises(SystemExit):
        read.main(["--risk", "0.5", str(NUMBER)])
    assert b"expected a number from 0.001 to 0.05, but got 0.5" in capsysbinary.readouterr().err


def test_names_that_begin_with_a_minus_are_explained_and_steer_no_terminal(
    capsysbinary: Capture,
) -> None:
    with pytest.raises(SystemExit):
        read.main([str(NUMBER), "-1\x1b[31m.png"])
    error = capsysbinary.readouterr().err
    assert rb"-1\x1b[31m.png (-- goes before names that begin with -)" in error


def test_a_table_says_what_was_asked_and_is_not_continued_with_another_wish(
    tmp_path: Path, capsysbinary: Capture
) -> None:
    (tmp_path / "list.txt").write_text("5379\n7\n")
    options = ["--csv", "--out", str(tmp_path / "out.csv"), "--allowed", str(tmp_path / "list.txt")]
    assert read.main([*options, "--risk", "0.05", str(NUMBER)]) == 0
    assert (tmp_path / "out.csv").read_text().endswith(',"allowed=b1847a15a192 risk=0.05"\n')
    assert read.main([*options, "--resume", str(SEVEN)]) == 2
    assert b"risk=0.05, not with allowed=" in capsysbinary.readouterr().err


def test_bad_files_are_named_and_others_read(tmp_path: Path, capsysbinary: Capture) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "new\nline.jpg").write_bytes(NUMBER.read_bytes()[:3000])
    Image.new("L", (12_000, 4_000)).save(tmp_path / "large.png")
    missing = tmp_path / "missing.png"
    assert read.main(["", str(missing), str(tmp_path), str(SEVEN)]) == 1
    captured = capsysbinary.readouterr()
    assert captured.out.decode() == f"{SEVEN}\t7\tcertain\n"
    errors = captured.err.decode().splitlines()
    words = [": No such file", "missing.png: No such file", "empty.png: The picture has 0 bytes"]
    words += ["large.png: The picture is 12,000 x 4,000 pixels", r"new\nline.jpg: The"]
    assert len(errors) == len(words)
    assert all(word in error for word, error in zip(words, errors, strict=True))


def test_what_failed_is_tried_again_and_its_last_row_is_that_of_a_run_without_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SEVEN, "b.png")
    Path("c.png").write_bytes(b"cut off")
    command = ["a.png", "b.png", "c.png", "--csv", "--resume", "--out", "out.csv"]
    assert read.main(command) == 1
    assert read.main(command) == 1
    errors = capsysbinary.readouterr().err.decode().splitlines()
    assert errors[0] == errors[2] == "a.png: No such file or directory."
    assert errors[1] == errors[3]
    shutil.copy(NUMBER, "a.png")
    assert read.main(command) == 1
    shutil.copy(SEVEN, "c.png")
    assert read.main(command) == 0
    assert read.main([*command[:-1], "whole.csv"]) == 0
    header, *rows = Path("out.csv").read_text().splitlines()
    last = {row.split(",")[0]: row for row in rows}
    assert [header, *last.values()] == Path("whole.csv").read_text().splitlines()


def test_no_entry_of_a_folder_or_a_list_ends_a_run_or_keeps_it_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = os.environ | {"PYTHONPATH": str(Path.cwd())}
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.png")
    Path("zeros.png").symlink_to("/dev/zero")
    Path("loop.png").symlink_to("loop.png")
    Path("gone.png").symlink_to("nowhere")
    Path("folder.png").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.png")
        for name in (b"z.png", b"-z.png", b"\xff.png", b"new\nline.png"):
            shutil.copy(SEVEN, name)
        listed = ["a" * 300, "a" * 40_000, "nul\0.png", "pipe.png", "zip://x", "a.png\r", "-", "."]
        Path("list").write_text("\n".join([*listed, "z.png"]))
        out = ["--csv", "--out", "out.csv", "--resume", "--processes", "2"]
        for _ in range(2):
            ended = run(".", "--files-from", "list", *out, env=environ)
            assert (ended.returncode, b"Traceback" in ended.stderr) == (1, False)
    with Path("out.csv").open(newline="", errors="surrogateescape") as file:
        rows = list(csv.DictReader(file))
    found = Counter(os.fsencode(row["file"]) for row in rows if not row["error"])
    assert found == {b"z.png": 3, b"'-z.png": 2, b"new\nline.png": 2, b"\xff.png": 2}


def test_names_from_a_pipe_come_only_once_and_are_not_counted() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"a.png")
    os.close(writing)
    options = read.parse_args(["--files-from", f"/dev/fd/{reading}"])
    assert read.n_pictures(options, Output(io.BytesIO(), Text())) is None
    assert list(read.names_of_pictures(options, lambda *_: None)) == ["a.png"]
    os.close(reading)


SHOWN = {
    "c1-\x9b31m.png": r"c1-\x9b31m.png",
    "bidi-\u202efpg.png": r"bidi-\u202efpg.png",
    "isolate-\u2066.png": r"isolate-\u2066.png",
    "lines-\x85\u2028\u2029.png": r"lines-\x85\u2028\u2029.png",
    "esc-\x1b]0;title\x07.png": r"esc-\x1b]0;title\x07.png",
    # As macOS names screenshots, and words of Persian, whose letters stay as they are.
    "9.41\u202fPM süß 数 می\u200cخواهم.png": "9.41\u202fPM süß 数 می\u200cخواهم.png",
}


@pytest.mark.parametrize(("name", "shown"), SHOWN.items())
def test_a_terminal_is_sent_no_controls_of_a_name(
    name: str, shown: str, tmp_path: Path, capsysbinary: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SEVEN, tmp_path / name)
    missing = str(tmp_path / f"no-{name}")
    assert read.main([str(tmp_path), missing]) == 1
    captured = capsysbinary.readouterr()
    assert captured.out.decode() == f"{tmp_path}/{shown}\t7\tcertain\n"
    assert captured.err.decode() == f"{tmp_path}/no-{shown}: No such file or directory.\n"
    assert read.main(["--out", missing + "/x", missing]) == 2
    assert f"{tmp_path}/no-{shown}/x cannot be" in capsysbinary.readouterr().err.decode()
    monkeypatch.setattr("nn.read.is_terminal", lambda stream: stream is sys.stdout)
    assert read.main(["--csv", str(tmp_path)]) == 0
    assert f"/{shown}" in capsysbinary.readouterr().out.decode()


def test_a_fault_of_the_program_costs_one_picture_and_is_said(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    to_dict = Reading.to_dict
    calls = iter([ZeroDivisionError("ours")])

    def fail_once(reading: Reading) -> dict[str, Any]:
        for error in calls:
            raise error
        return to_dict(reading)

    monkeypatch.setattr(Reading, "to_dict", fail_once)
    assert read.main([str(SEVEN), str(NUMBER)]) == 1
    captured = capsysbinary.readouterr()
    assert captured.out.decode() == f"{NUMBER}\t5379\tcertain\n"
    assert "seven.png: Reading failed: ZeroDivisionError('ours')" in captured.err.decode()


def test_digit_reads_one_and_says_what_to_do_with_several(capsysbinary: Capture) -> None:
    assert read.main(["--digit", str(SEVEN), str(NUMBER)]) == 1
    captured = capsysbinary.readouterr()
    assert captured.out.decode() == f"{SEVEN}\t7\tcertain\n"
    assert "holds 4 digits" in captured.err.decode()
    assert "Leave --digit out" in captured.err.decode()


def test_a_picture_or_names_of_any_bytes_may_come_through_standard_input(tmp_path: Path) -> None:
    names = [os.fsencode(tmp_path) + b"/" + name for name in (b"\xff.png", b"new\nline.png", b"-")]
    for name in names:
        shutil.copy(SEVEN, name)
    ended = run("-", input=NUMBER.read_bytes())
    assert (ended.returncode, ended.stdout) == (0, b"-\t5379\tcertain\n")
    ended = run("--files-from", "-", "--null", "--csv", input=b"\0".join(names))
    assert ended.returncode == 0
    table = ended.stdout.decode("utf-8", "surrogateescape")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [os.fsencode(row["file"]) for row in rows] == names
    assert {row["text"] for row in rows} == {"7"}


def test_explain_writes_the_stages_and_the_digits(tmp_path: Path, capsysbinary: Capture) -> None:
    folder = tmp_path / "stages"
    assert read.main(["--explain", str(folder), str(NUMBER), str(SEVEN)]) == 0
    names = [path.name.removesuffix(".png") for path in sorted(folder.iterdir())]
    stages = ["1-grey", "2-pen", "3-other", "4-ink"]
    digits = ["5-digit-1-5", "6-digit-2-3", "7-digit-3-7", "8-digit-4-9"]
    of_seven = ["1-grey", "2-ink", "3-crop", "4-scaled", "5-digit-1-7"]
    assert names == [f"000001-number-{name}" for name in stages + digits] + [
        f"000002-seven-{name}" for name in of_seven
    ]
    with Image.open(folder / "000001-number-5-digit-1-5.png") as digit:
        assert digit.size == (28, 28)


def test_stages_of_long_names_in_any_script_are_kept(tmp_path: Path, capsysbinary: Capture) -> None:
    name = 63 * "\N{MATHEMATICAL BOLD DIGIT SEVEN}"  # 252 bytes
    shutil.copy(SEVEN, tmp_path / name)
    folder = tmp_path / "stages"
    assert read.main(["--explain", str(folder), str(tmp_path / name)]) == 0
    assert {path.name[:22] for path in folder.iterdir()} == {f"000001-{name[:15]}"}


def test_stages_that_cannot_be_written_end_the_run_and_lose_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", fail)
    out = tmp_path / "out.csv"
    options = ["--csv", "--out", str(out), "--explain", str(tmp_path / "stages")]
    assert read.main([*options, str(SEVEN)]) == 2
    assert b"stages cannot be written: No space left" in capsysbinary.readouterr().err
    monkeypatch.undo()
    assert read.main([*options, "--resume", str(SEVEN)]) == 0
    assert [row.split(",")[1] for row in out.read_text().splitlines()] == ["text", "7"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "expected pictures"),
        (["--resume", "a.png"], "--resume continues the file of --out"),
        (["--resume", "--out", "x", "a.png"], "as --csv or --json"),
        (["--null", "a.png"], "--files-from"),
        (["--files-from", "-", "-"], "a picture or names"),
        (["--processes", "0", "a.png"], "but got 0"),
        (["--csv", "--json", "a.png"], "not allowed with"),
        (["--pattern", "(1)", "a.png"], "Expected a pattern"),
        (["--check", "crc", "a.png"], "Expected one of luhn"),
        (["--allowed", "gone.txt", "a.png"], "No such file"),
        (["--allowed", "/dev/zero", "a.png"], "at most 1,000,000 bytes"),
        (["--allowed", str(SEVEN), "a.png"], "expected a text file in UTF-8"),
        (["--digit", "--pattern", "7", "a.png"], "--digit reads one digit"),
    ],
)
def test_options_that_contradict_each_other_are_said(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        read.main(arguments)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "nonesuch"], "there are article, convnet, mlp"),
        (["--models", "nowhere"], "nowhere has no network"),
        (["--files-from", "nowhere"], "nowhere: No such file"),
        (["--explain", "/proc/nowhere"], "/proc/nowhere: No such file"),
        (["--out", "/proc/nowhere"], "/proc/nowhere cannot be written"),
        (["--out", str(SEVEN)], "exists"),
    ],
)
def test_a_hindered_start_is_said(arguments: list[str], words: str, capsysbinary: Capture) -> None:
    assert read.main([*arguments, str(SEVEN)]) == 2
    assert words in capsysbinary.readouterr().err.decode()


@pytest.mark.parametrize(
    ("streams", "arguments", "status", "printed"),
    [
        ("0<&-", "-", 2, ""),
        ("1>&-", str(SEVEN), 2, ""),
        ("2>&-", f"{SEVEN} missing.png", 1, f"{SEVEN}\t7\tcertain\n"),
        ("1>/dev/full", str(SEVEN), 2, ""),
        ("2>/dev/full", f"missing.png {SEVEN}", 1, f"{SEVEN}\t7\tcertain\n"),
    ],
    ids=["no input", "no output", "no errors", "full disk", "full disk for errors"],
)
def test_a_stream_that_is_closed_or_full_gives_a_status_and_no_traceback(
    streams: str, arguments: str, status: int, printed: str
) -> None:
    command = f"exec {sys.executable} -m nn read {arguments} {streams}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True)
    assert (ended.returncode, ended.stdout.decode()) == (status, printed)
    assert b"Traceback" not in ended.stderr


def test_names_are_read_and_written_in_the_c_locale_too(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + "/süß.png".encode()
    shutil.copy(SEVEN, name)
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [*COMMAND, name, b"missing-\xff.png"]
    ended = subprocess.run(command, env=os.environ | locale, capture_output=True)
    assert (ended.returncode, ended.stdout) == (1, name + b"\t7\tcertain\n")
    assert b"No such file" in ended.stderr


def n_rows(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def heed_sigint() -> None:
    """Let Ctrl-C end a process, which shells keep from what they run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_stopped_run_is_continued_and_loses_nothing(tmp_path: Path) -> None:
    names = [tmp_path / f"{number:02}.png" for number in range(40)]
    for name in names:
        shutil.copy(SEVEN, name)
    listed, out = "".join(f"{name}\n" for name in names), tmp_path / "out.csv"
    # One process reads each picture when it is named: others wait for groups of names.
    options = ["--files-from", "-", "--csv", "--out", str(out), "--resume", "--processes", "1"]
    for stop, n_named, said in (
        (signal.SIGKILL, 10, b""),
        (signal.SIGINT, 20, b"Interrupted. Go on with --resume.\n"),
    ):
        with subprocess.Popen(
            [*COMMAND, *options],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=heed_sigint,
        ) as process:
            assert process.stdin
            assert process.stderr
            # The list goes on, and so does the run.
            process.stdin.write("".join(f"{name}\n" for name in names[:n_named]).encode())
            process.stdin.flush()
            wait_for(lambda n=n_named: n_rows(out) > n, "its rows")  # type: ignore[misc]
            process.send_signal(stop)
            assert process.wait(200) in (130, -stop)
            assert process.stderr.read() == said
    assert run(*options, input=listed.encode()).returncode == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == list(map(str, names))
    assert {row["text"] for row in rows} == {"7"}


def test_a_run_whose_reader_ends_ends_too_and_says_nothing() -> None:
    command = " ".join([*COMMAND, "--files-from - --processes 2"])
    shell = f"yes {NUMBER} | {command} | head -1; echo ${{PIPESTATUS[1]}}"
    ended = subprocess.run(["bash", "-c", shell], capture_output=True)
    assert ended.stdout.decode().splitlines()[1] == "141"
    assert ended.stderr == b""


@pytest.mark.parametrize("has_file", [True, False], ids=["out", "stdout"])
@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_with_a_file_for_the_results_the_terminal_shows_a_bar_and_a_summary_unless_quiet(
    quiet: list[str], has_file: bool, tmp_path: Path
) -> None:
    pytest.importorskip("tqdm")
    (tmp_path / "empty.png").touch()
    pictures = [SEVEN, EXAMPLES / "letter.png", tmp_path / "empty.png"]
    options = ["--csv", "--out", tmp_path / "out.csv"] if has_file else []
    terminal, shown = pty.openpty()
    termios.tcsetwinsize(shown, (24, 100))
    command = [*COMMAND, *quiet, *map(str, [*pictures, *options])]
    assert subprocess.run(command, stdout=shown, stderr=shown).returncode == 1
    os.close(shown)
    screen = os.read(terminal, 65_536).decode()
    os.close(terminal)
    is_shown = has_file and not quiet
    assert ("/3 [" in screen) == is_shown
    summary = f"Wrote {tmp_path}/out.csv: 1 certain, 1 not certain, 1 not read"
    assert (summary in screen) == is_shown
    assert "empty.png: The picture has 0 bytes." in screen
    if is_shown:
        resumed = run(*pictures, *options, "--resume")
        expected = "0 certain, 0 not certain, 1 not read; 2 were read before\n"
        assert resumed.stdout.decode().endswith(f"out.csv: {expected}")


def test_a_dash_for_the_results_is_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    seven = SEVEN.resolve()
    monkeypatch.chdir(tmp_path)
    assert read.main([str(seven), "--out", "-"]) == 0
    assert capsysbinary.readouterr().out.decode() == f"{seven}\t7\tcertain\n"
    assert not [*tmp_path.iterdir()]


def test_patterns_that_the_shells_of_windows_leave_name_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.png", "a.png", "[a].png", "c.jpg"):
        (tmp_path / name).touch()
    names = [f"{tmp_path}/{name}" for name in ("*.png", "[a].png", "*.gif")]
    assert list(read.expanded(names)) == names
    monkeypatch.setattr(read, "IS_WINDOWS", True)
    found = ["[a].png", "a.png", "b.png", "[a].png", "*.gif"]
    assert list(read.expanded([*names, "-"])) == [*(f"{tmp_path}/{name}" for name in found), "-"]


def test_of_allowed_texts_the_likeliest_is_read(tmp_path: Path, capsysbinary: Capture) -> None:
    (tmp_path / "numbers.txt").write_text("5319\n5379\n\n1204\n")
    assert read.main([str(NUMBER), "--csv", "--allowed", str(tmp_path / "numbers.txt")]) == 0
    row = capsysbinary.readouterr().out.decode().splitlines()[1].split(",")
    assert row[1:4] == ["5379", "true", ""]
    assert 0.98 < float(row[4]) <= 1
    assert read.main([str(NUMBER), "--minimum", "1", "--maximum", "5000"]) == 0
    assert capsysbinary.readouterr().out.endswith(b"\tunclear\n")


def test_each_page_of_a_scan_has_its_row_and_is_read_again_by_its_name(
    tmp_path: Path, capsysbinary: Capture
) -> None:
    with Image.open(NUMBER) as number, Image.open(SEVEN) as seven:
        pages = [picture.convert("L") for picture in (number, seven, number)]
    scan = tmp_path / "scan.tif"
    pages[0].save(scan, save_all=True, append_images=pages[1:])
    shutil.copy(SEVEN, tmp_path / "z.png")
    out = ["--csv", "--out", str(tmp_path / "out.csv"), "--resume"]
    assert read.main([str(tmp_path), f"{scan} page 2", *out]) == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = [(row["file"].removeprefix(str(scan)), row["text"]) for row in csv.DictReader(file)]
    assert rows[:3] == [(" page 1", "5379"), (" page 2", "7"), (" page 3", "5379")]
    assert rows[3:] == [(str(tmp_path / "z.png"), "7"), (" page 2", "7")]
    assert read.main([f"{scan} page 4"]) == 1
    assert b"Expected a page from 1 to 3, but got 4." in capsysbinary.readouterr().err
    ended = run("-", input=scan.read_bytes())
    assert ended.stdout.decode().splitlines()[1] == "- page 2\t7\tcertain"
