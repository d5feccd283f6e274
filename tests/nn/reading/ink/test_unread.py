from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn.reading.ink.extract import Sheet, find_ink
from nn.reading.ink.grey import reduction_of
from nn.reading.ink.photo import PhotoSegmentation, segment_ink
from nn.reading.ink.unread import unread_ink
from nn.reading.left_out import LeftOut, Why


def drawn(*bars: tuple[tuple[int, int, int, int], int]) -> list[Why]:
    """Return what is not read of bars, each x, y, width and height, and its grey level."""
    picture = Image.new("L", (200, 140), "white")
    for (x, y, width, height), level in bars:
        picture.paste(level, (x, y, x + width, y + height))
    return [each.why for each in unread_ink(find_ink(picture))]


def test_of_a_drawing_what_an_edge_cuts_and_what_is_faint_is_not_read() -> None:
    inside = ((50, 20, 10, 100), 0)
    assert drawn(inside) == []
    assert drawn(inside, ((160, 30, 40, 8), 0)) == [Why.CUT_BY_EDGE]
    assert drawn(inside, ((120, 20, 10, 40), 200)) == [Why.FAINT]


def test_of_a_photograph_what_an_edge_cuts_is_not_read() -> None:
    grey: Any = np.full((240, 240), 200, np.uint8)
    grey[100:140, 100:108] = grey[100:108, 60:100] = 20
    picture = Image.fromarray(grey)
    whole = Sheet(grey, reduction_of(picture), segment_ink(grey))
    assert unread_ink(whole) == []

    grey[0:60, 150:158] = 20
    cut = Sheet(grey, reduction_of(picture), segment_ink(grey))
    assert [each.why for each in unread_ink(cut)] == [Why.CUT_BY_EDGE]


def test_in_a_photograph_of_one_digit_other_writing_is_not_read() -> None:
    grey: Any = np.full((240, 240), 200, np.uint8)
    grey[90:150, 100:108] = grey[90:98, 60:100] = 20
    grey[20:70, 180:188] = grey[20:28, 150:180] = 20
    sheet = Sheet(grey, reduction_of(Image.fromarray(grey)), segment_ink(grey))
    assert unread_ink(sheet) == []
    beside = unread_ink(sheet, is_of_one_digit=True)
    assert [each.why for each in beside] == [Why.BESIDE_THE_DIGIT]


def test_what_was_rejected_in_a_photograph_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    grey: Any = np.full((240, 240), 200, np.uint8)
    grey[90:150, 100:108] = grey[90:98, 60:100] = 20
    sheet = Sheet(grey, reduction_of(Image.fromarray(grey)), segment_ink(grey))
    rejected = [LeftOut((0, 0, 9, 9), Why.NO_PAPER)]
    monkeypatch.setattr(PhotoSegmentation, "find_rejected", lambda self: rejected)
    assert unread_ink(sheet) == unread_ink(sheet, is_of_one_digit=True) == rejected


def test_in_a_drawing_of_one_digit_paler_ink_beside_it_is_not_read() -> None:
    picture = Image.new("L", (200, 140), "white")
    picture.paste(0, (50, 20, 60, 120))
    picture.paste(170, (120, 20, 130, 120))
    sheet = find_ink(picture)
    assert unread_ink(sheet) == []
    assert [each.why for each in unread_ink(sheet, is_of_one_digit=True)] == [Why.FAINT]
