"""The pictures of one request: each opened within the limits, or refused."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ParamSpec, TypeVar

from PIL import Image

from app.errors import Problem, ProblemCode
from app.responses import Outcome
from nn.decoding.picture_errors import FORMATS, PictureError, PictureFault, wrong_format
from nn.decoding.picture_files import PictureFile, open_picture
from nn.reading.limits import MAX_READING_S, PIXEL_S
from nn.reading.page.grey import WORKING_PX

IMAGE_TYPES = [f"image/{image_format.lower()}" for image_format in FORMATS]

# Older names of these types that programs still send.
_OTHER_NAMES = ("image/x-png", "image/jpg", "image/pjpeg", "image/x-ms-bmp")

# A picture within both limits is read in milliseconds, unless it is made to take longer.
SMALL_BYTES, SMALL_PIXELS = 65_536, 160_000
DRAWING_PIXELS = SMALL_PIXELS * 12 // 5  # the limit of a drawing, a PNG in RGBA: 5/12 of it

# Processor time, in seconds, as measured with the slowest pictures that were found.
MAX_BATCH_S = 1.0
MAX_LINES_S = 0.15  # for the lines of a picture in a batch: 4,000 columns, as a full sudoku has
DECODING_S = 15e-9  # for a pixel of a JPEG

# Advice that holds for HTTP alone, after the message of nn.
_ADVICE = {
    PictureFault.SEVERAL_DIGITS: " Send it to /read, which reads numbers, or cut one digit out.",
}

# Pillow's own limit only warns, and at a size of its choosing; `open_picture` refuses.
Image.MAX_IMAGE_PIXELS = None

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Prepared = TypeVar("Prepared")
Answer = TypeVar("Answer")


def check_media_type(media_type: str) -> None:
    """Raise Problem 415 unless pictures of a media type are read."""
    if media_type.lower() not in (*IMAGE_TYPES, *_OTHER_NAMES):
        raise to_problem(wrong_format(media_type))


def to_problem(error: PictureError) -> Problem:
    """Return the problem of a picture that is not read: its fault is the code's name."""
    return Problem(ProblemCode[error.fault.name], f"{error}{_ADVICE.get(error.fault, '')}")


def attempt(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result | Problem:
    """Return what a function returns, or the problem that it raises, without its traceback.

    The frames of a traceback hold all that the function worked on, such as decoded pictures.
    """
    try:
        return function(*args, **kwargs)
    except PictureError as error:
        return to_problem(error)
    except Problem as problem:
        problem.__traceback__ = problem.__context__ = problem.__cause__ = None
        return problem


class Upload:
    """The files of one request, each opened once, when it is needed, together within the limit.

    Its ``pixels`` are the width times height of each picture that was decoded, even if in vain.
    """

    def __init__(self, files: Sequence[bytes | Problem], model: str, max_pixels: int) -> None:
        self._files = files
        self._model = model
        self._max_pixels = max_pixels
        self._opened: PictureFile | None = None
        self.n_files = len(files)
        self.pixels = [0] * len(files)

    def is_small(self) -> bool:
        """Whether the first picture is small, or raise PictureError."""
        data = self._files[0]
        if not isinstance(data, Problem) and len(data) > SMALL_BYTES:
            return False
        file = self._opened = self.open(0)
        return file.n_pixels * file.n_passes <= SMALL_PIXELS

    def open(self, place: int = 0) -> PictureFile:
        """Return a file with its header read, or raise the Problem or PictureError that it has.

        Its pixels count before they are decoded: damaged ones take time too.
        """
        if file := self._opened:
            self._opened = None  # the thread that reads may keep the upload until its next one
            return file
        data = self._files[place]
        if isinstance(data, Problem):
            raise data
        file = open_picture(data, max_pixels=self._max_pixels)
        if file.n_pixels + sum(self.pixels) > self._max_pixels:
            detail = (
                f"The pictures up to this one have more than {self._max_pixels:,} pixels together, "
                "which is the most of one request. Send this one in another."
            )
            raise Problem(ProblemCode.PICTURES_TOO_LARGE, detail)
        self.pixels[place] = file.n_pixels
        return file

    def outcome(self, **what: Any) -> Outcome:
        """Return the outcome for the log: the model, the pixels, and what was read."""
        return Outcome(model=self._model, picture_pixels=tuple(self.pixels), **what)


def batch_answers(
    upload: Upload,
    prepare: Callable[[PictureFile], Prepared],
    answer: Callable[[Sequence[Prepared | Problem]], Iterable[Answer]],
) -> Iterator[Answer]:
    """Yield the answer to each file of an upload, with few pictures in memory at a time.

    A picture is refused if its reading could take the batch beyond ``MAX_BATCH_S``.

    Parameters
    ----------
    upload
        The files.
    prepare
        Returns a picture as far as it is read alone, or raises PictureError.
    answer
        Returns the answers to a group of these or their Problems, in order.
    """
    end_s = time.thread_time() + MAX_BATCH_S
    group: list[Prepared | Problem] = []
    group_s = 0.0  # longest time that these may take
    for place in range(upload.n_files):
        file = attempt(upload.open, place)
        longest_s = 0.0 if isinstance(file, Problem) else _longest_s(file)
        if time.thread_time() + group_s + longest_s > end_s:
            yield from answer(group)
            group, group_s = [], 0.0
        if time.thread_time() + longest_s > end_s:
            detail = (
                "Reading the pictures before this one took as long as one request may take. Send "
                "this one in another."
            )
            file = Problem(ProblemCode.PICTURES_TOO_LARGE, detail)
        group.append(file if isinstance(file, Problem) else attempt(prepare, file))
        group_s += longest_s
    yield from answer(group)


def _longest_s(file: PictureFile) -> float:
    """Return the longest processor time, in seconds, that reading a file in a batch takes."""
    factor = max(1, round(max(file.image.size) / WORKING_PX))
    decoding_s = DECODING_S * file.pixel_cost * file.n_pixels
    # Any picture may be read alone.
    return min(MAX_LINES_S + decoding_s + PIXEL_S * file.n_pixels / factor**2, MAX_READING_S)
