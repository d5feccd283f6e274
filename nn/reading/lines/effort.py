"""How many columns of lines are read in a picture, so that no picture takes longer than another.

The seconds are processor time, as measured with the slowest pictures that were found: the worst
exceed the estimate by a fifth, in a photograph of 2.2 million pixels full of noise.
"""

from nn.reading.page.find import Sheet
from nn.reading.page.light import EvenInk

MAX_READING_S = 0.9  # of any picture
DECODED_PIXEL_S = 12e-9  # of a picture as its decoder returns it
PIXEL_S = 320e-9  # of a photograph as it is read, to find its ink and what is left out of it
EVEN_PIXEL_S = 40e-9  # likewise, of a picture for which one threshold is enough
COLUMN_S = 36e-6  # of a strip, to read it and to divide its ink
SEARCHED_COLUMN_S = 17e-6  # besides, to find the likeliest of the texts that are allowed

# A full sudoku's strips have about 4,000 columns. Half as many are read in any picture, even if its
# ink has taken all of the time.
MAX_COLUMNS, MIN_COLUMNS = 10_000, 2_000


def max_columns(sheet: Sheet, *, is_restricted: bool, max_lines_s: float = MAX_READING_S) -> int:
    """Return how many columns the strips of a picture may have together.

    Parameters
    ----------
    sheet
        The picture.
    is_restricted
        Whether only some texts are allowed.
    max_lines_s
        Longest time for the lines alone, in seconds.
    """
    width_px, height_px = sheet.reduction.size_px
    pixel_s = EVEN_PIXEL_S if isinstance(sheet.source, EvenInk) else PIXEL_S
    spent_s = DECODED_PIXEL_S * width_px * height_px + pixel_s * sheet.grey.size
    column_s = COLUMN_S + SEARCHED_COLUMN_S * is_restricted
    n_columns = int(min(max_lines_s, MAX_READING_S - spent_s) / column_s)
    return min(MAX_COLUMNS, max(MIN_COLUMNS, n_columns))
