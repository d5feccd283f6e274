"""Digits of real numbers as the reader cuts them out."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from nn.data.numbers import RealNumber
from nn.training import real_digits
from nn.training.real_digits import cut_out_digits

SEVEN, ONE = [(0, 0), (14, 0), (5, 24)], [(0, 6), (6, 0), (6, 24)]


def number(text: str, shown: str | None = None) -> RealNumber:
    """Return a photographed number (44, W) between two rules, labelled by a text."""
    shown = shown or text
    width = 30 + 24 * len(shown)
    grey = np.full((44, width), 200, np.uint8)
    grey[:, :3] = grey[-3:] = 90
    for place, digit in enumerate(shown):
        strokes = SEVEN if digit == "7" else ONE
        points = np.array([(18 + 24 * place + x, 9 + y) for x, y in strokes])
        cv2.polylines(grey, [points], False, 60, 3, cv2.LINE_AA)
    noise = np.random.default_rng(0).normal(0, 2, grey.shape)
    whole = (0, 0, width, 44)
    return RealNumber(np.rint(grey + noise).astype(np.uint8), text, whole)


@pytest.fixture
def few_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One number of registers, one of weather sheets that is labelled wrongly, one Swiss digit."""
    texts = {
        "load_registers": number("7.17", "717"),
        "load_weather": number("17", "71"),
        "load_swiss_digits": number("7"),
    }
    for name, each in texts.items():
        monkeypatch.setattr(real_digits, name, lambda split, folder, each=each: iter([each]))


def test_digits_of_a_number_are_those_that_are_written_and_of_one_misread_none(
    few_numbers: None,
) -> None:
    digits = cut_out_digits(24, 0, Path(), np.random.default_rng(0))
    assert len(digits) % 3 == 0 and 9 <= len(digits) <= 54
    assert digits.labels.tolist() == [7, 1, 7] * (len(digits) // 3)
    assert (digits.images.max(axis=(1, 2)) > 200).all()
    assert len(np.unique(digits.images, axis=0)) == len(digits)  # each time in another way


def test_a_single_digit_is_cut_out_as_one(few_numbers: None) -> None:
    digits = cut_out_digits(0, 6, Path(), np.random.default_rng(0))
    assert digits.labels.tolist() == [7] * 6
    ink = digits.images / 255
    assert (ink[:, :4].max() == 0) and (ink[:, :, :4].max() == 0)  # no rule is in it


def test_without_any_no_data_are_needed() -> None:
    assert len(cut_out_digits(0, 0, None, np.random.default_rng(0))) == 0
