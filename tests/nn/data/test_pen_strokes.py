"""Recorded pen strokes: pendigits and UNIPEN, and which of them are learnt."""

import io
import tarfile
from collections import Counter
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from nn.data.digits import NO_DIGIT, Character, DataError
from nn.data.handwriting import (
    at_most_of_writer,
    equally,
    split_by_source,
    split_by_writer,
    unlike_digits,
    whole_digits,
)
from nn.data.pendigits import load_pendigits, parse_pendigits
from nn.data.unipen import (
    ARCHIVES,
    load_unipen,
    parse_characters,
    read_archive,
)
from tests.data_sets import needs_data

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


def test_a_crossed_seven_has_two_strokes_and_a_dot_one_point() -> None:
    seven, dot = parse_pendigits(HEADER + SEVEN + DOT)
    assert (seven.label, seven.writer, dot.label, dot.writer) == (7, "12", 1, "03")
    assert [stroke.tolist() for stroke in seven.strokes] == [
        [[100, 100], [300, 100], [200, 400]],  # y, pointing up in the file, points down
        [[150, 250], [250, 250]],
    ]
    assert dot.strokes[0].tolist() == [[0, 0]]
    assert dot.strokes[0].dtype == np.float64


@needs_data
def test_two_labels_of_pendigits_that_everybody_reads_otherwise_are_corrected() -> None:
    digits = load_pendigits()
    assert len(digits) == 7494
    two, five = digits[1469], digits[5207]
    assert (two.writer, two.sign, five.writer, five.sign) == ("30", "2", "24", "5")
    # The 2 ends at its right foot; a 3 turns back to the left there.
    assert two.strokes[-1][-1].tolist() == np.concatenate(two.strokes).max(axis=0).tolist()


def by_writers(*writers: str) -> list[Character]:
    return [Character(f"{n % 10}", "pendigits", writer, []) for n, writer in enumerate(writers)]


def test_no_writer_is_on_both_sides_and_no_digit_is_lost() -> None:
    digits = by_writers("05", "02", "05", "10", "02", "07")
    train, held_back = split_by_writer(digits, 2)
    assert [digit.writer for digit in train] == ["05", "02", "05", "02"]
    assert [digit.writer for digit in held_back] == ["10", "07"]
    assert split_by_writer(digits, 0) == (digits, [])


@pytest.mark.parametrize("n_held_back", [-1, 2, 3])
def test_a_writer_must_be_left_to_train_on(n_held_back: int) -> None:
    with pytest.raises(ValueError, match="expected to hold back 0 to 1 of 2 writers, but got"):
        split_by_writer(by_writers("01", "02"), n_held_back)


@needs_data
def test_the_real_pendigits_is_parsed_completely() -> None:
    digits = load_pendigits()
    assert len(digits) == 7494
    assert len({digit.writer for digit in digits}) == 30
    assert {len(digit.writer) for digit in digits} == {2}  # so that "10" comes after "09"
    assert [digit.label for digit in digits[:5]] == [8, 2, 1, 4, 1]
    assert np.bincount([digit.label for digit in digits]).tolist() == [
        780, 779, 781, 718, 780, 721, 719, 778, 719, 719,
    ]  # fmt: skip
    points = np.concatenate([stroke for digit in digits for stroke in digit.strokes])
    assert points.min() >= 0
    assert points.max() <= 500


INK = """.WRITER_ID w-1
.PEN_DOWN
 0 0
.PEN_UP
.PEN_DOWN
.COMMENT a component without points is not counted
.PEN_UP
.PEN_DOWN
10 50 7
.PEN_UP
 11 51
 12 52
.PEN_DOWN
20 80
21 81
22 82
.PEN_UP
"""


def strokes_of(delineation: str, source: str = "apa") -> list[list[list[float]]]:
    """Return the strokes of one segment of the ink."""
    segments = f'.INCLUDE {source}/x.dat\n.SEGMENT CHARACTER {delineation} OK "4"\n'
    texts = {f"data/1a/{source}/x.dat": segments, f"include/{source}/x.dat": INK}
    (character,) = parse_characters(texts)
    return [stroke.tolist() for stroke in character.strokes]


BAR_END = [[20, -80], [21, -81], [22, -82]]  # y, pointing up in the file, points down


@pytest.mark.parametrize(
    ("delineation", "strokes"),
    [
        ("0", [[[0, 0]]]),
        ("1", [[[10, -50]]]),  # a component without points is not counted; a third column is none
        ("2", []),  # a lifted pen is counted but not drawn
        ("1-3", [[[10, -50]], BAR_END]),
        ("3:1-3:2", [BAR_END[1:]]),
        ("3:1-2", [BAR_END[1:]]),
        ("3:0-1", [BAR_END[:2]]),
        ("3:2", [BAR_END[2:]]),
        ("3-3:1", [BAR_END[:2]]),
        ("1:0-3:1", [[[10, -50]], BAR_END[:2]]),
        ("0,3:1-2", [[[0, 0]], BAR_END[1:]]),
    ],
)
def test_a_segment_is_ranges_of_components_and_points_with_both_their_ends(
    delineation: str, strokes: list[list[list[float]]]
) -> None:
    assert strokes_of(delineation) == strokes


def test_a_tablet_of_other_points_per_inch_across_than_down_is_made_square() -> None:
    ((point,),) = strokes_of("1", source="aga")
    assert point == pytest.approx([10, -50 * 856.7 / 979.3])


@pytest.mark.parametrize(
    ("segments", "ink", "message"),
    [
        ('.SEGMENT CHARACTER 0-4 OK "4"', INK, "0-4 of 4 components"),
        ('.SEGMENT CHARACTER 0-x OK "4"', INK, "invalid literal"),
        (".INCLUDE", INK, "index"),
        ("", ".PEN_DOWN\n1\n2\n", "shape"),
    ],
)
def test_a_file_whose_segments_do_not_fit_is_named(segments: str, ink: str, message: str) -> None:
    texts = {
        "data/1a/apa/x.dat": f".INCLUDE apa/x.dat\n{segments}\n",
        "include/apa/x.dat": ink,
    }
    with pytest.raises(ValueError, match=rf"data/1a/apa/x\.dat: .*{message}"):
        list(parse_characters(texts))


def archive_of(path: Path, texts: dict[str, str]) -> Path:
    mode: Literal["w:xz", "w:gz"] = "w:xz" if path.suffix == ".xz" else "w:gz"
    with tarfile.open(path, mode) as archive:
        for name, text in texts.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode("latin-1")))
    return path


def test_the_archive_may_have_its_folders_in_another_and_hold_other_parts(tmp_path: Path) -> None:
    texts = {
        "cd/train/data/1a/apa/x.dat": "digits",
        "cd/train/data/2/apa/x.dat": "words",
        "cd/train/data/1a/dar/x.dat": "of another source",
        "cd/train/include/apa/data/x.dat": "ink",
        "cd/README": "",
        "cd/data": "no folder",
        "cd/x/data/1a": "no folder",
    }
    found = read_archive(archive_of(tmp_path / "x.tgz", texts))
    assert found == {"data/1a/apa/x.dat": "digits", "include/apa/data/x.dat": "ink"}


def test_a_missing_damaged_or_incomplete_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="copy it there from"):
        load_unipen(tmp_path)
    path = tmp_path / "unipen-CDROM-train_r01_v07.tgz"
    path.write_bytes(b"not an archive")
    with pytest.raises(DataError, match="expected UNIPEN's archive"):
        load_unipen(tmp_path)
    segments = '.INCLUDE apa/x.dat\n.SEGMENT CHARACTER 9 OK "4"'
    archive_of(path, {"data/1a/apa/x.dat": segments, "include/apa/x.dat": INK})
    with pytest.raises(DataError, match=r"archive, but it .*data/1a/apa/x\.dat: 9 of 4 .*: copy"):
        load_unipen(tmp_path)
    archive_of(path, {"data/1a/apa/x.dat": ""})
    with pytest.raises(DataError, match=r"84,238 characters .* found 0"):
        load_unipen(tmp_path)


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_that_is_cut_off_or_changed_is_named(tmp_path: Path, name: str) -> None:
    path = archive_of(tmp_path / name, {"data/1a/apa/x.dat": INK, "include/apa/x.dat": INK})
    whole = path.read_bytes()
    middle = len(whole) // 2
    for damaged in (b"", whole[:middle], whole[:middle] + b"garbage" + whole[middle + 7 :]):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=f"{name}: expected .* cannot be read .*: copy"):
            load_unipen(tmp_path)


@pytest.fixture(scope="module")
def unipen() -> list[Character]:
    return load_unipen()


@needs_data
def test_the_digits_of_unipen_are_by_148_writers(unipen: list[Character]) -> None:
    digits = [each for each in unipen if each.label != NO_DIGIT]
    assert len(digits) == 11_250
    assert len({each.writer for each in digits}) == 148
    assert 10_700 < len(whole_digits(digits)) < 10_900


@needs_data
def test_two_digits_of_unipen_that_everybody_reads_as_another_are_left_out(
    unipen: list[Character],
) -> None:
    of_writer = [each.sign for each in unipen if each.writer == "aga aga-w09"]
    assert Counter(sign for sign in of_writer if sign in "127") == {"2": 2, "7": 2}


def drawn(
    sign: str, source: str = "apa", *strokes: list[list[float]], writer: str = "1"
) -> Character:
    return Character(sign, source, writer, [np.array(stroke) for stroke in strokes])


BAR = [[0.0, 0.0], [10.0, 1.0]]
HOOK = [[0.0, 0.0], [8.0, 0.0], [4.0, 9.0]]
UPRIGHT = [[0.0, 0.0], [1.0, 10.0]]


LACKING = {
    "a bar": drawn("1", "ibm", BAR),
    "an upright line": drawn("7", "apa", UPRIGHT),
    "one stroke of a four": drawn("4", "ibm", HOOK),
    "the slash of a zero": drawn("0", "ibm", [[0.0, 10.0], [6.0, 0.0]]),
    "no ink": drawn("0", "val"),
    "a point": drawn("5", "apa", [[3.0, 3.0]]),
    "a point as a 1": drawn("1", "kai", [[3.0, 3.0], [3.0, 3.0]]),
}


@pytest.mark.parametrize("digit", LACKING.values(), ids=LACKING)
def test_a_digit_that_lacks_strokes_is_not_learnt_and_a_repeated_one_once(digit: Character) -> None:
    four, one = drawn("4", "apa", HOOK), drawn("1", "apa", UPRIGHT)
    assert whole_digits([four, drawn("K", "apa", HOOK), one, four, digit]) == [four, one]


def test_only_letters_that_are_not_written_like_a_digit_are_examples_of_no_digit() -> None:
    letter, dash = drawn("K", "apa", HOOK), drawn("-", "apa", BAR)
    others = [drawn("K", "apa", UPRIGHT), drawn("K", "apa", [[1.0, 1.0]]), drawn("K", "apa")]
    others += [drawn(label, "apa", HOOK) for label in "OoliI|/\\.,'`()SZbgqszBDG"]
    assert unlike_digits([letter, *others, dash, drawn("@", "kai", HOOK)]) == [letter, dash]


def test_no_writer_has_more_than_the_limit_and_the_others_keep_all_in_order() -> None:
    many = [drawn("K", "apa", [[float(n), 0.0]], writer="1") for n in range(10)]
    few = [drawn("K", "apa", HOOK, writer="2") for _ in range(2)]
    chosen = at_most_of_writer(3, [*many, *few], np.random.default_rng(0))
    assert [each.writer for each in chosen] == ["1", "1", "1", "2", "2"]
    x = [each.strokes[0][0, 0] for each in chosen[:3]]
    assert x == sorted(x)
    assert x != [0, 1, 2]


def test_each_label_is_drawn_equally_often_and_none_twice_before_each_was_once() -> None:
    a, b, k = drawn("a", "apa", HOOK), drawn("a", "apa", BAR), drawn("K", "apa", HOOK)
    chosen = list(equally(5, [a, k, b], np.random.default_rng(0)))
    assert [each.sign for each in chosen] == ["K"] * 5 + ["a"] * 5
    of_a = [each.strokes[0].tolist() for each in chosen[5:]]
    assert sorted(of_a[:2]) == sorted([HOOK, BAR])
    assert of_a[2:4] == of_a[:2]


def test_no_source_is_on_both_sides() -> None:
    characters = [drawn("1", source, UPRIGHT) for source in ("apa", "syn", "apa", "val")]
    train, held_back = split_by_source(characters, ("apa", "val"))
    assert [each.source for each in train] == ["syn"]
    assert [each.source for each in held_back] == ["apa", "apa", "val"]
    with pytest.raises(DataError, match="apple"):
        split_by_source(characters, ("apple",))
