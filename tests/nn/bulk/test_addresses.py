"""Pictures and results at addresses, tried with fsspec's file systems in memory and on disk."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fsspec
import pytest

from nn import read
from nn.bulk.addresses import is_address
from nn.bulk.results import Result

SEVEN = Path("static/examples/seven.png").resolve()
OUT = "memory://results/out.jsonl"
Capture = pytest.CaptureFixture[bytes]


@pytest.fixture
def store() -> Iterator[Any]:
    """Return a file system with two pictures, a hidden one, and a file that is none."""
    store = fsspec.filesystem("memory")
    for name in ("b.png", "sub/a.png", ".hidden.png", "notes.txt"):
        store.pipe(f"/scans/{name}", SEVEN.read_bytes())
    store.pipe("/scans/a.png", b"no picture")
    yield store
    store.rm("/", recursive=True)


def files(content: bytes) -> list[str]:
    return [json.loads(line)["file"] for line in content.splitlines()]


SCANS = [f"memory:///scans/{name}" for name in ("a.png", "b.png", "sub/a.png")]


def test_a_folder_at_an_address_is_read_as_one_on_disk(store: Any, capsysbinary: Capture) -> None:
    assert read.main(["memory://scans", "memory://gone.png", "--json"]) == 1
    captured = capsysbinary.readouterr()
    assert files(captured.out) == [*SCANS, "memory://gone.png"]
    assert [json.loads(line).get("text") for line in captured.out.splitlines()][1:3] == ["7", "7"]
    assert "memory://gone.png: No such file or directory.\n" in captured.err.decode()


def test_results_are_stored_and_continued_at_an_address(store: Any, capsysbinary: Capture) -> None:
    command = ["memory://scans", "--json", "--out", OUT]
    read.main(command)
    whole = store.cat("/results/out.jsonl")
    assert files(whole) == SCANS
    assert read.main(command) == 2
    assert f"{OUT} exists: add --resume" in capsysbinary.readouterr().err.decode()
    store.pipe("/results/out.jsonl", whole[:-20])
    assert read.main([*command, "--resume"]) == 1
    assert sorted(files(store.cat("/results/out.jsonl"))) == [SCANS[0], *SCANS]  # failed twice
    store.pipe("/scans/a.png", SEVEN.read_bytes())
    assert read.main([*command, "--resume"]) == 0
    rows = map(json.loads, store.cat("/results/out.jsonl").splitlines())
    assert {row["file"]: row.get("text") for row in rows} == dict.fromkeys(SCANS, "7")


def test_a_file_at_an_address_that_is_refused_is_not_stored(
    store: Any, monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    store.pipe("/results/out.jsonl", b"precious")
    monkeypatch.setattr(type(store), "put_file", pytest.fail)
    assert read.main(["memory://scans", "--json", "--out", OUT, "--resume"]) == 2
    assert f"{OUT} was not written by this command" in capsysbinary.readouterr().err.decode()
    assert store.cat("/results/out.jsonl") == b"precious"


def test_an_interrupted_run_stores_its_rows(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Iterator[Any]:
        yield Result("memory:///scans/a.png", {}, "No picture.")
        raise KeyboardInterrupt

    monkeypatch.setattr(read, "read_in_order", interrupted)
    assert read.main(["memory://scans", "--json", "--out", OUT]) == 130
    assert files(store.cat("/results/out.jsonl")) == SCANS[:1]


def test_files_that_are_named_by_address_are_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(SEVEN.read_bytes())
    out = tmp_path / "out.jsonl"
    assert read.main([f"file://{tmp_path}/in", "--json", "--out", f"file://{out}"]) == 0
    assert files(out.read_bytes()) == [f"file://{tmp_path}/in/a.png"]


@pytest.mark.parametrize(
    ("address", "words"),
    [("pigeon://scans", "Protocol not known: pigeon"), ("s3://scans", "Install s3fs")],
)
def test_a_protocol_that_is_not_installed_is_said_and_other_pictures_are_read(
    address: str, words: str, capsysbinary: Capture
) -> None:
    assert read.main([address, str(SEVEN)]) == 1
    captured = capsysbinary.readouterr()
    assert captured.out.decode() == f"{SEVEN}\t7\tcertain\n"
    assert f"{address}: {words}" in captured.err.decode()
    assert read.main([str(SEVEN), "--json", "--out", f"{address}/out"]) == 2
    assert words in capsysbinary.readouterr().err.decode()


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write archives, one in another, a damaged one, and a pipe to the current folder."""
    monkeypatch.chdir(tmp_path)
    with ZipFile("in.zip", "w") as archive:
        archive.write(SEVEN, "seven.png")
        archive.write(SEVEN, "sub/seven.png")
    with ZipFile("out.zip", "w") as archive:
        archive.write("in.zip")
    Path("bad.zip").write_bytes(b"PK, but no archive")
    os.mkfifo("pipe")


def test_pictures_in_nested_archives_are_read(archives: None, capsysbinary: Capture) -> None:
    assert read.main(["zip://::in.zip", "zip://sub/seven.png::zip://in.zip::out.zip"]) == 0
    assert capsysbinary.readouterr().out.decode().splitlines() == [
        "zip:///seven.png::in.zip\t7\tcertain",
        "zip://sub/seven.png::in.zip\t7\tcertain",
        "zip://sub/seven.png::zip://in.zip::out.zip\t7\tcertain",
    ]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("zip://x", "Is a directory"),
        ("zip://a.png::bad.zip", "BadZipFile: File is not a zip file"),
        ("zip://::bad.zip", "BadZipFile: File is not a zip file"),
        ("zip://gone.png::in.zip", "No such file"),
        ("zip://seven.png::in.zip/x", "Not a directory"),
        ("zip://a.png::pipe", "Pipes, sockets and devices are not read"),
        ("zip://::file://pipe", "Pipes, sockets and devices are not read"),
        ("file://pipe", "Pipes, sockets and devices are not read"),
        ("local://pipe", "Pipes, sockets and devices are not read"),
        ("file://gone.png", "No such file"),
    ],
)
def test_an_address_that_cannot_be_read_costs_no_other_picture_and_is_tried_again(
    address: str, words: str, archives: None, capsysbinary: Capture
) -> None:
    command = [address, str(SEVEN), "--json", "--out", "out.jsonl", "--resume"]
    for again in ([], [address]):
        assert read.main(command) == 1
        assert f"{address}: {words}" in capsysbinary.readouterr().err.decode()
        assert files(Path("out.jsonl").read_bytes()) == [address, str(SEVEN), *again]


def test_a_folder_of_a_store_that_fails_is_reported_and_the_others_are_read(
    store: Any, monkeypatch: pytest.MonkeyPatch, capsysbinary: Capture
) -> None:
    def fail(*_: Any, **options: Any) -> Any:
        yield "/scans", [], ["b.png"]
        raise RuntimeError("no credentials")

    monkeypatch.setattr(type(store), "walk", fail)
    assert read.main(["memory://scans", str(SEVEN)]) == 1
    captured = capsysbinary.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert captured.err.decode() == "memory://scans: RuntimeError: no credentials\n"


def test_without_fsspec_paths_are_read_and_an_address_names_what_is_missing() -> None:
    program = (
        "import sys; sys.modules['fsspec'] = None\n"
        "from nn.__main__ import main\n"
        f"print(main(['read', {str(SEVEN)!r}]), main(['read', 's3://scans']))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.stdout == f"{SEVEN}\t7\tcertain\n0 1\n"
    assert ended.stderr == "s3://scans: Addresses need the package fsspec: pip install fsspec.\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("s3://a/b.png", True), ("a/b.png", False), ("C:\\a.png", False), ("a b://c", False)],
)
def test_an_address_begins_with_a_protocol(name: str, expected: bool) -> None:
    assert is_address(name) is expected
