"""The media types of pictures that are read."""

from app.service.refusals import to_problem
from nn.decoding.formats import FORMATS, wrong_format

IMAGE_TYPES = [f"image/{image_format.lower()}" for image_format in FORMATS]

# Older names in use for them.
_OTHER_NAMES = ("image/x-png", "image/jpg", "image/pjpeg", "image/x-ms-bmp")


def check_media_type(media_type: str) -> None:
    """Raise Problem 415 unless a media type is that of a format that is read."""
    if media_type.lower() not in (*IMAGE_TYPES, *_OTHER_NAMES):
        raise to_problem(wrong_format(media_type))
