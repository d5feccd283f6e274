from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from nn.models import strings
from nn.models.weights import load
from nn.reading.mnist_format import to_inputs
from nn.reading.numbers import lattice
from nn.reading.numbers import read_lines as module
from nn.reading.numbers.components import Component
from nn.reading.numbers.read_lines import find_separate_digits, read_lines
from nn.reading.numbers.strips import n_frames, strip_reader
from nn.reading.numbers.types import MAX_DIGITS, NumberReading, TooManyDigits
from nn.reading.numbers.working_size import box_in

PEN_PX = 9
# Strokes by points, x and y in pixels, of digits 100 px high.
STROKES = {
    "0": [[(30, 0), (8, 18), (0, 50), (8, 84), (30, 100), (52, 84), (60, 50), (52, 18), (30, 0)]],
    "1": [[(10, 0), (8, 100)]],
    "4": [[(14, 0), (0, 60), (62, 60)], [(46, 30), (42, 100)]],
    "5": [[(12, 0), (6, 44), (34, 40), (52, 60), (44, 90), (20, 100), (0, 92)], [(12, 0), (52, 0)]],
    "5 broken": [
        [(10, 16), (6, 48), (34, 42), (52, 62), (44, 90), (20, 100), (0, 92)],
        [(16, 0), (56, -2)],
    ],
    "7": [[(0, 0), (56, 0), (20, 100)]],
    "7 crossed": [[(0, 0), (56, 0), (20, 100)], [(14, 52), (58, 50)]],
    "0 slashed": [
        [(30, 0), (8, 18), (0, 50), (8, 84), (30, 100), (52, 84), (60, 50), (52, 18), (30, 0)],
        [(-2, 104), (62, -4)],
    ],
}


@cache
def network():
    return load(Path("models/convnet.npz")).network


def classify(images):
    return network().activations(to_inputs(images))


def page(*digits, shape=(300, 700)):
    """Ink of digits: name, x and y of its box."""
    ink = np.zeros(shape, np.uint8)
    for name, x, y in digits:
        for stroke in STROKES[name]:
            points = np.add(stroke, (x, y)).astype(np.int32)
            cv2.polylines(ink, [points], False, 255, PEN_PX, cv2.LINE_AA)
    return ink.astype(np.float32) / 255


@cache
def read_strip():
    model = strings.load(Path("models"))
    return strip_reader(model.network.activations)


def read(ink):
    return [line.number for line in read_lines(ink, classify).lines]


def test_digits_are_read_from_left_to_right_with_their_boxes() -> None:
    (line,) = read_lines(page(("7", 220, 60), ("4", 50, 70), ("0", 130, 65)), classify).lines
    assert line.number == "407"
    left = PEN_PX // 2
    for found, (x, y) in zip(line.digits, [(50, 70), (130, 65), (220, 60)], strict=True):
        assert found.box[:2] == pytest.approx((x - left, y - left), abs=2)
        assert found.box[3] == pytest.approx(100 + PEN_PX, abs=3)
        assert found.image.shape == (28, 28)
        assert found.image.max() == 255


@pytest.mark.parametrize(
    "name, digit",
    [("5 broken", "5"), ("4", "4"), ("7 crossed", "7"), ("0 slashed", "0")],
)
def test_a_digit_in_two_strokes_stays_together(name, digit) -> None:
    assert read(page(("1", 40, 60), (name, 90, 60), ("1", 190, 60))) == [f"1{digit}1"]


@pytest.mark.parametrize("overlap_px", [0, 4])
@pytest.mark.parametrize("number", ["50", "00", "5040"])
def test_digits_that_touch_are_cut(number, overlap_px) -> None:
    widths_px = {"5": 52, "0": 60, "4": 62}
    digits, x = [], 50
    for digit in number:
        digits.append((digit, x, 60))
        x += widths_px[digit] + PEN_PX - overlap_px
    ink = page(*digits)
    assert cv2.connectedComponents((ink > 0.2).astype(np.uint8))[0] == 2  # paper, and one component
    assert read(ink) == [number]


def test_large_digits_are_read_as_small_ones_are_with_boxes_in_the_pictures_pixels() -> None:
    ink = page(("4", 50, 60), ("7", 200, 60))
    large = cv2.resize(ink, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).clip(0, 1)
    assert read(large) == read(ink) == ["47"]
    for found, small in zip(
        read_lines(large, classify).digits, read_lines(ink, classify).digits, strict=True
    ):
        assert found.box == pytest.approx([4 * side for side in small.box], abs=8)


def test_lines_that_slant_are_read_from_the_top() -> None:
    ink = page(*[("4", 40 + 90 * n, 20 + 14 * n) for n in range(5)])
    ink = np.maximum(ink, page(*[("7", 40 + 90 * n, 140 + 14 * n) for n in range(5)]))
    assert read(ink) == ["44444", "77777"]


def test_specks_and_straight_lines_are_left_out() -> None:
    ink = page(("7", 50, 60), ("0", 150, 60))
    ink[150:154, 110:114] = 1
    ink[190:194, 20:600] = 1
    assert read(ink) == ["70"]


def test_a_dot_that_is_no_digit_is_left_out() -> None:
    ink = page(("7", 50, 60), ("0", 170, 60))
    cv2.circle(ink, (135, 155), 10, 1.0, -1)
    assert read(ink) == ["70"]


def test_one_digit_is_a_number() -> None:
    assert read(page(("5", 50, 60))) == ["5"]


def test_empty_ink_holds_no_lines_and_is_not_classified() -> None:
    def refuse(images):
        raise AssertionError("there is nothing to read")

    assert read_lines(np.zeros((100, 100), np.float32), refuse) == NumberReading([], [])


def test_noise_is_refused_before_anything_is_read() -> None:
    ink = np.zeros((400, 400), np.float32)
    ink[::4, ::4] = 1

    def refuse(images):
        raise AssertionError("10,000 specks are no number")

    with pytest.raises(TooManyDigits, match="10000 separate pieces"):
        read_lines(ink, refuse)


def test_more_digits_than_the_bound_are_refused() -> None:
    ones = [("1", 30 + 60 * (n % 17), 20 + 120 * (n // 17)) for n in range(MAX_DIGITS + 1)]

    def certain(images):
        return np.tile(np.eye(10)[1], (len(images), 1))

    with pytest.raises(TooManyDigits, match=f"{MAX_DIGITS + 1} digits; at most {MAX_DIGITS}"):
        read_lines(page(*ones, shape=(800, 1060)), certain)
    assert len(read_lines(page(*ones[:-1], shape=(800, 1060)), certain).digits) == MAX_DIGITS


def test_joined_up_scribble_costs_no_more_readings_than_the_bound() -> None:
    rng = np.random.default_rng(1)
    ink = np.zeros((1200, 1200), np.float32)
    for top in range(20, 1150, 60):
        x = np.arange(10, 1190, 7)
        y = top + 15 + rng.integers(-15, 16, len(x))
        cv2.polylines(ink, [np.stack([x, y], axis=1).astype(np.int32)], False, 1.0, 2)
    n_read = []

    def doubt(images):
        n_read.append(len(images))
        return np.full((len(images), 10), 0.1)

    with pytest.raises(TooManyDigits, match="more than 30 digits' width"):
        read_lines(ink, doubt)
    assert sum(n_read) < MAX_DIGITS


def test_more_pieces_than_a_picture_may_have_digits_are_not_all_classified() -> None:
    ink = np.zeros((200, 300), np.float32)
    for number in range(MAX_DIGITS + 1):
        row, column = divmod(number, 20)
        ink[30 * row + 5 : 30 * row + 25, 14 * column + 5 : 14 * column + 9] = 1
    with pytest.raises(TooManyDigits, match="101 pieces of ink as high as digits"):
        find_separate_digits(ink, lambda images: pytest.fail("It was classified."))


def test_a_box_that_ends_at_half_a_pixel_of_the_reduced_ink_is_found() -> None:
    ink = np.zeros((499, 499), np.float32)
    ink[200:245, 200:245] = 1
    digit = Component(50, 50, np.ones((11, 11), np.float32))  # 62 * 499 / 124 is 249.5
    assert box_in(ink, digit, (124, 124)) == (200, 200, 45, 45)


@pytest.mark.parametrize("other_limit", ["MAX_PAIRS", "MAX_HYPOTHESES"])
def test_broad_bars_which_could_be_cut_anywhere_are_refused(
    other_limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, other_limit, 1_000_000)
    ink = np.zeros((2600, 1000), np.float32)
    for top in range(200, 2600, 400):
        ink[top : top + 200, 50:950] = 1
        ink[top + 90 : top + 110, 60:940] = 0  # so that they are no straight lines
    with pytest.raises(TooManyDigits, match="ways into digits"):
        read_lines(ink, classify)


def test_a_digit_that_was_cut_from_its_neighbour_is_marked_as_cut() -> None:
    ink = np.zeros((60, 120), np.float32)
    ink[10:50, 20:26] = 1
    ink[10:50, 60:66] = ink[10:50, 84:90] = 1
    ink[28:32, 60:90] = 1  # joins the last two

    def ones(images):
        # Sure of a 1 where a picture is slim, and of nothing elsewhere.
        is_slim = np.array([np.ptp(np.nonzero(image.max(axis=0) > 60)[0]) < 14 for image in images])
        return np.where(is_slim[:, None], np.eye(10)[1], 0.1)

    line = read_lines(ink, ones).digits
    assert not line[0].is_cut
    assert all(found.is_cut for found in line[1:])
    assert len(line) == 3


@pytest.mark.parametrize(("cost", "number"), [(0.4, "11"), (9.0, "0")])
def test_a_ligature_is_neither_a_digit_nor_left_out(
    cost: float, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lattice, "LIGATURE_COST", cost)
    ink = np.zeros((80, 120), np.float32)
    ink[10:70, 30:36] = ink[10:70, 84:90] = 1
    ink[38:43, 30:90] = ink[36:45, 55:65] = 1  # thinnest at two places

    def ones(images):
        # Sure of a 1 where a picture is slim, and of nothing elsewhere.
        is_slim = np.array([np.ptp(np.nonzero(image.max(axis=0) > 60)[0]) < 10 for image in images])
        return np.where(is_slim[:, None], np.eye(10)[1], 0.1)

    reading = read_lines(ink, ones)
    assert [line.number for line in reading.lines] == [number]
    assert reading.left_out == []


def test_each_image_is_classified_once() -> None:
    images: list[bytes] = []

    def count(batch: np.ndarray) -> np.ndarray:
        images.extend(image.tobytes() for image in batch)
        return classify(batch)

    assert len(read_lines(page(("7", 50, 60), ("5", 150, 60), ("0", 206, 60)), count).digits) >= 2
    assert len(images) == len(set(images))


def test_a_clear_digit_is_classified_once() -> None:
    batches = []

    def count(batch: np.ndarray) -> np.ndarray:
        batches.append(len(batch))
        return classify(batch)

    (digit,) = read_lines(page(("5", 50, 60)), count).digits
    assert batches == [1]
    assert np.array_equal(classify(digit.image[np.newaxis])[0], digit.activations)


def test_separate_digits_are_found_without_cutting() -> None:
    apart, touching = page(("5", 50, 60), ("0", 150, 60)), page(("5", 50, 60), ("0", 106, 60))
    found = find_separate_digits(apart, classify)
    assert [int(digit.activations.argmax()) for digit in found] == [5, 0]
    assert find_separate_digits(touching, classify) == []


def test_what_holds_one_component_as_high_as_a_digit_is_not_classified_again() -> None:
    def refuse(images: np.ndarray) -> np.ndarray:
        raise AssertionError("one digit was classified before")

    ink = page(("7", 50, 60))
    ink[100:108, 200:208] = 1  # a dot
    assert find_separate_digits(ink, refuse) == []


def side_by_side(first, second, ends, gap_px):
    """Ink of two digits, and of a line between points of their boxes."""
    width_px = max(x for stroke in STROKES[first] for x, _ in stroke)
    left = 60 + width_px + gap_px
    ink = page((first, 60, 60), (second, left, 60), shape=(220, 260))
    if ends:
        ligature = np.add(ends, [(60, 60), (left, 60)]).astype(np.int32)
        cv2.polylines(ink, [ligature], False, 1, PEN_PX, cv2.LINE_AA)
    return ink


@pytest.mark.parametrize(
    ("first", "second", "ends", "gap_px", "alone"),
    [
        ("7", "4", [(50, 95), (6, 50)], 14, "714"),  # the ligature looks like a 1
        ("5", "7", [], -8, "51"),
    ],
    ids=["joined", "touching"],
)
def test_touching_digits_are_read_right_with_the_network_of_strings(
    first, second, ends, gap_px, alone
):
    ink = side_by_side(first, second, ends, gap_px)
    assert read(ink) == [alone]
    (line,) = read_lines(ink, classify, read_strip()).lines
    assert line.number == first + second
    assert all(digit.is_cut for digit in line.digits)


def test_digits_that_do_not_touch_are_read_without_the_network_of_strings() -> None:
    def refuse(strip):
        raise AssertionError("read again")

    ink = page(("7", 50, 60), ("4", 150, 60), ("0", 250, 60))
    assert [line.number for line in read_lines(ink, classify, refuse).lines] == ["740"]


def pair_of_ones(is_joined):
    """Ink of two lines side by side, and what classifies every piece of it as a doubtful 1."""
    ink = np.zeros((200, 300), np.float32)
    ink[50:150, 100:110] = ink[50:150, 160:170] = 1
    if is_joined:
        ink[100:108, 100:170] = 1
    return ink


def seven_for_each_half(strip):
    """Two 7s, each in the middle of a half of the strip."""
    frames = np.full((n_frames(strip.shape[1]), 11), 0.001)
    frames[:, 10] = 0.99
    for at in (len(frames) // 4, len(frames) - 1 - len(frames) // 4):
        frames[at] = 0.001
        frames[at, 7] = 0.99
    return frames


def doubtful_ones(images):
    activations = np.full((len(images), 10), 0.02)
    activations[:, 1], activations[:, 7] = 0.6, 0.24
    return activations


def test_a_digit_that_was_cut_is_what_both_networks_together_find_likeliest() -> None:
    (line,) = read_lines(pair_of_ones(is_joined=True), doubtful_ones, seven_for_each_half).lines
    assert line.number == "77"
    assert all(digit.is_cut for digit in line.digits)
    assert all(np.isclose(digit.activations.sum(), 1) for digit in line.digits)


def test_a_digit_that_was_not_cut_keeps_its_activations() -> None:
    (line,) = read_lines(pair_of_ones(is_joined=False), doubtful_ones, seven_for_each_half).lines
    assert line.number == "11"
    assert [digit.activations.max() for digit in line.digits] == [0.6, 0.6]


def test_the_activations_of_a_cut_digit_are_its_own_where_both_networks_agree() -> None:
    def ones(strip):
        return seven_for_each_half(strip)[:, [0, 7, 2, 3, 4, 5, 6, 1, 8, 9, 10]]

    (line,) = read_lines(pair_of_ones(is_joined=True), doubtful_ones, ones).lines
    assert line.number == "11"
    assert [digit.activations.max() for digit in line.digits] == [0.6, 0.6]
