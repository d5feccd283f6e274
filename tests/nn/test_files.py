from pathlib import Path

import pytest

from nn.files import write_all_atomically


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


def test_ctrl_c_after_the_last_rename_leaves_all_files_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def replace_and_stop(source: Path, target: Path) -> Path:
        replace(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", replace_and_stop)
    with pytest.raises(KeyboardInterrupt):
        write_all_atomically({tmp_path / "file": b"1"})
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"1"]


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_bytes", None)
    with pytest.raises(IsADirectoryError, match="expected a file to write, but it is a folder"):
        write_all_atomically({tmp_path / "file": b"1", tmp_path: b"2"})
