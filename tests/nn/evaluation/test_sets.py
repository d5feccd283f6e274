import io
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import DataError
from nn.evaluation.sets import (
    DIGITS,
    NO_DIGITS,
    Reader,
    load,
    read_npz,
    read_zip,
)

needs_data = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs the data folder: set INKLING_DATA"
)
SCREEN, PHOTOS = "HwD-1000, drawn on a screen", "sudoku cells, phone photos"


def png(level: int) -> bytes:
    content = io.BytesIO()
    Image.new("L", (3, 2), level).save(content, "PNG")
    return content.getvalue()


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def test_arrays_are_read_as_pictures_with_their_labels(tmp_path: Path) -> None:
    images = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    np.savez(tmp_path / "set.npz", images=images, labels=np.array([7, 0], np.uint8))
    found = read_npz(tmp_path / "set.npz")
    assert [picture.size for picture in found.pictures] == [(3, 2), (3, 2)]
    assert np.array_equal(np.asarray(found.pictures[1]), images[1])
    assert found.labels.tolist() == [7, 0]


def test_pictures_of_no_digits_have_no_labels(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", images=np.zeros((2, 2, 3), np.uint8), names=["cat", "train"])
    assert read_npz(tmp_path / "set.npz").labels.size == 0


def test_arrays_without_images_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", labels=np.zeros(2, np.uint8))
    with pytest.raises(DataError, match=r"set\.npz: expected numpy arrays, images and labels"):
        read_npz(tmp_path / "set.npz")


@pytest.mark.parametrize("content", [b"", b"PK\3\4 but no more", b"something else"])
@pytest.mark.parametrize("read", [read_npz, read_zip])
def test_other_files_are_refused(tmp_path: Path, read: Reader, content: bytes) -> None:
    (tmp_path / "set").write_bytes(content)
    with pytest.raises(DataError, match="set: expected"):
        read(tmp_path / "set")


@pytest.mark.parametrize(
    ("at", "byte"),
    [("PK\1\2", 6), ("PK\1\2", 8), ("PK\3\4", 40)],
    ids=["of a later version", "encrypted", "changed in the middle"],
)
@pytest.mark.parametrize("read", [read_npz, read_zip])
def test_archives_with_a_changed_byte_are_refused(
    tmp_path: Path, read: Reader, at: str, byte: int
) -> None:
    content = io.BytesIO()
    np.save(content, np.zeros((2, 2, 3), np.uint8))
    path = archive(tmp_path / "set", {"images.npy": content.getvalue(), "3/a.png": png(0)})
    damaged = bytearray(path.read_bytes())
    for start in (each.start() for each in re.finditer(at.encode(), damaged)):
        damaged[start + byte] |= 127
    path.write_bytes(damaged)
    with pytest.raises(DataError, match=r"set: expected .* cannot be read .*: copy or download"):
        read(path)


def test_an_array_alone_is_no_set(tmp_path: Path) -> None:
    np.save(tmp_path / "set.npy", np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(DataError, match=r"set\.npy: expected numpy arrays, images and labels"):
        read_npz(tmp_path / "set.npy")


def test_an_archive_s_folders_are_the_labels(tmp_path: Path) -> None:
    files = {"8/b.png": png(20), "labels.csv": b"x", "set/3/a.png": png(10), "12/c.png": b"x"}
    found = read_zip(archive(tmp_path / "set.zip", files))
    assert found.labels.tolist() == [8, 3]
    assert [picture.getpixel((0, 0)) for picture in found.pictures] == [20, 10]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"3/a.png": b"no picture"}, "archive of pictures"),
        ({"3/a.png": png(0)[:40]}, "archive of pictures"),
        ({"3/a.png": png(0)[:37] + b"!" + png(0)[38:]}, "archive of pictures"),
        ({"a.png": png(0)}, "found none"),
    ],
)
def test_archives_without_readable_pictures_are_refused(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    with pytest.raises(DataError, match=rf"set\.zip: expected .*{message}"):
        read_zip(archive(tmp_path / "set.zip", files))


@pytest.mark.parametrize("folder", ["dev", "."])
def test_a_set_is_in_the_folder_or_in_its_folder_dev(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    archive(tmp_path / folder / "photo_sudoku_cells.zip", {"5/a.png": png(0)})
    assert load(PHOTOS, tmp_path).labels.tolist() == [5]


def test_the_variable_names_the_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    archive(tmp_path / "photo_sudoku_cells.zip", {"5/a.png": png(0)})
    assert load(PHOTOS).labels.tolist() == [5]


def test_the_error_about_a_missing_set_names_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match=rf"hwd1000\.npz is neither in {tmp_path} nor in .*: copy"):
        load(SCREEN, tmp_path)
    monkeypatch.delenv("INKLING_DATA", raising=False)
    with pytest.raises(DataError, match=r"canvas_hwd1000\.npz: name the folder .* --data"):
        load(SCREEN)


@needs_data
@pytest.mark.parametrize("name", {**DIGITS, **NO_DIGITS})
def test_the_sets_at_hand_are_read(name: str) -> None:
    try:
        found = load(name)
    except DataError as error:
        pytest.skip(f"needs the set: {error}")
    assert len(found.pictures) > 400
    assert len(found.labels) == (len(found.pictures) if name in DIGITS else 0)
