"""Picture files without their metadata: texts, colour profiles, thumbnails, videos, other pictures.

Pillow decompresses, copies and parses all of it, once per repetition: files of some 100 kB would
take seconds. Only the orientation is of use here.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from nn.decoding.picture_errors import PictureError, PictureFault, wrong_format

# Chunks or segments that any file may have, and bytes of the file for which it may have one more.
# Programs write pieces of some kB; tiny ones keep the interpreter busy.
MAX_PIECES, LEAST_PIECE_BYTES = 1000, 500

# Of a JPEG's tables. A progressive JPEG in ten scans has about 10 kB of them.
MAX_TABLES_BYTES = 200_000

# Of EXIF metadata: a JPEG has no more, and the first entries hold the orientation.
MAX_EXIF_BYTES = 65_536

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
MARKER = re.compile(b"\xff[\xc0-\xcf\xd9-\xfe]")  # but for restart markers, which are within scans
START_OF_SCAN, APP0, APP1, APP14 = 0xDA, 0xE0, 0xE1, 0xEE
PROGRESSIVE = 0xC2  # of the markers of frames
OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)  # slow, and hardly used
EXIF = b"Exif\0\0"

ORIENTATION, SHORT = 0x0112, 3  # tag and type of an entry (EXIF 2.32)
BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


@dataclass(frozen=True)
class Essentials:
    """What a decoder needs of a picture file.

    Attributes
    ----------
    data
        The file without metadata.
    exif
        Its EXIF metadata, empty if there are none, or if they are still in ``data``.
    n_passes
        How often a decoder goes over a picture's components: once; or, in a JPEG that is
        progressive or has several scans, once per component of a scan and once to join them.
    """

    data: bytes
    exif: bytes = b""
    n_passes: int = 1


def essentials(data: bytes) -> Essentials:
    """Return a file without metadata if it is a PNG or a JPEG, any other as it is.

    Raises
    ------
    PictureError
        When it is cut into more pieces than any program needs.
    """
    if data.startswith(PNG_START):
        return _of_png(data)
    if data.startswith(JPEG_START):
        return _of_jpeg(data)
    return Essentials(data)


def orientation_of(exif: bytes) -> int:
    """Return the orientation in EXIF metadata, 1 to 8; 1 if there is none, or it is damaged."""
    exif = exif.removeprefix(EXIF)[:MAX_EXIF_BYTES]
    order = BYTE_ORDERS.get(exif[:4], "<")
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (n_entries,) = struct.unpack_from(order + "H", exif, start)
        for place in range(start + 2, start + 2 + 12 * n_entries, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, place)
            if (tag, kind) == (ORIENTATION, SHORT):
                return value if value in range(1, 9) else 1
    except struct.error:
        pass
    return 1


def max_pieces(data: bytes) -> int:
    """Return how many pieces a file may have."""
    return MAX_PIECES + len(data) // LEAST_PIECE_BYTES


def too_many_pieces() -> PictureError:
    """Return the error of a file that keeps the interpreter busy with tiny pieces."""
    detail = "The file is cut into more pieces than any program needs. Save it again."
    return PictureError(PictureFault.DAMAGED_PICTURE, detail)


def _of_png(data: bytes) -> Essentials:
    kept, exif, place = [PNG_START], b"", len(PNG_START)
    for _ in range(max_pieces(data)):
        end = place + 12 + int.from_bytes(data[place : place + 4])
        name = data[place + 4 : place + 8]
        if name in PNG_CHUNKS:
            kept.append(data[place:end])
        elif name == b"eXIf":
            exif = data[place + 8 : end - 4]
        if end >= len(data) or name == b"IEND":
            return Essentials(b"".join(kept), exif)
        place = end
    raise too_many_pieces()


def _of_jpeg(data: bytes) -> Essentials:
    kept, exif, n_bytes = [JPEG_START], b"", 0
    n_components = []  # of each scan
    is_progressive = False
    for marker, segment in _segments(data):
        if marker in OTHER_FRAMES:
            raise wrong_format("a lossless or arithmetically coded JPEG")
        if marker == APP1 and segment.startswith(EXIF, 4):
            exif = exif or segment[4:]
        if APP0 < marker < APP14 or marker > APP14:
            continue
        kept.append(segment)
        if marker == START_OF_SCAN:
            n_components.append(int.from_bytes(segment[4:5]))
        else:
            n_bytes += len(segment)
            is_progressive = is_progressive or marker == PROGRESSIVE
    if n_bytes > MAX_TABLES_BYTES:
        raise too_many_pieces()
    is_in_one_pass = len(n_components) <= 1 and not is_progressive
    return Essentials(b"".join(kept), exif, 1 if is_in_one_pass else 1 + sum(n_components))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the marker and the bytes of each segment of a JPEG, up to the end of its first picture.

    The bytes of a scan end where the next marker begins.
    """
    place = len(JPEG_START)
    for _ in range(max_pieces(data)):
        match = MARKER.search(data, place)
        if not match:
            return
        start = match.start()
        if match[0] == JPEG_END:
            yield JPEG_END[1], JPEG_END
            return
        place = start + 2 + int.from_bytes(data[start + 2 : start + 4])
        if data[start + 1] == START_OF_SCAN:
            following = MARKER.search(data, place)
            place = following.start() if following else len(data)
        yield data[start + 1], data[start:place]
    raise too_many_pieces()
