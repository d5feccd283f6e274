"""The lesson shows the notebook's functions, says where the program's are, and has its digits."""

import gzip
import inspect
import io

import numpy as np
from PIL import Image

from app.config import ROOT
from app.service import lesson
from app.service.lesson import OF_TINY, STEPS
from nn import tiny
from nn.data.lesson_set import load_lesson_set

IN_ORDER = [
    *("data", "sigmoid", "network", "feed-forward", "sgd", "mini-batch", "back-prop"),
    *("cost-derivative", "together", "classifier"),
]


def test_the_steps_are_the_articles_in_its_order_and_each_function_is_where_its_step_says() -> None:
    sources = lesson.functions_of_steps()
    assert list(STEPS) == list(sources) == IN_ORDER
    assert [each.name for each in sources["sgd"]] == ["sgd", "Network.sgd"]
    for step, functions in STEPS.items():
        in_short = [getattr(tiny, name) for name in (OF_TINY.get(step),) if name]
        for shown, function in zip(sources[step], [*in_short, *functions], strict=True):
            lines = (ROOT / shown.path).read_text().splitlines()
            first = inspect.getsource(function).splitlines()[0]
            assert lines[shown.line - 1].strip() == first.strip()


def test_the_articles_functions_are_shown_in_the_few_lines_of_the_notebook() -> None:
    codes = lesson.short_functions()
    assert list(codes) == IN_ORDER
    for step, name in OF_TINY.items():
        assert codes[step].startswith(inspect.getsource(getattr(tiny, name)).rstrip())
    assert max(len(code.splitlines()) for code in codes.values()) <= 20


def test_the_sheet_has_ten_of_each_digit_to_learn_from_and_below_them_ten_held_back() -> None:
    sheet = np.asarray(Image.open(io.BytesIO(lesson.digits())))
    assert sheet.shape == (560, 280)
    for half, part in enumerate(load_lesson_set()):  # to train with, and of other writers to test
        for row, column in ((0, 0), (3, 7), (9, 9)):
            shown = sheet[280 * half + 28 * row :, 28 * column :][:28, :28]
            place = 10 * row + column
            assert part.labels[place] == column
            np.testing.assert_array_equal(shown, part.images[place])


def test_the_lesson_set_is_inflated_once() -> None:
    assert gzip.decompress(lesson.learning_set()) == lesson.inflated_learning_set()
    assert lesson.inflated_learning_set() is lesson.inflated_learning_set()


def test_the_page_that_trains_gets_the_whole_lesson_set_labels_first() -> None:
    sent = np.frombuffer(gzip.decompress(lesson.learning_set()), np.uint8)
    labels, images = sent[:14_000], sent[14_000:].reshape(-1, 28, 28)
    parts = load_lesson_set()
    np.testing.assert_array_equal(labels, np.concatenate([part.labels for part in parts]))
    np.testing.assert_array_equal(images, np.concatenate([part.images for part in parts]))
