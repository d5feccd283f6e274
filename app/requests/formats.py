"""Which formats of pictures are read, and the names of those that are not."""

from app.errors import Problem, ProblemCode

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
FORMATS_IN_WORDS = "PNG, JPEG, WebP, GIF or BMP"

# Names in use for the media types of these formats, the registered one and older ones.
MEDIA_TYPES = frozenset(
    "image/" + subtype
    for subtype in ("png", "x-png", "jpeg", "jpg", "pjpeg", "webp", "gif", "bmp", "x-ms-bmp")
)

# Formats people send that are not read here: (offset, bytes found there, name).
_OTHER_FORMATS = (
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"%PDF", "PDF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
)


def check_media_type(media_type: str) -> None:
    """Raise Problem 415 unless a media type is that of a format that is read."""
    if media_type.lower() not in MEDIA_TYPES:
        raise wrong_format(media_type)


def other_format(data: bytes) -> str | None:
    """Return the name of a known format that is not read here."""
    for offset, signature, name in _OTHER_FORMATS:
        if data.startswith(signature, offset):
            return name
    return "SVG" if b"<svg" in data[:1000].lower() else None


def wrong_format(name: str) -> Problem:
    """Return the Problem 415 of a file in a format that is not read."""
    detail = f"The file is {name}, which is not read here. Send a picture: {FORMATS_IN_WORDS}."
    return Problem(ProblemCode.FORMAT_NOT_SUPPORTED, detail)
