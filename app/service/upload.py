"""The files of one request, and what came of them."""

from collections.abc import Sequence
from typing import Any

from PIL import Image

from app.errors import Problem, ProblemCode
from app.responses import Outcome
from app.service.answers import BatchRefusal
from app.service.refusals import refusing
from nn.decoding.picture_files import PictureFile, open_picture

# Of a picture that is read in milliseconds, but for content that is made to take longer.
SMALL_BYTES, SMALL_PIXELS = 65_536, 160_000

# Pillow's own limit only warns, and at a size of its choosing; `open_picture` refuses.
Image.MAX_IMAGE_PIXELS = None


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
        """Whether the first picture is small, or raise the Problem that it has."""
        data = self._files[0]
        if not isinstance(data, Problem) and len(data) > SMALL_BYTES:
            return False
        file = self._opened = self.open(0)
        return file.n_pixels * file.n_passes <= SMALL_PIXELS

    @refusing
    def open(self, place: int) -> PictureFile:
        """Return a file with its header read, or raise the Problem that it has.

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

    def outcome(self, results: Sequence[Any]) -> Outcome:
        """Return what came of the files, of which these were read or refused."""
        read = [each for each in results if not isinstance(each, BatchRefusal)]
        digits = tuple((each.digit, each.certain) for each in read)
        return Outcome(model=self._model, picture_pixels=tuple(self.pixels), digits=digits)
