"""All the writing of a picture that its ink lacks."""

from nn.reading.ink.edge import ink_cut_in_drawing, ink_cut_in_photograph
from nn.reading.ink.extract import Sheet
from nn.reading.ink.faint import LEAST_BESIDE, faint_ink
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut
from nn.reading.mnist_format import INK_LEVEL


def unread_ink(sheet: Sheet, *, is_of_one_digit: bool = False) -> list[LeftOut]:
    """Return what is of a digit's size, but was rejected, cut by an edge, or too pale to be read.

    Boxes are in pixels of the ink. In a picture of one digit, other writing is not read either.
    """
    source = sheet.source
    if isinstance(source, EvenInk):
        least = LEAST_BESIDE if is_of_one_digit else INK_LEVEL
        return [*ink_cut_in_drawing(source), *faint_ink(source, least)]
    rejected = sheet.digit_left_out if is_of_one_digit else sheet.left_out
    return [*rejected, *ink_cut_in_photograph(source.components, source.is_ink)]
