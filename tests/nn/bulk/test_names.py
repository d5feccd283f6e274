"""Which pictures are read: named ones, those of folders, and those of lists."""

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest

from nn.bulk.addresses import MAX_NAME_BYTES
from nn.bulk.names import listed_names, picture_names
from nn.decoding.files import MAX_BYTES


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of folders, which is the current one."""
    hidden = (".hidden.png", ".git/e.png")
    for name in ("b.png", "a.JPG", "c.heic", "notes.txt", "sub/d.webp", *hidden):
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "all"


def names(*arguments: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names, and what is reported."""
    reported: list[tuple[str, str]] = []
    found = list(picture_names(arguments, lambda name, why: reported.append((name, why))))
    return found, reported


def test_a_folder_is_its_pictures_by_name_then_those_of_its_folders(tree: Path) -> None:
    found = ["all/a.JPG", "all/b.png", "all/c.heic", "all/sub/d.webp"]
    assert names("all") == (found, [])


def test_named_files_are_read_whatever_their_names_in_the_order_given(tree: Path) -> None:
    given = ["all/notes.txt", "all/.hidden.png", "nowhere.png", "-", "all/b.png", "all/b.png"]
    assert names(*given) == (given, [])


def test_links_that_lead_in_a_circle_are_not_followed_and_links_to_pictures_are(tree: Path) -> None:
    (tree / "sub/up").symlink_to(tree)
    (tree / "sub/link.png").symlink_to(tree / "b.png")
    (tree / "sub/nowhere.png").symlink_to(tree / "nothing")
    found, _ = names("all/sub")
    assert found == ["all/sub/d.webp", "all/sub/link.png", "all/sub/nowhere.png"]


def test_a_folder_without_pictures_is_reported(tree: Path) -> None:
    (tree / "empty").mkdir()
    assert names("all/empty") == ([], [("all/empty", "The folder holds no picture.")])


def test_a_folder_that_may_not_be_read_is_reported_and_the_others_are_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> Any:  # as the system does, but for root
        if path == "all/sub":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found, reported = names("all")
    assert found == ["all/a.JPG", "all/b.png", "all/c.heic"]
    assert reported == [("all/sub", "Permission denied")]


@pytest.mark.parametrize(
    "name",
    [
        "a" * 300,
        "/" + "a" * 300,
        "nul\0.png",
        "",
        "loop",
        "pipe",
        "zip://x",
        "s3://x",
        "odd://x",
        "zip://::\0",
    ],
)
def test_what_cannot_be_asked_whether_it_is_a_folder_is_read_and_so_are_the_others(
    name: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    assert names(name, "all/b.png") == ([name, "all/b.png"], [])


def test_too_deeply_nested_folders_are_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nest(path: str, **_: Any) -> Any:  # as os.walk before Python 3.12
        yield path, [], ["a.png"]
        raise RecursionError

    monkeypatch.setattr(os, "walk", nest)
    reported = [("all", "Its folders are nested too deeply")]
    assert names("all", "b.png") == (["all/a.png", "b.png"], reported)


@pytest.mark.parametrize("separator", [b"\n", b"\0"])
def test_a_list_may_lack_its_last_end_and_be_longer_than_a_block(separator: bytes) -> None:
    every = [f"folder/{number:05}.png" for number in range(9000)]
    content = separator.join(name.encode() for name in every)
    assert list(listed_names(io.BytesIO(content), separator)) == every
    assert list(listed_names(io.BytesIO(content + 2 * separator), separator)) == every


def test_names_in_a_list_may_have_line_breaks_and_any_bytes() -> None:
    content = b"new\nline.png\0\xff.png\0"
    found = list(listed_names(io.BytesIO(content), b"\0"))
    assert found == ["new\nline.png", os.fsdecode(b"\xff.png")]


def test_a_list_of_windows_has_a_byte_order_mark_and_carriage_returns() -> None:
    content = b"\xef\xbb\xbfa.png\r\n\r\nb.png\r\n"
    assert list(listed_names(io.BytesIO(content), b"\n")) == ["a.png", "b.png"]
    assert list(listed_names(io.BytesIO(b"\xef\xbb\xbfa\r\0"), b"\0")) == ["\ufeffa\r"]


def test_a_dash_in_a_list_is_a_file_and_not_standard_input() -> None:
    assert list(listed_names(io.BytesIO(b"-\n-x.png\n"), b"\n")) == ["./-", "-x.png"]


@pytest.mark.parametrize("separator", [b"\n", b"\0"])
def test_of_a_name_that_is_too_long_only_the_beginning_is_kept(separator: bytes) -> None:
    long = b"\xef\xbb\xbf" + b"a" * 3_000_000
    content = separator.join([long, b"b.png", long])
    shortened, name, last = listed_names(io.BytesIO(content), separator)
    assert name == "b.png"
    assert {len(os.fsencode(shortened)), len(os.fsencode(last))} == {MAX_NAME_BYTES + 1}


class Zeros(io.RawIOBase):
    """A device of zeros."""

    name = "/dev/zero"
    n_bytes = 0

    def read(self, size: int = -1) -> bytes:
        self.n_bytes += size
        return bytes(size)


@pytest.mark.parametrize("separator", [b"\n", b"\0"])
def test_a_list_that_holds_no_name_is_not_read_for_ever(separator: bytes) -> None:
    zeros = Zeros()
    with pytest.raises(OSError, match="Expected a list of names") as caught:
        list(listed_names(zeros, separator))  # type: ignore[arg-type]
    assert caught.value.filename == "/dev/zero"
    assert zeros.n_bytes < 1.01 * MAX_BYTES
