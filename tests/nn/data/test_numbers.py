"""The real numbers: their splits, labels and boxes, and what is refused."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data import numbers
from nn.data.digits import DataError
from nn.data.numbers import (
    FIRST_DEV_WRITER,
    RealNumber,
    load_registers,
    load_swiss_digits,
    load_weather,
)
from tests.data_sets import needs_data

WEATHER = "file,number,sheet,x0,y0,x1,y1,split\n"


def folder_with(tmp_path: Path, name: str, table: str) -> Path:
    """Write a table of labels, and a picture of 8x6 pixels of level 3, img/a.png."""
    (tmp_path / "numbers" / name / "img").mkdir(parents=True)
    Image.new("L", (8, 6), 3).save(tmp_path / "numbers" / name / "img" / "a.png")
    (tmp_path / "numbers" / name / "labels.csv").write_text(table)
    return tmp_path


def test_a_split_has_its_own_rows_with_their_boxes(tmp_path: Path) -> None:
    rows = "img/a.png,12.5,1,1,2,7,5,train\nimg/a.png,3.0,2,0,0,8,6,dev\n"
    folder = folder_with(tmp_path, "weather", WEATHER + rows)
    (number,) = load_weather("train", folder)
    assert (number.text, number.digits, number.box) == ("12.5", "125", (1, 2, 7, 5))
    assert not number.has_marks
    assert number.grey.shape == (6, 8) and number.grey.max() == 3
    assert [each.text for each in load_weather("dev", folder)] == ["3.0"]


def test_wrong_labels_are_corrected_and_numbers_that_are_cut_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "img/a.png,12,calibrate\nimg/b.png,3,calibrate\n"
    folder = folder_with(tmp_path, "registers", "file,text,split\n" + rows)
    monkeypatch.setattr(numbers, "CORRECTED", {"img/a.png": "72"})
    monkeypatch.setattr(numbers, "CUT", frozenset(["img/b.png"]))
    assert [number.text for number in load_registers("calibrate", folder)] == ["72"]


def test_a_picture_without_a_box_is_whole(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "registers", "file,text,split\nimg/a.png,3 75,train\n")
    (number,) = load_registers("train", folder)
    assert (number.text, number.digits, number.box) == ("3 75", "375", (0, 0, 8, 6))
    assert number.has_marks


def test_the_last_writers_of_the_swiss_digits_are_measured_alone(tmp_path: Path) -> None:
    (tmp_path / "numbers").mkdir()
    writers = np.array([1, FIRST_DEV_WRITER - 1, FIRST_DEV_WRITER, 21], np.uint8)
    images = np.zeros((4, 64, 64), np.uint8)
    labels = np.array([5, 6, 7, 8], np.uint8)
    path = tmp_path / "numbers" / "swiss_digits.npz"
    np.savez(path, images=images, labels=labels, writers=writers)
    found = {
        split: [number.text for number in load_swiss_digits(split, tmp_path)]  # type: ignore[arg-type]
        for split in ("train", "calibrate", "dev")
    }
    assert found == {"train": ["5", "6"], "calibrate": [], "dev": ["7", "8"]}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("file,split\nimg/a.png,train\n", "a table with file, text and split"),
        ("file,text,split\nimg/b.png,1,train\n", r"b\.png: expected a picture"),
    ],
)
def test_a_damaged_set_is_refused(tmp_path: Path, table: str, message: str) -> None:
    folder = folder_with(tmp_path, "registers", table)
    with pytest.raises(DataError, match=message):
        list(load_registers("train", folder))


def test_a_missing_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INKLING_DATA", raising=False)
    for folder in (None, tmp_path):
        with pytest.raises(DataError, match="real numbers in its folder numbers, but got"):
            list(load_weather("train", folder))


@needs_data
def test_no_page_or_sheet_is_in_two_splits() -> None:
    data = Path(os.environ["INKLING_DATA"])
    for name, column in (("registers", "page"), ("weather", "sheet")):
        rows = csv.DictReader((data / "numbers" / name / "labels.csv").read_text().splitlines())
        splits = {(row[column], row["split"]) for row in rows}
        assert len({place for place, _ in splits}) == len(splits)


def test_digits_are_what_is_compared() -> None:
    number = RealNumber(np.zeros((2, 2), np.uint8), "1.204,- ", (0, 0, 2, 2))
    assert number.digits == "1204"
