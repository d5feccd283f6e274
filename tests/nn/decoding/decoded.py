"""Files of pictures as they are decoded."""

from nn.decoding.picture_files import Picture, open_picture


def decoded(file: bytes, max_pixels: int = 64_000_000) -> Picture:
    """Return the picture in a file."""
    return open_picture(file, max_pixels=max_pixels).decode()
