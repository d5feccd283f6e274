"""The Python API: any kind of picture in, what is read out."""

import io
import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

from nn.bulk.items import Item, opened
from nn.bulk.result_job import ResultJob
from nn.bulk.workers import read_in_order
from nn.decoding.files import MAX_BYTES
from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture
from nn.decoding.scans import Scan, open_scan
from nn.models.weights import WeightsError
from nn.reader import (
    Found,
    FoundJob,
    Reader,
    Reading,
    Restriction,
    load,
    predict,
    read,
    read_many,
)
from nn.reading.doubts import Misfit
from tests.drawing import turned_file

EXAMPLES = Path("static/examples")
SEVEN, NUMBER = EXAMPLES / "seven.png", EXAMPLES / "number.jpg"
GREY = np.asarray(Image.open(SEVEN).convert("L"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load()


def test_a_reading_says_what_is_certain_and_what_was_not_read(reader: Reader) -> None:
    reading = reader.read(NUMBER)
    assert (reading.text, reading.number, reading.certain) == ("5379", "5379", True)
    assert [digit.digit for digit in reading.digits] == [5, 3, 7, 9]
    assert all(digit.certain and digit.confidence > 0.98 for digit in reading.digits)
    assert list(reading.left_out) == []
    assert not reader.read(EXAMPLES / "letter.png").certain


def test_what_is_of_one_digit_says_so_where_there_are_several(reader: Reader) -> None:
    reading = reader.read(NUMBER)
    for name in ("digit", "activations", "image"):
        with pytest.raises(ValueError, match="The picture holds 4 digits: digits lists them"):
            getattr(reading, name)


def test_a_reader_says_its_network_and_risk(reader: Reader) -> None:
    assert repr(reader) == "Reader(name='convnet', risk=0.003)"


@pytest.mark.parametrize("allowed", [{"values": ["72"]}, ["72"], "72"])
def test_what_is_no_restriction_is_named(allowed: Any, reader: Reader) -> None:
    for call in (reader.read, read, lambda *a: reader.read_many([a[0]], a[1])):
        with pytest.raises(TypeError, match=f"restriction.*but got {type(allowed).__name__}"):
            call(NUMBER, allowed)


def test_a_list_in_the_place_of_a_picture_is_for_another_function(reader: Reader) -> None:
    with pytest.raises(TypeError, match="but got list: read_many reads several"):
        reader.read([NUMBER])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["seven.png", "number.jpg", "decimal.png", "page.webp"])
def test_readings_of_one_picture_are_equal_light_and_survive_pickling(
    name: str, reader: Reader
) -> None:
    reading = reader.read(EXAMPLES / name)
    pickled = pickle.dumps(reading)
    assert pickle.loads(pickled) == reader.read(EXAMPLES / name) == reading
    assert len(pickled) < 50_000
    assert reading != reader.read(EXAMPLES / "letter.png")


def test_a_pickled_reader_reads_the_same_and_has_the_weights_once(reader: Reader) -> None:
    pickled = pickle.dumps(reader)
    assert pickle.loads(pickled).read(NUMBER) == reader.read(NUMBER)
    assert len(pickled) < 7_000_000  # of 1.4 million weights of 4 bytes


def test_three_thousand_readings_take_less_than_100_mb(reader: Reader) -> None:
    reader.read(NUMBER)
    tracemalloc.start()
    readings = [reader.read(NUMBER) for _ in range(30)]
    n_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_bytes * 3_000 / len(readings) < 100_000_000


def test_a_line_has_its_text_with_its_marks_its_box_and_its_certainty(reader: Reader) -> None:
    (line,) = reader.read(EXAMPLES / "decimal.png").lines
    assert (line.text, line.number, line.certain) == ("3.14", "314", True)
    assert line.confidence == min(digit.confidence for digit in line.digits) > 0.9
    left, top, width, height = line.box
    for each in (*line.digits, *line.marks):
        x, y, wide, high = each.box
        assert left <= x and top <= y and x + wide <= left + width and y + high <= top + height
    assert repr(line).startswith("Line(text='3.14', confidence=0.99")


@pytest.mark.parametrize("address", ["https://example.com/a.jpg", Path("http://example.com/a.jpg")])
def test_an_address_of_the_web_says_what_to_do(address: str | Path, reader: Reader) -> None:
    with pytest.raises(OSError, match="download the picture, and give its bytes or its path"):
        reader.read(address)


ONE = ["a.jpg", Path("a.jpg"), b"GIF89a", Image.new("L", (9, 9)), GREY, np.zeros((9, 9, 3)),
       io.BytesIO(b"GIF89a")]  # fmt: skip


@pytest.mark.parametrize("picture", ONE, ids=lambda picture: type(picture).__name__)
def test_one_picture_is_no_list_of_pictures(picture: Any, reader: Reader) -> None:
    with pytest.raises(TypeError, match=r"Expected a list of pictures, but got one picture \("):
        reader.read_many(picture)


def test_what_is_no_list_of_pictures_and_no_number_of_processes_is_refused(reader: Reader) -> None:
    with pytest.raises(TypeError, match="Expected a list of pictures, but got NoneType"):
        read_many(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="processes must be 1 or more, but is 0"):
        reader.read_many([SEVEN], processes=0)
    with pytest.raises(TypeError, match=r"Expected a path, bytes, .* but got int"):
        list(reader.read_many([SEVEN, 7]))  # type: ignore[list-item]


@pytest.mark.parametrize(
    "picture",
    [
        str(SEVEN),
        SEVEN,
        SEVEN.read_bytes(),
        Image.open(SEVEN),
        GREY,
        np.asarray(Image.open(SEVEN).convert("RGB")),
        np.asarray(Image.open(SEVEN).convert("RGBA")),
        ImageOps.invert(Image.open(SEVEN).convert("L")),
        bytearray(SEVEN.read_bytes()),
        memoryview(SEVEN.read_bytes()),
        GREY[:, :, np.newaxis],
        GREY > 127,
        GREY / 255,
        GREY.astype(np.float16) / 255,
        GREY.astype(np.uint16) << 8,
        (GREY.astype(np.uint16) << 8).astype(">u2"),
    ],
    ids=[
        *("text", "path", "bytes", "picture", "grey", "RGB", "RGBA", "light on dark", "bytearray"),
        *("memoryview", "one channel", "bool", "float", "half", "uint16", "big-endian"),
    ],
)
def test_a_picture_may_come_in_any_form(picture: Any, reader: Reader) -> None:
    assert reader.read(picture).text == "7"
    assert reader.predict(picture).digit == 7


def test_a_file_of_bytes_may_be_read_and_another_thing_is_named(reader: Reader) -> None:
    with SEVEN.open("rb") as file:
        assert reader.read(file).text == "7"
    for other in (7, [[0, 255]], io.StringIO("7"), io.TextIOWrapper(io.BytesIO(b"\xff"))):
        with pytest.raises(TypeError, match=f"but got {type(other).__name__}"):
            reader.read(other)  # type: ignore[arg-type]
    written = io.BytesIO(SEVEN.read_bytes())
    written.seek(0, io.SEEK_END)
    with pytest.raises(PictureError, match=r"seek\(0\) goes back"):
        reader.read(written)


def test_many_pictures_get_their_readings_and_errors_in_order(reader: Reader) -> None:
    pictures = [SEVEN, "gone.png", b"text", NUMBER, GREY, io.BytesIO(SEVEN.read_bytes())]
    names, found = zip(*reader.read_many(iter(pictures)), strict=True)
    assert names == (str(SEVEN), "gone.png", "3", str(NUMBER), "5", "6")
    texts = [each.text if isinstance(each, Reading) else type(each) for each in found]
    assert texts == ["7", FileNotFoundError, PictureError, "5379", "7", "7"]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_program_may_use_an_array_or_an_open_picture_again(
    processes: int, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_in_order, "__defaults__", (-1,))  # alone_s
    pictures = [GREY, np.asarray(Image.open(EXAMPLES / "neat.png").convert("L"))] * 3
    frames = io.BytesIO()
    first, *others = map(Image.fromarray, pictures)
    first.save(frames, "TIFF", save_all=True, append_images=others)

    def refilled() -> Iterator[NDArray[np.uint8]]:
        array = np.zeros_like(GREY)
        for picture in pictures:
            array[:] = picture
            yield array

    expected = [reader.read(picture).text for picture in pictures]
    assert len(set(expected)) == 2
    for again in (refilled(), ImageSequence.Iterator(Image.open(frames))):
        found = [found for _, found in reader.read_many(again, processes=processes)]
        assert [isinstance(each, Reading) and each.text for each in found] == expected


def test_arrays_of_a_list_are_read_together_and_those_that_may_change_one_at_a_time(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, together = list[int](), FoundJob.read

    def read(job: FoundJob, items: Sequence[Item]) -> list[Found]:
        sizes.append(len(items))
        return together(job, items)

    monkeypatch.setattr(FoundJob, "read", read)
    for pictures, expected in (
        ([GREY] * 20, [1, 2, 4, 8, 5]),
        (np.stack([GREY] * 7), [1, 2, 4]),
        (iter([GREY] * 3), [1, 1, 1]),
    ):
        sizes.clear()
        found = [found for _, found in reader.read_many(pictures)]
        assert {isinstance(each, Reading) and each.text for each in found} == {"7"}
        assert sizes == expected


@pytest.mark.parametrize("processes", [1, 2])
def test_what_comes_before_an_error_of_the_program_is_read(
    processes: int, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_in_order, "__defaults__", (-1,))  # alone_s

    def pictures() -> Iterator[bytes]:
        yield from [SEVEN.read_bytes()] * 5
        raise RuntimeError("the camera is gone")

    reading = reader.read_many(pictures(), processes=processes)
    assert len(list(islice(reading, 5))) == 5
    with pytest.raises(RuntimeError, match="the camera is gone"):
        next(reading)


def test_a_file_that_cannot_be_read_is_named_among_the_others(reader: Reader) -> None:
    class Torn(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            raise OSError("torn")

    found = [found for _, found in reader.read_many([SEVEN, Torn(), SEVEN])]
    assert [getattr(each, "text", str(each)) for each in found] == ["7", "torn", "7"]


def test_an_error_holds_nothing_of_what_was_read(reader: Reader) -> None:
    for _, error in reader.read_many(["gone.png", b"cut", NUMBER.read_bytes()[:5000]]):
        assert isinstance(error, Exception)
        assert (error.__traceback__, error.__context__, error.__cause__) == (None, None, None)


def test_other_processes_read_the_same_in_the_same_order(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_in_order, "__defaults__", (-1,))  # alone_s
    strict, fitting = load(risk=0.001), Restriction(values=["5379", "7"])
    pictures = [SEVEN, "gone.png", b"text", NUMBER, GREY, Image.open(SEVEN)] * 3
    alone, together = (list(strict.read_many(pictures, fitting, processes=n)) for n in (1, 2))
    assert list(map(repr, together)) == list(map(repr, alone))
    assert [found for _, found in together if isinstance(found, Reading)] == [
        found for _, found in alone if isinstance(found, Reading)
    ]
    fault = next(found for name, found in together if name == "3")
    assert isinstance(fault, PictureError)
    assert fault.fault is PictureFault.NOT_A_PICTURE


def test_a_scan_is_opened_once_for_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Image.new("L", (30, 30 + number)) for number in range(6)]
    for name in ("a.tif", "b.tif"):
        pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:])
    n_opened = Counter[bytes]()

    def counted(data: bytes) -> AbstractContextManager[Scan]:
        n_opened[data] += 1
        return open_scan(data)

    monkeypatch.setattr("nn.bulk.items.open_scan", counted)
    names = [f"{tmp_path}/{name} page {n}" for name in ("a.tif", "b.tif") for n in range(1, 8)]
    found = [item.content for item in opened(Item(place, name) for place, name in enumerate(names))]
    sizes = [page.size.height_px if isinstance(page, Picture) else str(page) for page in found]
    assert sizes == [*range(30, 36), "Expected a page from 1 to 6, but got 7."] * 2
    assert n_opened.total() == 2


def test_a_program_without_a_guard_is_told_to_have_one(tmp_path: Path) -> None:
    program = f"""
from nn import reader
reader.read_in_order.__defaults__ = (-1,)
print(len(list(reader.read_many(["{SEVEN.resolve()}"] * 3, processes=2))))
"""
    (tmp_path / "program.py").write_text(program)
    command = [sys.executable, tmp_path / "program.py"]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "a program needs if __name__ == '__main__':" in ended.stderr.splitlines()[-1]
    guarded = program.replace("print", "if __name__ == '__main__': print")
    (tmp_path / "program.py").write_text(guarded)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("3\n", "")


def test_what_is_read_together_is_what_is_read_alone(reader: Reader) -> None:
    job = ResultJob(reader)
    names = [str(path) for path in sorted(EXAMPLES.glob("*.png"))] + [str(NUMBER)]
    items = [Item(place, name) for place, name in enumerate(names + names[::-1], 1)]
    together = [result for at in range(0, len(items), 8) for result in job.read(items[at : at + 8])]
    assert [each.name for each in together] == [item.name for item in items]
    # To the last bit, whatever else is in a group: also after a kill, or by another worker.
    assert job.read(items[3::5]) == together[3::5]
    assert job.read([items[7]]) == [together[7]]
    for name, result in zip(names, together, strict=False):
        alone = reader.read(name)
        assert (result.members["text"], result.members["doubt"]) == (alone.text, alone.doubt)
        activations = [digit["activations"] for digit in result.members["digits"]]
        expected = [digit.activations for digit in alone.digits]
        np.testing.assert_allclose(activations, expected, atol=5e-6)  # of rounding


def test_of_a_folder_all_pictures_are_read_and_an_empty_one_is_named(
    reader: Reader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    for name in ("b.png", "a.png", "notes.txt", ".hidden.png"):
        shutil.copy(SEVEN, tmp_path / "full" / name)
    folders = [tmp_path / "empty", tmp_path / "full"]
    (empty, error), *found = reader.read_many(folders, progress=True)
    assert (empty, str(error)) == (
        str(folders[0]),
        f"[Errno 2] The folder holds no picture.: {empty!r}",
    )
    assert [Path(name).name for name, _ in found] == ["a.png", "b.png"]
    assert "3/3" in capsys.readouterr().err


def test_the_default_network_reads_without_being_loaded_first() -> None:
    assert read(SEVEN).text == "7"
    assert predict(SEVEN).digit == 7
    assert list(read_many([SEVEN])) == [(str(SEVEN), read(SEVEN))]


@pytest.mark.parametrize("risk", [0.0009, 0.051, float("nan")])
def test_a_risk_outside_its_limits_is_refused(risk: float) -> None:
    with pytest.raises(ValueError, match=f"from 0.001 to 0.05, but is {risk}"):
        load(risk=risk)


def test_results_are_short_in_print_and_the_same_after_pickling(reader: Reader) -> None:
    reading, predicted = reader.read(NUMBER), reader.predict(SEVEN)
    assert repr(predicted).startswith("Reading(text='7', confidence=0.99")
    assert repr(reading.digits[0]).startswith("Digit(digit=5, confidence=0.99")
    assert repr(reading).startswith("Reading(text='5379', confidence=0.99")
    for result in (reading, predicted):
        assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()


@pytest.mark.parametrize("route", ["/predict", "/read"])
def test_results_have_the_answers_members(route: str, reader: Reader, client: FlaskClient) -> None:
    path = EXAMPLES / "messy.png"
    answer = client.post(route, data=path.read_bytes(), content_type="image/png").get_json()
    for with_more in (answer, *answer.get("digits", ())):
        for added in ("model", "message", "image"):
            with_more.pop(added, None)
    result = reader.predict(path) if route == "/predict" else reader.read(path)
    members = json.loads(json.dumps(result.to_dict()))
    if route == "/predict":
        members = members["digits"][0] | members
        members = {name: members[name] for name in answer}
    assert members == answer


def read_as(reader: Reader, **allowed: Any) -> Reading:
    return reader.read(NUMBER, Restriction(**allowed))


def test_of_a_list_the_likeliest_text_is_read_and_doubted_where_none_fits(reader: Reader) -> None:
    reading = read_as(reader, values=["5319", "5379", "1204", "379"])
    assert (reading.text, reading.number, reading.certain) == ("5379", "5379", True)
    assert reading.matches[0].alternatives[0][0] == "5319"
    without = read_as(reader, values=["5319", "1204"])
    assert (without.text, without.certain) == ("5319", False)
    assert without.matches[0].misfit is Misfit.NONE_FITS


def test_a_pattern_or_check_digits_that_do_not_fit_are_doubted(reader: Reader) -> None:
    assert read_as(reader, pattern=r"\d{4}").certain
    for allowed in ({"pattern": r"\d{5}"}, {"check": "luhn"}, {"maximum": 5000}):
        reading = read_as(reader, **allowed)
        assert reading.text != "5379"
        assert not reading.certain


def test_two_numbers_side_by_side_are_never_certainly_one_that_is_allowed(reader: Reader) -> None:
    number = Image.open(NUMBER).convert("RGB")
    both = Image.new("RGB", (2 * number.width, number.height))
    both.paste(number, (0, 0))
    both.paste(number, (number.width, 0))
    for restriction in (Restriction(["53795379"]), Restriction(pattern=r"\d{8}")):
        reading = reader.read(both, restriction)
        assert (reading.text, reading.certain) == ("53795379", False)


@pytest.mark.parametrize(
    ("name", "allowed", "text"),
    [
        ("angular", "5", "5"),
        ("messy", "4", "4"),
        ("tailed", "1", "1"),  # what is written is a 9 to the network of lines alone
        ("tailed", "9", "9"),
        ("letter", "4", "4"),
        ("decimal", "314", "314"),  # 3.14 is written
    ],
)
def test_a_neighbouring_text_is_doubted(name: str, allowed: str, text: str, reader: Reader) -> None:
    reading = reader.read(EXAMPLES / f"{name}.png", Restriction([allowed]))
    assert (reading.text, reading.certain) == (text, False)


def test_a_file_that_becomes_a_pipe_while_it_is_opened_is_not_waited_for(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(OSError, match="Pipes, sockets and devices are not read"):
        reader.read(tmp_path / "a.png")
    monkeypatch.setattr(stat, "S_ISREG", lambda _: True)  # as it was before
    with pytest.raises(PictureError, match="has 0 bytes"):
        reader.read(tmp_path / "a.png")


ARRAYS = {
    "int64": np.zeros((28, 28), np.int64),
    "uint32": np.zeros((28, 28), np.uint32),
    "complex": np.zeros((28, 28), complex),
    "flat": np.zeros(784, np.uint8),
    "4 dimensions": np.zeros((2, 28, 28, 3), np.uint8),
    "two channels": np.zeros((28, 28, 2), np.uint8),
    "empty": np.zeros((0, 28), np.uint8),
}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_an_array_that_is_no_picture_is_refused_with_its_type(array: Any, reader: Reader) -> None:
    with pytest.raises(PictureError, match=r"Expected an array \(H, W\)") as caught:
        reader.read(array)
    assert f"but got {array.dtype} {array.shape}" in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, -0.5, 255.0])
def test_floats_outside_0_to_1_are_refused_with_their_range(value: float, reader: Reader) -> None:
    array = np.ones((28, 28))
    array[3, 4] = value
    shown = f"float64 from {array.min():g} to {array.max():g}"
    with pytest.raises(PictureError, match=f"float from 0 to 1, but got {shown}"):
        reader.read(array)


RED = np.broadcast_to(np.linspace(0, 255, 200), (200, 200))
GRADIENT = np.stack([RED, RED.T, 255 - RED], axis=-1).astype(np.uint8)
REFUSED: dict[str, tuple[Any, PictureFault]] = {
    "empty": (b"", PictureFault.EMPTY_PICTURE),
    "text": (b"text", PictureFault.NOT_A_PICTURE),
    "cut off": (NUMBER.read_bytes()[:5000], PictureFault.DAMAGED_PICTURE),
    "blank": (Image.new("L", (100, 100), "white"), PictureFault.NO_DIGIT_FOUND),
    "a colour gradient": (GRADIENT, PictureFault.NO_DIGIT_FOUND),
    "no pixels": (Image.new("L", (0, 0)), PictureFault.EMPTY_PICTURE),
}


@pytest.mark.parametrize(("picture", "fault"), REFUSED.values(), ids=REFUSED)
def test_what_shows_no_digits_is_refused(picture: Any, fault: PictureFault, reader: Reader) -> None:
    with pytest.raises(PictureError) as caught:
        reader.read(picture)
    assert caught.value.fault is fault
    assert "blank" not in str(caught.value) or picture is not GRADIENT


def test_several_digits_where_one_is_read_are_refused(reader: Reader) -> None:
    with pytest.raises(PictureError, match="holds 4 digits") as caught:
        reader.predict(NUMBER)
    assert caught.value.fault is PictureFault.SEVERAL_DIGITS


def test_a_file_of_a_terabyte_is_not_read_into_memory(reader: Reader, tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(10**12)  # of which the disk holds nothing
    with pytest.raises(PictureError, match=f"{MAX_BYTES:,} bytes"):
        reader.read(tmp_path / "large.png")


def test_boxes_of_a_picture_turned_by_exif_are_those_of_the_upright_one(reader: Reader) -> None:
    upright = Image.open(NUMBER)
    file = turned_file(upright, image_format="PNG")
    (first, *_), (other, *_) = reader.read(upright).digits, reader.read(file).digits
    assert np.allclose(first.box, other.box, atol=2)
    assert reader.read(Image.open(io.BytesIO(file))).digits[0].box == other.box


def test_a_network_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="there are article, convnet, mlp"):
        load("nonesuch")
    with pytest.raises(WeightsError, match="has no network 'lines': there are article, convnet"):
        load("lines")  # it reads no digit
    with pytest.raises(WeightsError, match="there are none"):
        load(models=tmp_path)
    (tmp_path / "convnet.npz").symlink_to("/dev/zero")
    with pytest.raises(WeightsError, match=r"convnet\.json: cannot be read"):
        load(models=tmp_path)


def test_another_network_and_another_risk_are_used() -> None:
    assert load("article").read(SEVEN).text == "7"
    pictures = sorted(EXAMPLES.glob("*.png"))
    n_certain = [
        sum(load(risk=risk).read(picture).certain for picture in pictures) for risk in (0.001, 0.05)
    ]
    assert n_certain[0] < n_certain[1]


def test_a_network_is_found_in_the_folder_of_all_trainings_or_the_folder_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "article").mkdir()
    for suffix in (".npz", ".json"):
        shutil.copy(f"models/article{suffix}", tmp_path / "article")
    assert load("article", tmp_path).predict("static/examples/seven.png").digit == 7
    with pytest.raises(WeightsError, match=r"'convnet': there are article\. Name one of these, or"):
        load("convnet", tmp_path)
    (tmp_path / "article").rename(tmp_path / "mine")
    expected = (
        f"{tmp_path} has no network 'article': there are none. Name the folder {tmp_path}/mine."
    )
    with pytest.raises(WeightsError) as raised:
        load("article", tmp_path)
    assert str(raised.value) == expected
