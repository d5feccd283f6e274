"""Which formats of pictures are read, and the names of those that are not."""

from nn.decoding.errors import PictureError, PictureFault

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
FORMATS_IN_WORDS = "PNG, JPEG, WebP, GIF or BMP"

# Formats people send that are not read here: (offset, bytes found there, name).
_OTHER_FORMATS = (
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"%PDF", "PDF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
)


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
