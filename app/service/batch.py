"""Batches: groups of pictures that pass through a network together, for at most a second."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from app.errors import Problem, ProblemCode, attempt
from app.service.refusals import refusing
from app.service.upload import Upload
from nn.decoding.picture_files import PictureFile
from nn.reading.ink.grey import WORKING_PX

# Processor time, in seconds, as measured with the slowest pictures that were found.
MAX_BATCH_S = 1.0
MAX_PICTURE_S = 0.9  # any picture may be read alone
ANY_DIGIT_S = 0.15  # to look for several digits in one of hundreds of pieces
DECODING_S, READING_S = 10e-9, 350e-9  # for a pixel: of a JPEG, and of a picture as it is read

Prepared = TypeVar("Prepared")
Answer = TypeVar("Answer")


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
            file = _too_much_work()
        group.append(file if isinstance(file, Problem) else attempt(refusing(prepare), file))
        group_s += longest_s
    yield from answer(group)


def _longest_s(file: PictureFile) -> float:
    """Return the longest processor time, in seconds, that reading one digit in a file takes."""
    factor = max(1, round(max(file.image.size) / WORKING_PX))
    decoding_s = DECODING_S * file.pixel_cost * file.n_pixels
    return min(ANY_DIGIT_S + decoding_s + READING_S * file.n_pixels / factor**2, MAX_PICTURE_S)


def _too_much_work() -> Problem:
    detail = "Reading the pictures before this one took as long as one request may take."
    return Problem(ProblemCode.PICTURES_TOO_LARGE, f"{detail} Send this one in another.")
