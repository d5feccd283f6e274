"""The reading of a picture: its digits, its text, and whether to rely on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.reading.allowed import Match
from nn.reading.certainty import Doubt, DoubtfulSign, LeftOut, SignDoubt
from nn.reading.inked_picture import InkedPicture
from nn.reading.mnist import DIGIT_PX, Pixels, crop, fit


@dataclass(frozen=True, repr=False)
class Guess:
    """A digit, by the activations of a network.

    Attributes
    ----------
    activations
        (10,): that of each class, in six decimals.
    doubt
        Why the digit is not certain; None if it is.
    """

    activations: Sequence[float]
    doubt: Doubt | None

    @property
    def digit(self) -> int:
        """The best guess."""
        return self.activations.index(self.confidence)

    @property
    def confidence(self) -> float:
        """Its activation, 0 to 1."""
        return max(self.activations)

    @property
    def certain(self) -> bool:
        """Whether to rely on the digit."""
        return self.doubt is None

    def __repr__(self) -> str:
        kept = f"confidence={self.confidence:g}, certain={self.certain}"
        return f"{type(self).__name__}(digit={self.digit}, {kept})"

    def members(self) -> dict[str, Any]:
        """Return the digit and its activations by the names that answers have in JSON."""
        return {
            "digit": self.digit,
            "confidence": self.confidence,
            "certain": self.certain,
            "doubt": self.doubt,
            "activations": list(self.activations),
        }


@dataclass(frozen=True, repr=False)
class DigitReading(Guess):
    """A digit that is read in a picture.

    Attributes
    ----------
    box
        x, y, width and height in pixels of the picture, upright.
    image
        uint8 (28, 28): the network's input.
    line
        Number of its line, from 0.
    """

    box: tuple[int, int, int, int]
    image: Pixels
    line: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return what is read, as /read of the server names it, without the image."""
        return self.members() | {"line": self.line, "box": list(self.box)}


@dataclass(frozen=True, repr=False)
class Prediction(Guess):
    """The digit of a picture of one digit.

    Attributes
    ----------
    image
        uint8 (28, 28): the network's input.
    left_out
        Ink that was not read, with boxes in pixels of the picture, upright.
    width, height
        Of the picture, upright, in pixels.
    """

    image: Pixels
    left_out: Sequence[LeftOut]
    width: int
    height: int

    def to_dict(self) -> dict[str, Any]:
        """Return what is read, as /predict names it, without the image and the message."""
        return self.members() | _picture_members(self.left_out, self.width, self.height)


def _picture_members(left_out: Iterable[LeftOut], width: int, height: int) -> dict[str, Any]:
    boxes = [{"box": list(each.box), "why": each.why} for each in left_out]
    return {"left_out": boxes, "width": width, "height": height}


def apart(text: str, line: int, doubtful_signs: Iterable[DoubtfulSign]) -> list[str]:
    """Return the parts of a number's text that its doubtful gaps separate; all of it without any.

    A point or comma in a gap stays with the digit before it, a minus goes with the one after it.
    """
    is_gap = SignDoubt.GAP
    gaps = {each.position for each in doubtful_signs if (each.what, each.line) == (is_gap, line)}
    parts, n_digits = [""], 0
    for character in text:
        if n_digits in gaps and character not in ".,":
            gaps.remove(n_digits)
            parts.append("")
        parts[-1] += character
        n_digits += character.isdigit()
    return parts


@dataclass(frozen=True, repr=False)
class Reading:
    """What is read in a picture of one digit, or of numbers.

    Attributes
    ----------
    digits
        In reading order; at least one.
    text
        What is written, lines joined by line breaks, with points, commas and minus signs, such as
        "-3.14".
    lines
        The digits alone of each number.
    doubt
        Why not to rely on all of it; None if it is certain.
    left_out
        Ink of a digit's size that was not read, with boxes in pixels of the picture, upright.
    is_number
        Whether it is read as numbers, and not as one digit.
    inked
        The picture and its ink.
    doubtful_signs
        What is doubtful between the digits of each number.
    matches
        The likeliest allowed text of each line where only some are allowed; None for a line in
        which none has any probability.
    """

    digits: Sequence[DigitReading]
    text: str
    lines: Sequence[str]
    doubt: Doubt | None
    left_out: Sequence[LeftOut]
    is_number: bool
    inked: InkedPicture
    doubtful_signs: Sequence[DoubtfulSign] = ()
    matches: Sequence[Match | None] = ()

    @property
    def number(self) -> str:
        """The digits of it alone."""
        return "\n".join(self.lines)

    @property
    def text_apart(self) -> str | None:
        """The text if each gap that may separate two numbers does; None without such a gap."""
        texts = self.text_of_lines
        parts = [
            part
            for line, text in enumerate(texts)
            for part in apart(text, line, self.doubtful_signs)
        ]
        return "\n".join(parts) if len(parts) > len(texts) else None

    @property
    def certain(self) -> bool:
        """Whether to rely on all of it."""
        return self.doubt is None

    @property
    def confidence(self) -> float:
        """The least of its digits' confidences, or of its lines' where only some are allowed."""
        if self.matches:
            return min(match.confidence if match else 0.0 for match in self.matches)
        return min(digit.confidence for digit in self.digits)

    @property
    def text_of_lines(self) -> list[str]:
        """The text of each number."""
        return self.text.split("\n")

    def __repr__(self) -> str:
        kept = f"confidence={self.confidence:g}, certain={self.certain}"
        return f"Reading(text={self.text!r}, {kept})"

    def to_dict(self) -> dict[str, Any]:
        """Return what is read, as /read of the server names it, without images and messages."""
        size = self.inked.size
        allowed = [match and match.to_dict() for match in self.matches]
        return {
            "number": self.number,
            "text": self.text,
            "lines": list(self.lines),
            "certain": self.certain,
            "doubt": self.doubt,
            "digits": [digit.to_dict() for digit in self.digits],
            "doubtful_signs": [vars(each) for each in self.doubtful_signs],
            "text_apart": self.text_apart,
            **_picture_members(self.left_out, size.width_px, size.height_px),
            **({"allowed": allowed} if allowed else {}),
        }

    @property
    def stages(self) -> Mapping[str, Pixels]:
        """Images uint8 (H, W) of the stages from the picture to its ink, by name, in order.

        Of one digit also how it is fitted to MNIST's size.
        """
        sheet = self.inked.sheet
        if self.is_number:
            return sheet.stages
        cut_out = crop(sheet.digit)
        fitted = {"crop": cut_out, "scaled": fit(cut_out, DIGIT_PX)}
        return dict(sheet.stages) | {
            name: np.rint(ink * 255).astype(np.uint8) for name, ink in fitted.items()
        }
