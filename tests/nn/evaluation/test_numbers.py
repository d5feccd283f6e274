from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from nn.data.digits import Digits
from nn.data.pendigits import PenDigit
from nn.evaluation import numbers as number_bench
from nn.evaluation.numbers import Result, edit_distance, find_numbers, measure, read, rows, table
from nn.evaluation.pages.kinds import Kind, Style, kinds, write_page
from nn.evaluation.pages.numbers import NumberPicture, write_with_pen
from nn.evaluation.tables import share
from nn.models.weights import Model
from nn.reading.ink.grey import Reduction
from nn.reading.mnist_format import NoInk
from nn.reading.numbers.types import DetectedDigit, TooManyDigits

ONE, SEVEN = np.array([[0.0, 0], [5, 100]]), np.array([[0.0, 0], [60, 0], [20, 100]])
PEN_DIGITS = [PenDigit(1, 1, [ONE]), PenDigit(7, 1, [SEVEN])]
PICTURE = NumberPicture(
    Image.new("L", (100, 60), "white"), ("17",), (((10, 10, 20, 40), (60, 10, 20, 40)),), False
)


def rng(seed=1):
    return np.random.default_rng(seed)


def model(**metadata):
    """Return a model that gives every picture the same activations."""
    network = SimpleNamespace(
        activations=lambda inputs: np.full((len(inputs), 10), 0.1, np.float32)
    )
    return Model(network, metadata)


def found(digit, box):
    activations = np.zeros(10, np.float32)
    activations[digit] = 1
    return DetectedDigit(box, np.zeros((28, 28), np.uint8), activations, is_cut=False)


@pytest.fixture
def reading(monkeypatch):
    """Return a list, to be filled with the lines of digits that are found in any picture."""
    lines = []
    reduction = Reduction((100, 60), 2, (0, 0))
    sheet = SimpleNamespace(ink=np.zeros((30, 50), np.float32), reduction=reduction)
    monkeypatch.setattr(number_bench, "find_ink", lambda picture: sheet)
    monkeypatch.setattr(number_bench, "read_lines", lambda ink, classify: lines)
    return lines


def result(written, read, is_touching=False, n_false=0, seconds=0.5):
    return Result((written,), (read,), is_touching, n_false, seconds)


@pytest.mark.parametrize(
    ("written", "read", "n_edits"),
    [
        ("2026", "2026", 0),
        ("", "", 0),
        ("2026", "", 4),
        ("", "2026", 4),
        ("2026", "2076", 1),  # one changed
        ("2026", "226", 1),  # one left out
        ("2026", "20726", 1),  # one put in
        ("2026", "0262", 2),  # the first left out, another put in at the end
        ("123", "321", 2),
    ],
)
def test_an_edit_is_a_digit_changed_left_out_or_put_in(written, read, n_edits):
    assert edit_distance(written, read) == n_edits
    assert edit_distance(read, written) == n_edits


def test_a_row_tells_numbers_digits_false_ones_and_seconds():
    results = [
        result("123", "123", seconds=0.1),
        result("1234", "1284", n_false=1, seconds=0.2),
        result("123", "1213", n_false=2, seconds=0.9),
    ]
    kind = Kind(None, 3)
    # Two edits over ten digits.
    assert rows("a kind", kind, results) == [
        f"| a kind (3) | {share(1, 3)} | 80.00 % of 10 | 3 | 0.200 | 0.900 |"
    ]


def test_a_mixed_kind_has_a_row_for_numbers_that_touch_and_one_for_the_others():
    results = [result("12", "12"), result("12", "17"), result("12", "12", is_touching=True)]
    first, apart, touching = rows("a kind", Kind(None, 3, is_split=True), results)
    assert first.startswith(f"| a kind (3) | {share(2, 3)} |")
    assert apart.startswith(f"| ... no digits touching (2) | {share(1, 2)} |")
    assert touching.startswith(f"| ... digits touching (1) | {share(1, 1)} |")
    (_, only) = rows("a kind", Kind(None, 2, is_split=True), results[:2])
    assert only.startswith("| ... no digits touching (2) |")


def test_what_a_model_has_learnt_from_is_said_so():
    assert rows("a kind", Kind(None, 1200), None) == [
        "| a kind (1,200) | (learnt) | (learnt) | (learnt) | (learnt) | (learnt) |"
    ]


def test_a_table_has_a_column_for_each_cell_of_its_rows():
    row = rows("a kind", Kind(None, 1), [result("12", "12")])
    lines = table("convnet", row).splitlines()
    assert lines[0].startswith("| convnet reads numbers | read whole | digits right |")
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2:] == row


def test_digits_found_where_none_is_written_are_false(reading):
    # A pixel of ink is two of the picture: the first two lie on the digits, the third beside them.
    reading.append([found(1, (5, 5, 10, 20)), found(4, (30, 5, 10, 20)), found(0, (45, 2, 4, 4))])
    answer = read(model(), PICTURE)
    assert answer.read == ("140",)
    assert answer.written == ("17",)
    assert answer.n_false == 1
    assert answer.seconds >= 0


def test_several_lines_are_read_from_top_to_bottom(reading):
    reading += [[found(1, (5, 5, 10, 20))], [found(7, (30, 5, 10, 20)), found(7, (30, 5, 10, 20))]]
    assert read(model(), PICTURE).read == ("1", "77")


@pytest.mark.parametrize("error", [NoInk("blank"), TooManyDigits("noise")])
def test_a_picture_that_cannot_be_read_has_no_numbers(reading, monkeypatch, error):
    def refuse(ink, classify):
        raise error

    monkeypatch.setattr(number_bench, "read_lines", refuse)
    assert find_numbers(model(), PICTURE.picture) == []
    assert read(model(), PICTURE).read == ()


@pytest.fixture
def two_kinds(monkeypatch):
    """Leave two kinds, one of the pen's and one of MNIST's; return what was made."""
    made = []

    def make(generator):
        made.append(generator.random())
        return PICTURE

    few = {"pen": Kind(make, 2), "MNIST": Kind(make, 3, is_pen=False)}
    monkeypatch.setattr(
        number_bench, "load_pendigits", lambda data: [*PEN_DIGITS, PenDigit(1, 2, [ONE])]
    )
    monkeypatch.setattr(number_bench, "kinds", lambda digits, test: few)
    return made


def test_every_model_reads_the_same_pictures_and_has_a_table(reading, two_kinds):
    reading.append([found(1, (5, 5, 10, 20)), found(7, (30, 5, 10, 20))])
    models = {"a": model(data={"writers_held_back": 1}), "b": model(data={"writers_held_back": 0})}
    first, second = measure(models, Digits(np.zeros((0, 28, 28)), np.zeros(0)), None, 1).split(
        "\n\n"
    )
    assert f"| pen (2) | {share(2, 2)} | 100.00 % of 4 | 0 |" in first
    assert "| pen (2) | (learnt) |" in second
    for text in (first, second):
        assert f"| MNIST (3) | {share(3, 3)} | 100.00 % of 6 | 0 |" in text
    # Each kind starts from the same seed, and each picture is made once for both models.
    assert len(two_kinds) == 5
    assert two_kinds[:2] == two_kinds[2:4]


def test_nothing_is_made_that_no_model_may_read(reading, two_kinds):
    measure({"b": model(data={"writers_held_back": 0})}, None, None, 1)
    assert len(two_kinds) == 3


def pen(lengths, generator, **how):
    return write_with_pen(PEN_DIGITS, lengths, generator, **how)


@pytest.mark.parametrize("seed", range(5))
def test_numbers_that_are_to_touch_do(seed):
    assert write_page(pen, Style(spacings=("touching",)), rng(seed)).is_touching


def test_pages_have_as_many_lines_and_digits_as_their_style_says():
    style = Style(n_digits=(3, 4), n_lines=(1, 2), spacings=("apart",))
    pages = [write_page(pen, style, rng(seed)) for seed in range(20)]
    assert {len(page.lines) for page in pages} == {1, 2}
    assert {len(line) for page in pages for line in page.lines} == {3, 4}


def test_slanting_lines_are_not_level():
    style = Style(n_digits=(6, 6), spacings=("apart",), slanting=1)
    slopes = []
    for seed in range(10):
        boxes = np.array(write_page(pen, style, rng(seed)).boxes[0], float)
        slopes.append(np.polyfit(boxes[:, 0], boxes[:, 1] + boxes[:, 3] / 2, 1)[0])
    assert np.abs(slopes).min() > 0.03
    assert min(slopes) < 0 < max(slopes)


def test_every_kind_makes_pictures_with_their_truth():
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 4:24, 12:16] = 255
    every = kinds(PEN_DIGITS, Digits(images, np.array([1], np.uint8)))
    assert any(kind.is_pen for kind in every.values())
    assert not all(kind.is_pen for kind in every.values())
    for name, kind in every.items():
        if "12 megapixels" in name:  # seconds each
            continue
        picture = kind.make(rng())
        assert set("".join(picture.lines)) <= set("17"), name
        assert [len(line) for line in picture.lines] == [len(line) for line in picture.boxes], name
        for x, y, width, height in (box for line in picture.boxes for box in line):
            assert width > 0 and height > 0, name
            assert x < picture.picture.width and y < picture.picture.height, name


def test_a_photograph_of_12_megapixels_lies_on_its_side():
    make = kinds(PEN_DIGITS, None)["photographs of 12 megapixels, turned by EXIF"].make
    assert make.keywords["side_px"] == 4000
    picture = make(rng(), side_px=400)
    assert picture.picture.size == (300, 400)
    # Its boxes are those of the upright picture, 400 wide.
    assert 200 < max(x + width for line in picture.boxes for x, _, width, _ in line) < 400
