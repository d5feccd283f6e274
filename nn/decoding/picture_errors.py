"""Which formats of pictures are read, and why a picture is not read."""

from enum import Enum, auto

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
FORMATS_IN_WORDS = "PNG, JPEG, WebP, GIF or BMP"

# Formats people send that are not read here: (offset, bytes found there, name).
_OTHER_FORMATS = (
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),  # of more than 4 GB, or written as if
    (0, b"MM\0+", "TIFF"),
    (0, b"%PDF", "PDF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
)


class PictureFault(Enum):
    """What is wrong with a picture."""

    EMPTY_PICTURE = auto()  # it has no bytes
    NOT_A_PICTURE = auto()  # its bytes are of no picture format, or of several pages
    FORMAT_NOT_SUPPORTED = auto()  # they are of one that is not read
    DAMAGED_PICTURE = auto()  # it is cut off or damaged, or coded in far too many parts
    PICTURE_TOO_LARGE = auto()  # it has too many pixels
    NO_DIGIT_FOUND = auto()  # it has no ink, or none as large as a digit
    SEVERAL_DIGITS = auto()  # it plainly shows several digits where one is read
    TOO_MANY_DIGITS = auto()  # it holds too many digits, or too much ink that is none
    CLASS_SHEET = auto()  # it shows a class sheet, whose boxes are read one by one


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

    def __reduce__(self) -> tuple[type["PictureError"], tuple[PictureFault, str]]:
        """Pickle both parts, for other processes."""
        return PictureError, (self.fault, str(self))


def other_format(data: bytes) -> str | None:
    """Return the name of a known format that is not read here."""
    for offset, signature, name in _OTHER_FORMATS:
        if data.startswith(signature, offset):
            return name
    return "SVG" if b"<svg" in data[:1000].lower() else None


def wrong_format(name: str) -> PictureError:
    """Return the error of a file in a format that is not read."""
    detail = f"The file is {name}, which is not read here. Save it as {FORMATS_IN_WORDS}."
    return PictureError(PictureFault.FORMAT_NOT_SUPPORTED, detail)
