"""How much is read of one picture: digits, pieces of ink, columns of lines, and time."""

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.reading.page.find import Page

MAX_DIGITS = 100  # a full sudoku has 81
MAX_COMPONENTS = 3 * MAX_DIGITS  # few digits have more strokes that do not touch each other
MAX_BOXED = 2.0  # summed area of the components' boxes, over the picture's: digits overlap little
MAX_COLUMNS = 10_000  # of the strips of all lines: a full sudoku's have about 4,000

# Processor time, in seconds, as measured with the slowest pictures that were found: the worst
# exceed the estimate by a fifth, in a photograph of 2.2 million pixels full of noise.
MAX_READING_S = 0.9  # of any picture
DECODED_PIXEL_S = 12e-9  # of a picture as its decoder returns it
PIXEL_S = 320e-9  # of a photograph as it is read, to find its ink and what is left out of it
EVEN_PIXEL_S = 40e-9  # likewise, of a picture for which one threshold is enough
COLUMN_S = 36e-6  # of a strip, to read it and to divide its ink
SEARCHED_COLUMN_S = 17e-6  # besides, to find the likeliest of the texts that are allowed
# Half of a full sudoku's are read in any picture, even if its ink has taken all of the time.
MIN_COLUMNS = 2_000


class TooManyDigits(PictureError):
    """The picture holds more digits, or more pieces of ink, than numbers that are read may have."""

    def __init__(self, found: str) -> None:
        super().__init__(PictureFault.TOO_MANY_DIGITS, f"{found} Cut out a part of it.")


def max_columns(page: Page, *, is_restricted: bool, max_lines_s: float = MAX_READING_S) -> int:
    """Return how many columns the strips of a picture may have together.

    No picture takes longer than another.

    Parameters
    ----------
    page
        The picture.
    is_restricted
        Whether only some texts are allowed.
    max_lines_s
        Longest time for the lines alone, in seconds.
    """
    width_px, height_px = page.reduction.size_px
    pixel_s = EVEN_PIXEL_S if page.is_even else PIXEL_S
    spent_s = DECODED_PIXEL_S * width_px * height_px + pixel_s * page.grey.size
    column_s = COLUMN_S + SEARCHED_COLUMN_S * is_restricted
    n_columns = int(min(max_lines_s, MAX_READING_S - spent_s) / column_s)
    return min(MAX_COLUMNS, max(MIN_COLUMNS, n_columns))
