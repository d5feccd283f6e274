"""The Python API: any kind of picture in, what is read out."""

import io
import json
import os
import pickle
import shutil
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageOps

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.models.weights import WeightsError
from nn.reader import MAX_BYTES, Reader, Reading, Restriction, load, predict, read, read_many
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


@pytest.mark.parametrize("name", ["seven.png", "number.jpg", "decimal.png", "page.webp"])
def test_readings_of_one_picture_are_equal_light_and_survive_pickling(
    name: str, reader: Reader
) -> None:
    reading = reader.read(EXAMPLES / name)
    pickled = pickle.dumps(reading)
    assert pickle.loads(pickled) == reader.read(EXAMPLES / name) == reading
    assert len(pickled) < 50_000
    assert reading != reader.read(EXAMPLES / "letter.png")


def test_a_pickled_reader_reads_the_same(reader: Reader) -> None:
    assert pickle.loads(pickle.dumps(reader)).read(NUMBER) == reader.read(NUMBER)


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


@pytest.mark.parametrize("picture", ["a.jpg", Path("a.jpg"), b"GIF89a", Image.new("L", (9, 9))])
def test_one_picture_is_no_list_of_pictures(picture: Any, reader: Reader) -> None:
    with pytest.raises(TypeError, match=r"Expected a list of pictures, but got one picture \("):
        reader.read_many(picture)


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
    for other in (7, [[0, 255]], io.StringIO("7")):
        with pytest.raises(TypeError, match=f"but got {type(other).__name__}"):
            reader.read(other)  # type: ignore[arg-type]


def test_many_pictures_get_their_readings_and_errors_in_order(reader: Reader) -> None:
    seven, gone, text, number = reader.read_many(iter([SEVEN, "gone.png", b"text", NUMBER]))
    assert [found.text for found in (seven, number) if isinstance(found, Reading)] == ["7", "5379"]
    assert (type(gone), type(text)) == (FileNotFoundError, PictureError)


def test_the_default_network_reads_without_being_loaded_first() -> None:
    assert read(SEVEN).text == "7"
    assert predict(SEVEN).digit == 7
    assert [repr(each) for each in read_many([SEVEN])] == [repr(read(SEVEN))]


@pytest.mark.parametrize("certain_at", [-0.1, 1.1, float("nan")])
def test_a_confidence_outside_0_to_1_is_refused(certain_at: float) -> None:
    with pytest.raises(ValueError, match=f"from 0 to 1, but is {certain_at}"):
        load(certain_at=certain_at)


@pytest.mark.parametrize("risk", [0.0009, 0.051, float("nan")])
def test_a_risk_outside_its_limits_is_refused(risk: float) -> None:
    with pytest.raises(ValueError, match=f"from 0.001 to 0.05, but is {risk}"):
        load(risk=risk)


def test_results_are_short_in_print_and_the_same_after_pickling(reader: Reader) -> None:
    reading, predicted = reader.read(NUMBER), reader.predict(SEVEN)
    assert repr(predicted) == "Reading(text='7', confidence=0.9988, certain=True)"
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
        ("tailed", "1", ""),  # in no frame is a 1 likely
        ("tailed", "9", ""),  # it is in no line, and no digit to the network
        ("letter", "4", ""),
        ("seven", "-,-,-,-", ""),
        ("decimal", "314", "314"),  # 3.14 is written
    ],
)
def test_a_neighbouring_text_is_doubted(name: str, allowed: str, text: str, reader: Reader) -> None:
    reading = reader.read(EXAMPLES / f"{name}.png", Restriction([allowed]))
    assert (reading.text, reading.certain) == (text, False)


@pytest.mark.timeout(20)
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
