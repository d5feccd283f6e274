import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from nn.data import pendigits as pen
from nn.data.digits import DataError
from nn.data.pendigits import PenDigit, load_pen, read_pen, split_by_writer

HEADER = '.INCLUDE dene.doc\n\n.LEXICON "0" "1"\n.HIERARCHY DIGIT\n'
SEVEN = """
.SEGMENT DIGIT    0-1 ? "7"
.COMMENT 7 12  224
.PEN_DOWN
 100  400
 300  400
 200  100
.PEN_UP
.DT 100
.PEN_DOWN
 150  250
 250  250
.PEN_UP
.DT 100
"""
DOT = """
.SEGMENT DIGIT    2 ? "1"
.COMMENT 1 3  9
.PEN_DOWN
 0  500
.PEN_UP
.DT 100
"""
# "AAAA" packed by the Unix program compress: the codes 65, 257, 65 of nine bits each.
PACKED_AAAA = bytes.fromhex("1f9d9041020601")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "pendigits-orig.tra"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_crossed_seven_has_two_strokes_and_its_bar_on_top(tmp_path):
    (seven,) = read_pen(written(tmp_path, HEADER + SEVEN))
    assert (seven.label, seven.writer) == (7, 12)
    assert [stroke.tolist() for stroke in seven.strokes] == [
        [[100, 100], [300, 100], [200, 400]],  # y, pointing up in the file, points down
        [[150, 250], [250, 250]],
    ]


def test_digits_keep_their_order_and_a_point_is_a_stroke(tmp_path):
    seven, dot = read_pen(written(tmp_path, HEADER + SEVEN + DOT))
    assert (seven.label, dot.label, dot.writer) == (7, 1, 3)
    assert dot.strokes[0].tolist() == [[0, 0]]
    assert dot.strokes[0].dtype == np.float64


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"7"', '"x"', r"line 6: expected \.SEGMENT DIGIT strokes \? .*, but found"),
        (".COMMENT 7 12  224\n", "", r"line 7: expected \.COMMENT label writer number, .*PEN_DOWN"),
        (".COMMENT 7", ".COMMENT 1", "line 7: expected the label 7 of the line before, .* found 1"),
        (" 300  400", " 300", "line 10: expected a point, two whole numbers, but found ' 300'"),
        (" 300  400", " 300  4o0", "line 10: expected a point"),
        (" 300  400", " 300  400  1", "line 10: expected a point"),
        (" 300  400", "", "line 10: expected a point"),
        (".PEN_UP\n.DT 100\n.PEN_DOWN", ".DT 100\n.PEN_DOWN", r"line 12: expected a point.*\.DT"),
        (" 150  250\n 250  250\n", "", r"line 15: expected a point.*'\.PEN_UP'"),
        (".DT 100\n.PEN_DOWN", ".DT 100\n 1  2\n.PEN_DOWN", r"line 14: expected \.PEN_DOWN"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(tmp_path, right, wrong, message):
    assert right in SEVEN
    path = written(tmp_path, HEADER + SEVEN.replace(right, wrong, 1))
    with pytest.raises(DataError, match=message) as raised:
        read_pen(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "expected digits, each starting with .SEGMENT"),
        (b"PK\x03\x04\xff", "expected digits, each starting with .SEGMENT"),
        (HEADER + SEVEN[: SEVEN.index(".PEN_DOWN")], "line 6: expected a digit of one stroke"),
        (HEADER + SEVEN[: SEVEN.rindex(".PEN_UP")], "line 16: expected .PEN_UP, but the stroke"),
        (HEADER + '.SEGMENT DIGIT 0 ? "7"', "line 6: expected .COMMENT .*but found ''"),
        (b"\x1f\x9d\x1f garbage", "is damaged"),
    ],
)
def test_a_file_cut_short_or_of_another_kind_is_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        read_pen(written(tmp_path, content))


def test_an_archive_is_unpacked_first(tmp_path):
    with pytest.raises(DataError, match="expected SHA-256 0 of"):
        read_pen(written(tmp_path, PACKED_AAAA), "0")
    with pytest.raises(DataError, match=r"expected digits, each starting with \.SEGMENT"):
        read_pen(written(tmp_path, PACKED_AAAA), hashlib.sha256(b"AAAA").hexdigest())


@pytest.mark.parametrize("place", ["pendigits", "."])
def test_the_file_is_found_in_the_folder_or_one_within_it(tmp_path, monkeypatch, place):
    (tmp_path / place).mkdir(exist_ok=True)
    path = written(tmp_path / place, HEADER + SEVEN)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(pen, "HASHES", (sha256, ""))
    assert len(load_pen(tmp_path)) == 1
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    assert len(load_pen()) == 1


def test_one_changed_point_is_noticed(tmp_path):
    written(tmp_path, HEADER + SEVEN)
    with pytest.raises(DataError, match=r"pendigits-orig\.tra: is not pendigits' file"):
        load_pen(tmp_path)


def test_a_missing_file_is_named_with_where_to_get_it(tmp_path):
    with pytest.raises(DataError, match=r"pendigits-orig.tra.Z or .* copy it there from https:"):
        load_pen(tmp_path)


def test_without_network_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("INKLING_DATA", raising=False)
    monkeypatch.setattr(pen, "MIRRORS", ("http://127.0.0.1:9/",))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"pendigits-orig.tra.Z could not be downloaded .*--data"):
        load_pen()


def by_writers(*writers: int) -> list[PenDigit]:
    return [PenDigit(number % 10, writer, []) for number, writer in enumerate(writers)]


def test_no_writer_is_on_both_sides_and_no_digit_is_lost():
    digits = by_writers(5, 2, 5, 9, 2, 7)
    learn, held_back = split_by_writer(digits, 2)
    assert [digit.writer for digit in learn] == [5, 2, 5, 2]
    assert [digit.writer for digit in held_back] == [9, 7]


def test_nobody_held_back_leaves_all_to_learn_from():
    digits = by_writers(1, 2)
    assert split_by_writer(digits, 0) == (digits, [])


@pytest.mark.parametrize("writers_held_back", [-1, 2, 3])
def test_somebody_must_be_left_to_learn_from(writers_held_back):
    with pytest.raises(ValueError, match="expected to hold back 0 to 1 of 2 writers"):
        split_by_writer(by_writers(1, 2), writers_held_back)


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs pendigits: set INKLING_DATA")
def test_the_real_pendigits_is_read_whole():
    digits = load_pen()
    assert len(digits) == 7494
    assert len({digit.writer for digit in digits}) == 30
    assert [digit.label for digit in digits[:5]] == [8, 2, 1, 4, 1]
    assert np.bincount([digit.label for digit in digits]).tolist() == [
        780, 779, 780, 719, 780, 720, 720, 778, 719, 719,
    ]  # fmt: skip
    points = np.concatenate([stroke for digit in digits for stroke in digit.strokes])
    assert points.min() >= 0
    assert points.max() <= 500
