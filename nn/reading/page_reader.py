"""Any picture -> a ``Reading``, one way down: its page, the lines on it, their signs, judged.

A picture that is plainly one digit goes straight from its page to the network of digits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import dist, inf

import numpy as np

from nn.decoding.picture_errors import PictureError, PictureFault
from nn.decoding.picture_files import Picture
from nn.reading.allowed import Restriction
from nn.reading.certainty import (
    are_surely_several,
    is_number,
    judge_digit,
    judge_match,
    judge_number,
    without_repeats,
)
from nn.reading.certainty_model import RISK, Certainty, Features, checked_features
from nn.reading.class_sheet.markers import shows_sheet
from nn.reading.doubts import NO_MATCH, Doubt, Match, Misfit, ReasonNotRead
from nn.reading.limits import MAX_READING_S, TooManyDigits, max_columns
from nn.reading.lines.find import is_one_line
from nn.reading.lines.look_alikes import is_struck_out, may_be_two
from nn.reading.lines.signs import Classify, ReadLines, read_lines
from nn.reading.lines.strip import ReadStrip
from nn.reading.mnist import Pixels, to_inputs
from nn.reading.page.drawing import MIN_DRAWING_PX
from nn.reading.page.find import Page, find_page, unread_ink
from nn.reading.page.segment import Segment, Segmentation
from nn.reading.reading import Activations, Box, Digit, LeftOut, Line, Reading, rounded

# What stands for the agreement of the network of lines where that does not count: less than is
# usual of right answers, 0.998, with which more doodles would be certain.
ALONE_AGREEMENT = 0.9
MAX_SLIP = 0.3  # longer side of a slip of the pen or a speck, over the digit's longer side


@dataclass(frozen=True)
class PageReader:
    """Reads pages by a network of digits and the network of lines.

    Attributes
    ----------
    activations
        Returns the first network's activations (N, 10) for inputs (N, 784).
    read_strip
        The network of lines.
    certainty
        Judges which answers are certain. What is read does not depend on its risk.
    segment
        Finds the pen in a scan or a photograph, or else one threshold does.
    max_lines_s
        Longest time to read the lines of a picture, in seconds.
    """

    activations: Classify
    read_strip: ReadStrip
    certainty: Certainty
    segment: Segment | None = None
    max_lines_s: float = MAX_READING_S

    def find_page(self, picture: Picture) -> Page:
        """Return the ink on a picture, or raise NoInk if there is none or only specks."""
        return find_page(picture, self.segment)

    def classify(self, images: Pixels) -> Activations:
        """Return the activations (N, 10) for images (N, 28, 28)."""
        return self.activations(to_inputs(images))

    def read(
        self,
        page: Page,
        *,
        one_digit: bool = False,
        refuse_several: bool = True,
        allowed: Restriction | None = None,
        activations: Activations | None = None,
    ) -> Reading:
        """Return what a picture holds: one digit, or numbers in lines.

        Parameters
        ----------
        page
            As ``find_page`` returns it.
        one_digit
            Whether the picture is of one digit: other writing is beside it.
        refuse_several
            Whether several digits are then an error.
        allowed
            Which texts a line may hold, if not any: each line is read as the likeliest of them.
        activations
            (10,): for ``page.image``, if they are known.

        Raises
        ------
        PictureError
            When it shows no digit, too many, several where one is read, or a class sheet.
        """
        if not page.is_even and shows_sheet(page.grey):
            detail = "The picture shows a class sheet: open it as one, or cut a part of it out."
            raise PictureError(PictureFault.CLASS_SHEET, detail)
        if page.is_plain and not allowed:
            digit = self._as_digit(page, None, activations)
            if digit.certain_from <= RISK:
                return digit
            activations = np.array(digit.activations)
        most = max_columns(page, is_restricted=bool(allowed), max_lines_s=self.max_lines_s)
        try:
            found = read_lines(page, self.activations, self.read_strip, allowed, most)
        except TooManyDigits:
            if one_digit:
                return self._as_digit(page, None, activations)
            raise
        if len(found.digits) == 1 and is_struck_out(page.crossed_digit):
            (line,) = found.lines
            struck = replace(line.digits[0], may_be_other=True)
            found = replace(found, lines=[replace(line, digits=[struck])])
        if one_digit:
            digit = self._as_digit(page, found, activations)
            may_be_several = refuse_several and (digit.doubt or page.has_more_than_digit)
            if may_be_several and are_surely_several(found.digits, self.certainty.at(RISK)):
                detail = f"The picture holds {len(found.digits)} digits, but one is read here."
                raise PictureError(PictureFault.SEVERAL_DIGITS, detail)
            return digit
        if not found.lines and page.has_more_than_digit:
            detail = "Nothing in the picture looks like a digit and is as large as one."
            raise PictureError(PictureFault.NO_DIGIT_FOUND, detail)
        piece_px = None if page.is_in_pieces or is_one_line(page) else page.digit_box[2:]
        if (found.lines and allowed) or is_number(found.lines, piece_px):
            return self._as_number(page, found, allowed)
        digit = self._as_digit(page, found, activations)
        return _as_allowed(digit, allowed) if allowed else digit

    def _as_digit(
        self, page: Page, found: ReadLines | None, activations: Activations | None
    ) -> Reading:
        """Return the one digit; ``found`` are the lines, None if they are not read.

        Only a plain digit is certain without them, and none that a line strikes out.
        """
        if activations is None:
            (activations,) = self.classify(page.image[np.newaxis])
        digit = Digit(rounded(activations), page.image, page.digit_box)
        left_out = unread_ink(page, is_of_one_digit=True)
        checked, strip = None, 0
        if found is not None:
            nearest = _nearest(page, found.digits)
            of_digits = [(each, line.strip) for line in found.lines for each in line.digits]
            strip = next((number for each, number in of_digits if each is nearest), 0)
            # What is beside a photographed digit may be too pale to be ink.
            if nearest and not (page.is_even and not page.is_in_pieces):
                beside = _beside(page, found, nearest)
                left_out += [LeftOut(box, ReasonNotRead.BESIDE_THE_DIGIT) for box in beside]
            agreement = None if nearest is None else nearest.agreement
            if nearest and nearest.digit != digit.digit:
                agreement = 0.0
            if nearest and self.certainty.is_alone:
                agreement = ALONE_AGREEMENT
            checked = checked_features(digit.activations, agreement, len(found.digits))
        doubt, certain_from = judge_digit(digit.activations, self.certainty, checked)
        may_be_other = is_struck_out(page.crossed_digit)
        may_be_other |= page.is_in_pieces and may_be_two(page.digit)
        if (found is None and not page.is_plain) or may_be_other:
            doubt, certain_from = doubt or Doubt.UNCLEAR, inf
        line = Line([replace(digit, doubt=doubt)], strip=strip)
        return _in_picture(page, found, [line], doubt, certain_from, left_out, checked)

    def _as_number(self, page: Page, found: ReadLines, allowed: Restriction | None) -> Reading:
        if allowed:
            if len(found.digits) == 1 and is_struck_out(page.crossed_digit):
                (line,) = found.lines
                struck = replace(line.digits[0], may_be_other=True)
                found = replace(found, lines=[replace(line, digits=[struck])])
            judged = [judge_match(line, self.certainty, allowed) for line in found.lines]
            lines, certain_from = [line for line, _ in judged], max(least for _, least in judged)
            doubt = None if certain_from <= self.certainty.risk else Doubt.UNCLEAR
        else:
            lines, doubt, certain_from = judge_number(found.lines, self.certainty)
        # In the scan of a line the network of lines has read everything.
        is_read_whole = is_one_line(page) and not isinstance(page.source, Segmentation)
        left_out = [] if is_read_whole else unread_ink(page)
        # Small ink may be a degree, a prime or a semicolon, without which the number is another.
        others = (*found.left_out, *found.small)
        left_out += [LeftOut(box, ReasonNotRead.NOT_A_DIGIT) for box in others]
        return _in_picture(page, found, lines, doubt, certain_from, left_out, is_number=True)


def _as_allowed(digit: Reading, allowed: Restriction) -> Reading:
    """Return the digit of a picture without a line as a doubtful text, if it may be that."""
    match = NO_MATCH
    if digit.doubt is not Doubt.NOT_A_DIGIT and allowed.allows(digit.text):
        chance = digit.confidence
        match = Match(digit.text, chance, 1 - chance, (), Misfit.NONE_FITS)
    lines = [replace(line, match=match) for line in digit.lines]
    return replace(digit, lines=lines, doubt=digit.doubt or Doubt.UNCLEAR, certain_from=inf)


def _in_picture(
    page: Page,
    found: ReadLines | None,
    lines: Sequence[Line],
    doubt: Doubt | None,
    certain_from: float,
    left_out: Iterable[LeftOut],
    features: Features | None = None,
    *,
    is_number: bool = False,
) -> Reading:
    """Return what is read, with boxes in pixels of the picture; doubtful if ink is left out."""
    left_out = [LeftOut(page.box(ink.box), ink.why) for ink in without_repeats(left_out)]
    placed = [
        replace(
            line,
            digits=[replace(digit, line=number, box=page.box(digit.box)) for digit in line.digits],
            marks=[replace(mark, box=page.box(mark.box)) for mark in line.marks],
        )
        for number, line in enumerate(lines)
    ]
    return Reading(
        placed,
        Doubt.INK_LEFT_OUT if left_out else doubt,
        left_out,
        page.size.width_px,
        page.size.height_px,
        is_number=is_number,
        features=features or {},
        certain_from=inf if left_out else certain_from,
        strips=[replace(strip, box=page.box(strip.box)) for strip in found.strips] if found else (),
    )


def _nearest(page: Page, digits: list[Digit]) -> Digit | None:
    """Return the digit that the network of lines reads there; None for several in a drawing."""
    if not digits or (page.is_even and len(digits) > 1):
        return None
    middle = _middle(page.digit_box)
    return min(digits, key=lambda digit: dist(_middle(digit.box), middle))


def _middle(box: Box) -> tuple[float, float]:
    x, y, width, height = box
    return x + width / 2, y + height / 2


def _beside(page: Page, found: ReadLines, nearest: Digit) -> list[Box]:
    """Return the boxes of marks, other digits and other ink beside the digit, without specks.

    In a drawing there are no specks: all of its ink counts.
    """
    marks = [mark.box for line in found.lines for mark in line.marks]
    digits = [digit.box for digit in found.digits if digit is not nearest]
    is_drawing = page.is_even and max(page.grey.shape) >= MIN_DRAWING_PX
    least_px = 0 if is_drawing else MAX_SLIP * max(nearest.box[2:])
    small = [box for box in found.small if max(box[2:]) >= least_px]
    return [*marks, *digits, *found.left_out, *small]
