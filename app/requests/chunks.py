"""The number of chunks of a chunked body: reading one takes time, however few bytes it has."""

import time
from collections.abc import Callable
from itertools import count
from typing import Any

from app.errors import Problem, ProblemCode

MAX_CHUNKS = 100_000  # of a body; 10 MB in chunks of 1 kB are a tenth
MAX_TURN_S = 0.001  # CPU time in which chunks are read until others go first


def limit_chunks(incoming: Any, run_others: Callable[[], None]) -> None:
    """Let gunicorn's reader of a chunked body raise Problem 400 when it has too many chunks.

    Chunks are counted, not timed: how much time they take depends on what else the machine does.
    Only their turns are timed: a chunk with many extensions takes as long as a hundred without.

    Parameters
    ----------
    incoming
        The body as gunicorn gives it to the app.
    run_others
        Lets other requests run, now and then.
    """
    # gunicorn, whose version is pinned, has no option and no hook that tells chunks.
    reader = incoming.reader
    parse_chunk_size, numbers = reader.parse_chunk_size, count(1)
    start_s = time.thread_time()

    def parse_next_size(*arguments: Any, **options: Any) -> Any:
        nonlocal start_s
        if next(numbers) > MAX_CHUNKS:
            detail = "The body is in more chunks than any program needs. Send it in larger ones."
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
        if time.thread_time() - start_s > MAX_TURN_S:
            run_others()
            start_s = time.thread_time()
        return parse_chunk_size(*arguments, **options)

    reader.parse_chunk_size = parse_next_size
