"""A picture's ink as lines of digits: the numbers that somebody wrote."""

from nn.numbers.found import MAX_DIGITS, Classify, Found, TooManyParts
from nn.numbers.reading import read_lines

__all__ = ["MAX_DIGITS", "Classify", "Found", "TooManyParts", "read_lines"]
