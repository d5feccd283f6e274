import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import DataError
from nn.data.kaggle import PIXEL_NAMES
from nn.data.mnist import load_mnist
from nn.data.pictures.entries import Skipped
from nn.data.pictures.own_digits import (
    is_in_mnist_format,
    pixels_if_mnist,
    skipped_as_text,
)
from nn.reading.mnist import Pixels
from nn.reading.page.find import to_mnist
from tests.data_sets import needs_data
from tests.drawing import as_file
from tests.nn.data.pictures.making import drawn, load, slanted, write_files, write_zip

HEADER = ",".join(["label", *PIXEL_NAMES])
A, B, C = (as_file(drawn(left)) for left in (30, 45, 60))


def test_a_folder_for_each_class_is_read_as_the_app_reads_pictures(tmp_path: Path) -> None:
    write_files(tmp_path, {"7/a.png": A, "3/b.png": B, "3/deeper/c.png": C})
    own, skipped = load(tmp_path)
    assert own.places == ["3/b.png", "3/deeper/c.png", "7/a.png"]
    assert own.digits.labels.tolist() == [3, 3, 7]
    assert np.array_equal(own.digits.images[2], to_mnist(drawn(30)))
    assert not skipped


def test_what_is_no_picture_of_a_class_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "1/a.png": A, "1/empty.png": b"", "1/notes.txt": b"about", "1/cut.png": B[:60],
            "10/b.png": B, "zero/b.png": B, "beside.png": B, ".DS_Store": b"x", "1/.DS_Store": b"x",
            "labels.csv": b"file,label\n1/a.png,1\n",
            "1/Thumbs.db": b"x", "__MACOSX/1/a.png": B,
            "2/blank.png": as_file(Image.new("L", (50, 50))),
        },
    )  # fmt: skip
    own, skipped = load(tmp_path)
    assert own.places == ["1/a.png"]
    reasons = {
        "1/cut.png": "The PNG file is cut off or damaged",
        "1/empty.png": "The picture has 0 bytes",
        "1/notes.txt": "The 5 bytes are not a picture",
        "10/b.png": "expected a label from 0 to 9, but got '10'",
        "2/blank.png": "is blank",
        "beside.png": "expected a label from 0 to 9, but got no folder",
        "labels.csv": "expected a label from 0 to 9, but got a table: name it",
        "zero/b.png": "expected a label from 0 to 9, but got 'zero'",
    }
    assert sorted(each.place for each in skipped) == list(reasons)
    assert all(each.why.startswith(reasons[each.place]) for each in skipped)


@pytest.mark.parametrize(
    "table",
    [
        b"file,label,writer\n3/a.png,3,ann\nb.png,7,ben\n",
        b"\xef\xbb\xbfFile;Label;Writer\r\n3/a.png;3;ann\r\nb.png;7;ben\r\n",
        b"writer\tlabel\tfile_name\nann\t3\t3/a.png\n\nben\t 7 \tb.png\n",
        b'"file","label","writer"\n"3/a.png","3","ann"\n"b.png","7","ben"',
        b"id,image,digit,writer\n1,3/a.png,3,ann\n2,FOLDER/b.png,7,ben\n",
    ],
    ids=["commas", "Excel's", "tabs", "quotes", "absolute path"],
)
@pytest.mark.parametrize("is_named", [True, False], ids=["table", "folder"])
def test_a_table_names_files_and_labels(tmp_path: Path, table: bytes, is_named: bool) -> None:
    table = table.replace(b"FOLDER", os.fsencode(tmp_path))
    write_files(tmp_path, {"labels.csv": table, "3/a.png": A, "b.png": B})
    (tmp_path / "3").rename(tmp_path / "three")  # a folder of a class would be read instead
    (tmp_path / "labels.csv").write_bytes(table.replace(b"3/a", b"three/a"))
    own, skipped = load(tmp_path / "labels.csv" if is_named else tmp_path)
    assert (own.digits.labels.tolist(), own.writers) == ([3, 7], ["ann", "ben"])
    assert not skipped


def test_a_wrong_row_of_a_table_is_named_by_its_line(tmp_path: Path) -> None:
    rows = ["file,label", "a.png,1", "gone.png,1", "b.png,", "b.png,ten", "b.png", ",4", "b.png,10"]
    write_files(tmp_path, {"labels.csv": "\n".join(rows).encode(), "a.png": A, "b.png": B})
    own, skipped = load(tmp_path)
    assert own.places == ["labels.csv line 2 (a.png)"]
    assert [f"{each}".replace(str(tmp_path), "") for each in skipped] == [
        "labels.csv line 3 (gone.png): there is no file /gone.png",
        "labels.csv line 4 (b.png): expected a label from 0 to 9, but got ''",
        "labels.csv line 5 (b.png): expected a label from 0 to 9, but got 'ten'",
        "labels.csv line 6 (b.png): expected a label from 0 to 9, but got ''",
        "labels.csv line 7: expected the name of a file, but there is none",
        "labels.csv line 8 (b.png): expected a label from 0 to 9, but got '10'",
    ]


@pytest.mark.parametrize("header", [HEADER + "\n", ""], ids=["Kaggle's", "without a header"])
def test_a_table_of_pixels_is_read_and_a_wrong_row_named(tmp_path: Path, header: str) -> None:
    digits = slanted(3)
    flat = digits.images.reshape(3, -1)
    rows = [
        ",".join(map(str, [label, *pixels]))
        for label, pixels in zip(digits.labels, flat, strict=True)
    ]
    rows += ["3," + ",".join(["256"] * 784), "3,1,2"]
    path = write_files(tmp_path, {"digits.csv": (header + "\n".join(rows)).encode()}) / "digits.csv"
    own, skipped = load(path)
    assert own.digits.labels.tolist() == digits.labels.tolist()
    line = 4 + bool(header)
    assert [f"{each}" for each in skipped] == [
        f"digits.csv line {line}: its pixels: expected pixel0 from 0 to 255, but found 256",
        f"digits.csv line {line + 1}: its pixels: expected 784 columns, but found 2",
    ]


@pytest.mark.parametrize("prefix", ["", "digits/"], ids=["the page's", "with a folder around"])
def test_a_zip_archive_is_read_as_a_folder(tmp_path: Path, prefix: str) -> None:
    names = {"7/reading-1-digit-1.png": A, "3/reading-2-digit-1.png": B, "x/c.png": C}
    path = write_zip(
        tmp_path / "a.zip", {prefix + name: content for name, content in names.items()}
    )
    own, skipped = load(path)
    assert own.digits.labels.tolist() == [7, 3]
    assert [each.place for each in skipped] == [prefix + "x/c.png"]


def test_damaged_files_of_an_archive_are_skipped_and_no_classes_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"7/a.png": A, "3/b.png": B})
    path.write_bytes(path.read_bytes().replace(A, A[:-1] + b"!", 1))
    own, skipped = load(path)
    assert own.places == ["3/b.png"]
    assert [each.why for each in skipped] == ["cannot be read (Bad CRC-32 for file '7/a.png')"]
    with pytest.raises(DataError, match="expected folders 0 to 9 in it, but found none"):
        load(write_zip(path, {"a.png": A}))


@pytest.mark.parametrize(
    ("files", "named", "message"),
    [
        ({}, "gone", "gone: cannot be read"),
        ({}, "", "expected folders named 0 to 9 or one CSV table in it, but found: no"),
        ({"train/7/a.png": A, "test/7/b.png": B}, "", "found: test, train. Name the one"),
        ({"a.csv": b"", "b.csv": b""}, "", "found: a.csv, b.csv. Name the one"),
        ({"a.csv": b"file,name\n"}, "", "but found: file, name"),
        ({"a.csv": "file,label\n".encode("utf-16")}, "", "a table in UTF-8, but it is in UTF-16"),
        ({"a.png": A}, "a.png", "expected a folder, a CSV table or a zip archive"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_what_was_found(
    tmp_path: Path, files: dict[str, bytes], named: str, message: str
) -> None:
    write_files(tmp_path, files)
    with pytest.raises(DataError, match=message.replace(".", r"\.")):
        load(tmp_path / named)


def test_a_name_that_is_not_utf_8_is_shown_in_escapes(tmp_path: Path) -> None:
    try:
        write_files(tmp_path, {os.fsdecode(b"5/\xff.png"): A, os.fsdecode(b"5/\xfe.png"): b""})
    except OSError:
        pytest.skip("this file system keeps names in UTF-8 alone")
    own, skipped = load(tmp_path)
    assert own.places == [r"5/\xff.png"]
    assert skipped[0].place == r"5/\xfe.png"
    (tmp_path / "labels.csv").write_bytes(b"file,label\n5/\xff.png,5\n")
    assert load(tmp_path / "labels.csv")[0].places == [r"labels.csv line 2 (5/\xff.png)"]


def test_a_class_folder_may_be_a_link_and_a_circle_of_links_ends(tmp_path: Path) -> None:
    write_files(tmp_path, {"elsewhere/a.png": A, "mine/3/b.png": B})
    (tmp_path / "mine/7").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/circle").symlink_to(tmp_path / "mine")
    own, skipped = load(tmp_path / "mine")
    assert own.digits.labels.tolist() == [3, 7]
    assert not skipped


def test_pipes_are_skipped_and_not_waited_for(tmp_path: Path) -> None:
    write_files(tmp_path, {"3/a.png": A})
    os.mkfifo(tmp_path / "3/pipe.png")
    os.mkfifo(tmp_path / "labels.csv")
    (tmp_path / "3/gone.png").symlink_to("nowhere")
    own, skipped = load(tmp_path)
    assert own.places == ["3/a.png"]
    assert [each.place for each in skipped] == ["3/gone.png", "3/pipe.png", "labels.csv"]
    with pytest.raises(DataError, match="pipes, sockets and devices are not read"):
        load(tmp_path / "labels.csv")


def test_a_table_from_windows_finds_its_files(tmp_path: Path) -> None:
    write_files(tmp_path, {"labels.csv": b"file,label\nmine\\a.png,3\n", "mine/a.png": A})
    assert load(tmp_path)[0].places == [r"labels.csv line 2 (mine\a.png)"]


def test_a_picture_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    larger = as_file(drawn(30).resize((100, 100)))
    own, skipped = load(write_files(tmp_path, {"1/a.png": A, "1/b.png": B, "1/c.png": larger}))
    assert own.places == ["1/a.png", "1/b.png"]
    assert [f"{each}" for each in skipped] == ["1/c.png: is the same picture as 1/a.png"]


def test_a_picture_with_two_labels_is_left_out_wherever_it_is(tmp_path: Path) -> None:
    own, skipped = load(
        write_files(tmp_path, {"1/a.png": A, "1/again.png": A, "7/a.png": A, "7/b.png": B})
    )
    assert own.places == ["7/b.png"]
    assert [each.place for each in skipped] == ["1/a.png", "1/again.png", "7/a.png"]
    assert "1/a.png is labelled 1, but 7/a.png, the same picture, 7: correct" in skipped[0].why


def test_many_pictures_skipped_for_one_reason_are_counted() -> None:
    skipped = [Skipped(f"{n}.png", f"The {n} bytes are not a picture") for n in range(9)]
    lines = list(skipped_as_text([*skipped, Skipped("x.png", "is blank")]))
    assert lines[0] == "skipped 0.png: The 0 bytes are not a picture"
    assert lines[5:] == ["skipped 4 more for a reason of this kind", "skipped x.png: is blank"]


@pytest.fixture
def digit() -> Pixels:
    return to_mnist(drawn(40))


@needs_data
def test_mnist_is_taken_as_it_is() -> None:
    samples = [image for digits in load_mnist() for image in digits.images[::20]]
    assert all(map(is_in_mnist_format, samples))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_picture_in_mnists_format_is_taken_as_it_is(digit: Pixels, mode: str) -> None:
    taken = pixels_if_mnist(Image.fromarray(digit).convert(mode))
    assert isinstance(taken, np.ndarray)
    assert np.array_equal(taken, digit)


def test_other_pictures_of_28x28_are_prepared_like_any(digit: Pixels) -> None:
    others = {
        "inverted": 255 - digit,
        "off-centre": np.roll(digit, 3, 1),
        "large": np.asarray(Image.fromarray(digit[4:24, 4:24]).resize((28, 28))),
        "grey paper": np.maximum(digit, 30),
        "pale": digit // 2,
        "empty": digit * 0,
    }
    for name, pixels in others.items():
        assert isinstance(pixels_if_mnist(pixels), Image.Image), name
        assert isinstance(pixels_if_mnist(Image.fromarray(pixels)), Image.Image), name
