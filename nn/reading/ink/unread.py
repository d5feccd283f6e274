"""All the writing of a picture that its ink lacks."""

from nn.reading.ink.edge import ink_cut_in_drawing, ink_cut_in_photograph
from nn.reading.ink.extract import Sheet
from nn.reading.ink.faint import faint_ink
from nn.reading.ink.threshold import EvenInk
from nn.reading.left_out import LeftOut


def unread_ink(sheet: Sheet) -> list[LeftOut]:
    """Return ink that an edge cuts, and what is too pale to be read, though of a digit's size.

    Boxes are in pixels of the ink.
    """
    source = sheet.source
    if isinstance(source, EvenInk):
        return [*ink_cut_in_drawing(source), *faint_ink(source)]
    return ink_cut_in_photograph(source.components, source.is_ink)
