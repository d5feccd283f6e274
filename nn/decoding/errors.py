"""Why a picture is not read."""

from enum import Enum, auto


class PictureFault(Enum):
    """What is wrong with a picture."""

    EMPTY_PICTURE = auto()  # it has no bytes
    NOT_A_PICTURE = auto()  # its bytes are of no picture format
    FORMAT_NOT_SUPPORTED = auto()  # they are of one that is not read
    DAMAGED_PICTURE = auto()  # it is cut off or damaged, or coded in far too many parts
    PICTURE_TOO_LARGE = auto()  # it has too many pixels
    NO_DIGIT_FOUND = auto()  # it has no ink, or none as large as a digit
    SEVERAL_DIGITS = auto()  # it plainly shows several digits where one is read
    TOO_MANY_DIGITS = auto()  # it holds too many digits, or too much ink that is none


class PictureError(ValueError):
    """A picture that is not read.

    Parameters
    ----------
    fault
        What is wrong with it, for programs.
    detail
        What was expected, what came and what to do, in one or two sentences.
    """

    def __init__(self, fault: PictureFault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
