"""Which pictures are read: named ones, those of folders, and those of lists."""

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest

from nn.read import listed_names, picture_names


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
