"""Files of results: each row is kept, none is written twice, and a torn one is removed."""

import csv
import errno
import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from nn.bulk.results import (
    ENCODING,
    ERRORS,
    Csv,
    Format,
    Json,
    Output,
    OutputError,
    Result,
    Text,
    result_file,
)

NAMES = ["a.png", "with space, comma.png", 'quo"te.png', "new\nline.png", os.fsdecode(b"\xff.png")]
FORMS: list[Format] = [Csv(), Json()]
both_forms = pytest.mark.parametrize("form", FORMS, ids=["CSV", "JSON"])


def result(name: str, text: str = "7") -> Result:
    """Return what was read in a picture."""
    digit = {"digit": 7, "confidence": 0.99}
    return Result(name, {"text": text, "certain": True, "doubt": None, "digits": [digit, digit]})


def write(
    path: Path, form: Format, *names: str, is_resumed: bool = True, failing: Sequence[str] = ()
) -> list[str]:
    """Write results for the names that have none, errors for those that fail; return the names."""
    written = []
    with result_file(path, form, is_resumed=is_resumed) as output:
        for name in names:
            if not output.is_done(name):
                output.write(failure(name) if name in failing else result(name))
                written.append(name)
    return written


def failure(name: str, why: str = "Permission\ndenied.") -> Result:
    return Result(name, {}, why)


@both_forms
def test_a_continued_file_is_that_of_one_run(form: Format, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    write(whole, form, *NAMES, is_resumed=False)
    content = whole.read_bytes()
    for end in [*range(len(content), 0, -3), 0]:
        torn = tmp_path / "torn"
        torn.write_bytes(content[:end])
        again = write(torn, form, *NAMES)
        assert torn.read_bytes() == content
        n_whole = len(NAMES) - len(again)
        assert again == NAMES[n_whole:]
    assert again == NAMES


def last_rows(path: Path, form: Format) -> dict[str, str]:
    """Return the last row of each name, in the order in which the names came first."""
    rows = path.read_bytes().decode(ENCODING, ERRORS).removeprefix(form.header)
    found = {}
    for row in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^"\n])*\n', rows):
        found[form.parse(row.encode(ENCODING, ERRORS)).name] = row
    return found


@both_forms
def test_a_name_that_is_named_twice_has_two_rows_and_neither_is_read_again(
    form: Format, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    assert write(path, form, "a.png", "b.png", "a.png") == ["a.png", "b.png", "a.png"]
    assert write(path, form, "a.png", "b.png", "a.png", "c.png") == ["c.png"]


@both_forms
@pytest.mark.parametrize("failing", [NAMES[:1], NAMES[1:4], NAMES], ids=["first", "some", "all"])
def test_what_could_not_be_read_is_tried_again_and_its_last_row_counts(
    failing: list[str], form: Format, tmp_path: Path
) -> None:
    whole, path = tmp_path / "whole", tmp_path / "out"
    write(whole, form, *NAMES)
    write(path, form, *NAMES, failing=failing)
    before = path.read_bytes()
    assert write(path, form, *NAMES, failing=failing) == failing
    assert write(path, form, *NAMES) == failing
    assert path.read_bytes().startswith(before)  # rows are only appended
    assert last_rows(path, form) == last_rows(whole, form)
    assert write(path, form, *NAMES) == []


@both_forms
def test_a_name_that_was_read_and_then_failed_is_tried_again(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "out"
    with result_file(path, form, is_resumed=False) as output:
        output.write(result("a.png"))
        output.write(failure("a.png"))
    assert write(path, form, "a.png") == ["a.png"]
    assert write(path, form, "a.png") == []


@both_forms
def test_the_pages_of_a_scan_that_could_not_be_opened_are_names_of_their_own(
    form: Format, tmp_path: Path
) -> None:
    path = tmp_path / "out"
    pages = [f"b.pdf page {number}" for number in (1, 2, 3)]
    write(path, form, "a.png", "b.pdf", "c.png", failing=["b.pdf"])
    assert write(path, form, "a.png", *pages, "c.png", failing=[pages[1]]) == pages
    assert write(path, form, "a.png", *pages, "c.png") == [pages[1]]


@both_forms
def test_an_existing_file_is_not_overwritten_or_continued(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("precious")
    with pytest.raises(OutputError, match="add --resume"):
        write(path, form, "a.png", is_resumed=False)
    assert path.read_text() == "precious"


@pytest.mark.parametrize("content", ["precious", "file,text\n", '{"other": 1}\n', "\xff\xd8\xff"])
@both_forms
def test_another_file_is_not_touched(form: Format, content: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(OutputError, match="was not written by this command"):
        write(path, form, "a.png")
    assert path.read_bytes() == content.encode("latin-1")


@pytest.mark.parametrize("kind", [Csv, Json])
def test_other_options_continue_no_file(kind: type[Csv] | type[Json], tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, kind(r"pattern=\d{6}"), "a.png")
    assert write(path, kind(r"pattern=\d{6}"), "a.png", "b.png") == ["b.png"]
    content = path.read_bytes()
    for other in ("", r"pattern=\d{4}"):
        with pytest.raises(OutputError, match=r"was read with pattern=.d\{6\}, not with "):
            write(path, kind(other), "c.png")
    assert path.read_bytes() == content
    usual = tmp_path / "usual"
    write(usual, kind(), "a.png")
    with pytest.raises(
        OutputError, match=r"read with the usual options, not with risk=0\.05: name"
    ):
        write(usual, kind("risk=0.05"), "c.png")


def test_a_table_without_a_row_is_not_continued_with_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, Csv())
    with pytest.raises(OutputError, match="has other columns than now"):
        write(path, Csv("risk=0.05"), "c.png")


def test_a_damaged_line_is_named_and_no_file_is_continued_in_another_form(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, Json(), "a.png", "b.png")
    with pytest.raises(OutputError, match="in this form"):
        write(path, Csv(), "a.png")
    path.write_text(path.read_text().replace('"file": "b.png"', '"fi'))
    with pytest.raises(OutputError, match="damaged: row 2"):
        write(path, Json(), "a.png")


@pytest.mark.parametrize("row", ['{"file": []}', "[]", "7", "{", '"a.png"', "\xff", "[" * 9999])
def test_an_object_of_another_shape_is_no_row(row: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, Json(), "a.png")
    content = path.read_bytes() + row.encode("latin-1") + b"\n"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="damaged: row 2"):
        write(path, Json(), "a.png")
    assert path.read_bytes() == content


def test_a_row_of_a_table_has_as_many_cells_as_its_header(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, Csv(), "a.png")
    with path.open("a") as file:
        file.write("b.png,7\n")
    with pytest.raises(OutputError, match="damaged: row 3: expected 6 cells, but got 2"):
        write(path, Csv(), "a.png")


@both_forms
def test_two_runs_do_not_write_the_same_file(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "out"
    with result_file(path, form, is_resumed=False) as first:
        first.write(result("a.png"))
        with pytest.raises(OutputError, match="by another run"):
            write(path, form, "b.png")
    assert write(path, form, "a.png", "b.png") == ["b.png"]


def test_a_full_disk_and_a_folder_that_is_not_there_are_said() -> None:
    full = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115
    with full, pytest.raises(OutputError, match="/dev/full cannot be written: No space left"):
        Output(full, Csv()).write_header()
    with pytest.raises(OutputError, match="No such file or directory"):
        write(Path("nowhere/out"), Csv(), "a.png")


def test_what_only_closing_a_file_refuses_is_said_as_network_disks_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullWhenClosed(io.BytesIO):
        def close(self) -> None:
            if not self.closed:
                super().close()
                raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(Path, "open", lambda *_: FullWhenClosed())
    monkeypatch.setattr("nn.bulk.results.fcntl", None)
    with pytest.raises(OutputError, match="out cannot be written: Disk quota exceeded"):
        write(tmp_path / "out", Csv(), "a.png")
    with (
        pytest.raises(KeyError, match="of the run"),
        result_file(tmp_path / "out", Csv(), is_resumed=True),
    ):
        raise KeyError("of the run")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        return list(csv.DictReader(file))


def test_other_programs_read_the_table_and_the_objects(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, Csv(), *NAMES)
    rows = read_csv(path)
    assert [row["file"] for row in rows] == NAMES
    rest = {"text": "7", "certain": "true", "doubt": "", "confidence": "0.99", "error": ""}
    assert all({**row, "file": ""} == {"file": "", **rest} for row in rows)
    write(tmp_path / "json", Json(), *NAMES)
    lines = (tmp_path / "json").read_text("ascii").splitlines()
    assert [json.loads(line)["file"] for line in lines] == NAMES


RUN = [  # by a spreadsheet
    '=HYPERLINK("http://a.example","open").png', "+1+1.png", "-1+1.png", "@SUM(1).png",
    "\t=1.png", "\r=1.png", "\n=1.png", "  =1.png", "\u3000=1.png",
    "\uff1d1+1.png", "\uff0b1.png", "\uff0d1+1.png", "\uff201.png",
    "'=1.png", "''=1.png",
]  # fmt: skip
NOT_RUN = [
    "-",
    "-5",
    "-3.14",
    "-1.204,50",
    "'tis.png",
    "1-1.png",
    "a=1.png",
    "a;=1.png",
    "a\t=1.png",
    "a'=1",
]


@pytest.mark.parametrize("name", [*RUN, *NOT_RUN])
def test_a_name_that_a_spreadsheet_would_run_becomes_text(name: str, tmp_path: Path) -> None:
    path, is_run = tmp_path / "out", name in RUN
    write(path, Csv(), name, "z.png")
    shown = f"'{name}" if is_run else name
    assert [row["file"] for row in read_csv(path)] == [shown, "z.png"]
    assert path.read_bytes().split(b"\n", 1)[1].startswith(b"\"'") or not is_run  # none splits it
    assert write(path, Csv(), name, "z.png") == []
    assert write(path, Csv(), f"'{name}") == [f"'{name}"]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("\x1b[31mred\a.png", '"\\x1b[31mred\\x07.png"'),
        ("a\x9b2Jb\0.png", "a\\x9b2Jb\\x00.png"),
        ("exe\u202egnp.png", "exe\\u202egnp.png"),
        ("\a=1+1.png", '"\\x07=1+1.png"'),
        ("new\nline.png", '"new\nline.png"'),
        (NAMES[-1], f'"{NAMES[-1]}"'),
    ],
    ids=["escape and bell", "C1", "direction", "formula", "line break", "not UTF-8"],
)
def test_a_table_holds_no_control_that_a_terminal_obeys_and_is_continued(
    name: str, cell: str, tmp_path: Path
) -> None:
    assert Csv().to_line(result(name)) == f"{cell},7,true,,0.99,\n"
    assert Csv().to_line(failure("a.png", "\x1b]0;title\a")).endswith(',"\\x1b]0;title\\x07"\n')
    path = tmp_path / "out"
    assert write(path, Csv(), name) == [name]
    assert write(path, Csv(), name) == []


def test_a_table_with_controls_of_an_earlier_version_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write(path, Csv(), "a.png")
    path.write_bytes(path.read_bytes().replace(b"a.png", b'"\x1b.png"'))
    assert write(path, Csv(), "\x1b.png", "b.png") == ["b.png"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("-5", "-5"),
        ("-3.14", "-3.14"),
        ("-1.204,50", '"-1.204,50"'),
        ("-5\n-3", '"\'-5 -3"'),
        ("-", "-"),
    ],
)
def test_a_negative_number_stays_a_number_and_two_are_not_subtracted(text: str, cell: str) -> None:
    assert Csv().to_line(result("a.png", text)) == f"a.png,{cell},true,,0.99,\n"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_no_name_begins_a_cell_where_a_spreadsheet_separates_otherwise(separator: str) -> None:
    line = Csv().to_line(result(f"a{separator}=1+1.png"))
    assert next(csv.reader([line], delimiter=separator))[0].startswith(f"a{separator}=1+1.png")


def test_of_a_picture_that_cannot_be_read_the_error_is_a_row_and_no_line_of_text() -> None:
    failed = Result("a.png", {}, 'Not "one".')
    assert Csv().to_line(failed) == 'a.png,,,,,"Not ""one""."\n'
    assert json.loads(Json().to_line(failed)) == {"file": "a.png", "error": 'Not "one".'}
    assert Text().to_line(failed) == ""


def test_a_line_of_text_is_one_line_whatever_the_name_and_the_numbers() -> None:
    assert (
        Text().to_line(result("new\nline\t.png", "37\n95")) == "new\\nline\\t.png\t37 95\tcertain\n"
    )
    assert Csv().to_line(result("a.png", "37\n95")) == "a.png,37 95,true,,0.99,\n"
    assert json.loads(Json().to_line(result("a.png", "37\n95")))["text"] == "37\n95"
