import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import DataError
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.evaluation import sets
from nn.evaluation.sets import (
    ATTACK,
    ATTACK_CONTROL,
    DIGITS,
    NO_DIGITS,
    Labelled,
    load,
    measure_all_sets,
    measure_attack,
    read_npz,
    read_zip,
    with_lists,
)
from tests.data_sets import needs_data
from tests.drawing import as_file
from tests.nn.data.pictures.making import write_zip

Read = Callable[[Path], list[Labelled]]
SCREEN, PHOTOS = "HwD-1000, drawn on a screen", "sudoku cells, phone photos"


def grey(level: int) -> Image.Image:
    return Image.fromarray(np.full((30, 30), level, np.uint8))


PNG = as_file(grey(0))


def test_arrays_are_read_as_pictures_with_their_labels_if_they_have_any(tmp_path: Path) -> None:
    images = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    np.savez(tmp_path / "set.npz", images=images, labels=np.array([7, 0], np.uint8))
    found = read_npz(tmp_path / "set.npz")
    assert [each.picture.size for each in found] == [(3, 2), (3, 2)]
    assert np.array_equal(np.asarray(found[1].picture), images[1])
    assert [each.digits for each in found] == ["7", "0"]
    np.savez(tmp_path / "set.npz", images=images, names=["cat", "train"])
    assert [each.digits for each in read_npz(tmp_path / "set.npz")] == ["", ""]


@pytest.mark.parametrize("content", [b"", b"PK\3\4 but no more", b"something else"])
@pytest.mark.parametrize("read", [read_npz, read_zip])
def test_other_files_are_refused(tmp_path: Path, read: Read, content: bytes) -> None:
    (tmp_path / "set").write_bytes(content)
    with pytest.raises(DataError, match="set: expected"):
        read(tmp_path / "set")


def test_an_archive_s_folders_are_the_labels(tmp_path: Path) -> None:
    files = {
        "8/b.png": as_file(grey(20)),
        "labels.csv": b"x",
        "set/3/a.png": as_file(grey(10)),
        "12/c.png": b"x",
    }
    found = read_zip(write_zip(tmp_path / "set.zip", files))
    assert [(each.digits, each.picture.getpixel((0, 0))) for each in found] == [
        ("8", 20),
        ("3", 10),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"3/a.png": b"no picture"}, "archive of pictures"),
        ({"3/a.png": PNG[:40]}, "archive of pictures"),
        ({"3/a.png": PNG[:37] + b"!" + PNG[38:]}, "archive of pictures"),
        ({"a.png": PNG}, "found none"),
    ],
)
def test_unreadable_archives_are_refused(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    with pytest.raises(DataError, match=rf"set\.zip: expected .*{message}"):
        read_zip(write_zip(tmp_path / "set.zip", files))


def test_a_set_is_in_the_folder_dev_and_a_missing_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="expected a data folder with the sets in its folder dev"):
        load(PHOTOS, tmp_path)
    (tmp_path / "dev").mkdir()
    write_zip(tmp_path / "dev" / "photo_sudoku_cells.zip", {"5/a.png": PNG})
    assert [each.digits for each in load(PHOTOS, tmp_path)] == ["5"]
    with pytest.raises(DataError, match=r"dev/canvas_hwd1000\.npz: expected numpy arrays"):
        load(SCREEN, tmp_path)
    monkeypatch.delenv("INKLING_DATA", raising=False)
    with pytest.raises(DataError, match="name it with --data or INKLING_DATA"):
        load(SCREEN)


@needs_data
@pytest.mark.parametrize("name", {**DIGITS, **NO_DIGITS})
def test_the_sets_at_hand_are_read(name: str) -> None:
    try:
        found = load(name)
    except DataError as error:
        pytest.skip(f"needs the set: {error}")
    assert len(found) > 400
    assert all(bool(each.digits) == (name in DIGITS) for each in found)


class Reading:
    def __init__(self, number: str, certain_from: float) -> None:
        self.number, self.certain_from = number, certain_from
        self.text = f"{number[0]}.{number[1:]}"


class Reader:
    """Answers the grey level of a picture as a number; 255 is refused.

    Below 100 it is certain, from 100 on at a risk of 0.01.
    """

    def read(self, picture: Image.Image) -> Reading:
        level = int(np.asarray(picture)[0, 0])
        if level == 255:
            raise PictureError(PictureFault.NO_DIGIT_FOUND, "blank")
        return Reading(str(level), 0.001 if level < 100 else 0.01)

    predict = read


def test_the_table_counts_what_is_right_certain_and_both_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dev").mkdir()
    digits = [Labelled(grey(7), "7"), Labelled(grey(8), "9"), Labelled(grey(200), "200")]
    doodles = [Labelled(grey(5), ""), Labelled(grey(255), "")]
    monkeypatch.setattr(sets, "SINGLE", {"digits": lambda folder: iter(digits)})
    monkeypatch.setattr(sets, "NUMBERS", {"doodles": lambda folder: iter(doodles)})
    for name in ("REAL_DIGITS", "REAL_NUMBERS"):
        monkeypatch.setattr(sets, name, {})
    drawn = {
        "plain number, drawn": [Labelled(grey(8), "8", has_marks=True)],
        "power, drawn": [Labelled(grey(38), "", has_marks=True)],
        "raised dot, drawn": [Labelled(grey(level), "3.8", has_marks=True) for level in (38, 39)],
    }
    monkeypatch.setattr(sets, "read_attack", lambda *_: drawn)
    table = measure_all_sets(Reader(), tmp_path)  # type: ignore[arg-type]
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    names = ["| digits, /predict", "| digits, /read", "| doodles"]
    assert [row[0] for row in rows] == [*names, f"| {ATTACK}", f"| {ATTACK_CONTROL}"]
    assert rows[0][1].startswith("66.67 %")
    assert rows[0][2].startswith("66.67 %")
    assert rows[0][3].startswith("1: 50.00 %")
    assert [rows[0][4][:8], rows[0][5][:10]] == ["100.00 %", "1: 33.33 %"]
    assert [rows[2][1], rows[2][2][:7], rows[2][3][:11]] == ["", "50.00 %", "1: 100.00 %"]
    # One of the two numbers with a point is right, and nothing is of the power.
    assert [rows[3][1][:7], rows[3][2][:8], rows[3][3][:10]] == [
        "50.00 %",
        "100.00 %",
        "2: 66.67 %",
    ]
    assert [rows[4][1][:8], rows[4][3][:9]] == ["100.00 %", "0: 0.00 %"]
    assert len(measure_all_sets(Reader(), tmp_path, every=2).splitlines()) == 7  # type: ignore[arg-type]


def test_pictures_of_more_than_a_number_have_a_row_for_each_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [("power", grey(38), ""), ("raised dot", grey(38), "3.8"), ("power", grey(255), "")]
    monkeypatch.setattr(sets, "attack", lambda *_: iter(found))
    table = measure_attack(Reader(), None, 1, 20)  # type: ignore[arg-type]
    rows = [line.split(" | ") for line in table.splitlines()[2:]]
    assert [[row[0], row[1][:8], row[2][:7], row[3][:9]] for row in rows] == [
        ["| power", "", "50.00 %", "1: 100.00"],
        ["| raised dot", "100.00 %", "100.00 ", "0: 0.00 %"],
    ]


def test_numbers_of_four_digits_have_a_list_with_the_right_one_or_without() -> None:
    pictures = [Labelled(grey(7), digits) for digits in ("123", "1234", "12\n3456", "123456")]
    for are_right in (True, False):
        restricted = with_lists(pictures, are_right=are_right)
        assert [each.digits for each in restricted] == ["1234", "123456"]
        for each in restricted:
            values = each.restriction.values
            assert len(values) == len(set(values)) == 1000
            assert {len(value) for value in values} == {4, 5, 6}
            assert (each.digits in values) is are_right


def test_pen_strokes_become_dark_digits_on_light_with_paper_around(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    number = {"digits": "11", "strokes": [[[0, 0], [0, 50]], [[40, 0], [40, 50]], [[20, 25]]]}
    path = tmp_path / "dev" / "numbers_pens.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(number).encode()))
    (found,) = sets.NUMBERS["numbers in formulas and of UNIPEN"](tmp_path)
    pixels = np.asarray(found.picture.convert("L"))
    assert found.digits == "11"
    assert pixels.shape == (200, 180)
    assert pixels[:40].min() == 255
    assert pixels[100, 50] < 60 > pixels[100, 130]


def test_photographed_pages_have_their_lines_and_bad_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.json: expected file and lines of each page, but"):
        list(sets.read_pages(tmp_path))
    labels = sets.pages_table(tmp_path)
    path = labels.with_name("00.png")
    path.parent.mkdir(parents=True)
    labels.write_text(json.dumps([{"file": "00.png", "lines": ["12", "3"]}]))
    grey(3).save(path)
    (found,) = sets.NUMBERS[sets.PAGES](tmp_path)
    assert (found.digits, found.picture.size) == ("12\n3", (30, 30))
    whole = path.read_bytes()
    for content in (b"", b"no picture", whole[:37] + b"!" + whole[38:]):
        path.write_bytes(content)  # Pillow raises SyntaxError for the last one
        with pytest.raises(DataError, match=r"00\.png: expected a picture, but it cannot be read"):
            list(sets.read_pages(tmp_path))


def test_a_table_of_labels_names_its_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "dev" / "cheques"
    folder.mkdir(parents=True)
    grey(3).save(folder / "a.png")
    (folder / "labels.csv").write_text("file,digits\na.png,25\n")
    (found,) = sets.NUMBERS["cheque amounts"](tmp_path)
    assert (found.digits, found.picture.size) == ("25", (30, 30))
    (folder / "a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.png"):
        list(sets.NUMBERS["cheque amounts"](tmp_path))


def test_of_real_numbers_the_digits_are_compared(tmp_path: Path) -> None:
    folder = tmp_path / "numbers" / "weather"
    folder.mkdir(parents=True)
    grey(3).save(folder / "a.png")
    (folder / "labels.csv").write_text("file,number,split\na.png,12.5,dev\na.png,30.1,train\n")
    (found,) = sets.REAL_NUMBERS["numbers of weather sheets"](tmp_path)
    assert (found.digits, found.picture.size) == ("125", (30, 30))
