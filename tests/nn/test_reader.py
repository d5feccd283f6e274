"""The Python API: any kind of picture in, what is read out."""

import io
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from nn.decoding.errors import PictureError, PictureFault
from nn.models.weights import WeightsError
from nn.reader import MAX_BYTES, Reader, Reading, Restriction, load
from nn.reading.restriction import Misfit

EXAMPLES = Path("static/examples")
SEVEN, NUMBER = EXAMPLES / "seven.png", EXAMPLES / "number.jpg"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load()


def test_a_reading_says_what_is_certain_and_what_was_not_read(reader: Reader) -> None:
    reading = reader.read(NUMBER)
    assert (reading.text, reading.number, reading.is_certain) == ("5379", "5379", True)
    assert [digit.digit for digit in reading.digits] == [5, 3, 7, 9]
    assert all(digit.is_certain and digit.confidence > 0.98 for digit in reading.digits)
    assert list(reading.left_out) == []
    assert not reader.read(EXAMPLES / "letter.png").is_certain


@pytest.mark.parametrize(
    "picture",
    [
        str(SEVEN),
        SEVEN,
        SEVEN.read_bytes(),
        Image.open(SEVEN),
        np.asarray(Image.open(SEVEN).convert("L")),
        np.asarray(Image.open(SEVEN).convert("RGB")),
        np.asarray(Image.open(SEVEN).convert("RGBA")),
        ImageOps.invert(Image.open(SEVEN).convert("L")),
    ],
    ids=["text", "path", "bytes", "picture", "grey", "RGB", "RGBA", "light on dark"],
)
def test_a_picture_may_come_in_any_form(picture: Any, reader: Reader) -> None:
    assert reader.read(picture).text == "7"
    assert reader.read_digit(picture).digits[0].digit == 7


def read_as(reader: Reader, **allowed: Any) -> Reading:
    return reader.read(NUMBER, Restriction(**allowed))


def test_of_a_list_the_likeliest_text_is_read_and_doubted_where_none_fits(reader: Reader) -> None:
    reading = read_as(reader, values=["5319", "5379", "1204", "379"])
    assert (reading.text, reading.number, reading.is_certain) == ("5379", "5379", True)
    assert reading.matches[0].alternatives[0][0] == "5319"
    without = read_as(reader, values=["5319", "1204"])
    assert (without.text, without.is_certain) == ("5319", False)
    assert without.matches[0].misfit is Misfit.NONE_FITS


def test_a_pattern_or_check_digits_that_do_not_fit_are_doubted(reader: Reader) -> None:
    assert read_as(reader, pattern=r"\d{4}").is_certain
    for allowed in ({"pattern": r"\d{5}"}, {"check": "luhn"}, {"maximum": 5000}):
        reading = read_as(reader, **allowed)
        assert reading.text != "5379"
        assert not reading.is_certain


def test_a_text_of_a_short_list_is_certain_though_a_digit_alone_is_not(reader: Reader) -> None:
    strict = load(certain_at=0.9999)
    assert not strict.read(NUMBER).is_certain
    assert strict.read(NUMBER, Restriction(values=["5379", "1204"])).is_certain


def test_a_picture_without_an_allowed_text_is_read_as_it_is_and_not_certain(reader: Reader) -> None:
    reading = reader.read(SEVEN, Restriction(values=["-,-,-,-"]))
    assert (reading.text, reading.is_certain, reading.matches) == ("7", False, [None])


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


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((28, 28)),
        np.zeros(784, np.uint8),
        np.zeros((28, 28, 2), np.uint8),
        np.zeros((0, 28), np.uint8),
    ],
    ids=["float64", "flat", "two channels", "empty"],
)
def test_an_array_that_is_no_picture_is_refused_with_its_type(array: Any, reader: Reader) -> None:
    with pytest.raises(PictureError, match=r"uint8 \(H, W\)") as caught:
        reader.read(array)
    assert f"{array.dtype} {array.shape}" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", PictureFault.EMPTY_PICTURE),
        (b"text", PictureFault.NOT_A_PICTURE),
        (NUMBER.read_bytes()[:5000], PictureFault.DAMAGED_PICTURE),
    ],
    ids=["empty", "text", "cut off"],
)
def test_bytes_that_are_no_picture_are_refused(
    content: bytes, fault: PictureFault, reader: Reader
) -> None:
    with pytest.raises(PictureError) as caught:
        reader.read(content)
    assert caught.value.fault is fault


def test_a_blank_picture_and_several_digits_where_one_is_read_are_refused(reader: Reader) -> None:
    with pytest.raises(PictureError) as caught:
        reader.read(Image.new("L", (100, 100), "white"))
    assert caught.value.fault is PictureFault.NO_DIGIT_FOUND


def test_a_colour_gradient_has_no_ink_and_is_not_called_blank(reader: Reader) -> None:
    red = np.broadcast_to(np.linspace(0, 255, 200), (200, 200))
    gradient = np.stack([red, red.T, 255 - red], axis=-1).astype(np.uint8)
    with pytest.raises(PictureError, match="No ink was found: ") as caught:
        reader.read(gradient)
    assert "blank" not in str(caught.value)
    with pytest.raises(PictureError, match="holds 4 digits") as caught:
        reader.read_digit(NUMBER)
    assert caught.value.fault is PictureFault.SEVERAL_DIGITS


def test_a_file_of_a_terabyte_is_not_read_into_memory(reader: Reader, tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(10**12)  # of which the disk holds nothing
    with pytest.raises(PictureError, match=f"{MAX_BYTES:,} bytes"):
        reader.read(tmp_path / "large.png")


def test_boxes_of_a_picture_turned_by_exif_are_those_of_the_upright_one(reader: Reader) -> None:
    upright = Image.open(NUMBER)
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    turned.save(file, "PNG", exif=exif)
    (first, *_), (other, *_) = reader.read(upright).digits, reader.read(file.getvalue()).digits
    assert np.allclose(first.box, other.box, atol=2)
    assert reader.read(Image.open(file)).digits[0].box == other.box


def test_a_reading_is_printed_without_its_pixels(reader: Reader) -> None:
    assert "array" not in repr(reader.read(SEVEN))


def test_a_network_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="there are article, convnet, mlp"):
        load("nonesuch")
    with pytest.raises(WeightsError, match="there are none"):
        load(models=tmp_path)
    (tmp_path / "convnet.npz").symlink_to("/dev/zero")
    with pytest.raises(WeightsError, match=r"convnet\.json: cannot be read"):
        load(models=tmp_path)


def test_another_network_and_another_threshold_are_used() -> None:
    assert load("article").read(SEVEN).text == "7"
    assert not load(certain_at=1.0).read(SEVEN).is_certain
