"""Where the processor time of a POST to `/predict` goes, stage by stage, in this process.

``python -m benchmarks.bench.where`` prints it in microseconds, medians of seven rounds, for one
drawing as PNG in each mode. The rest is Flask, the slot, and the log.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial, wraps
from typing import Any
from unittest.mock import patch

from app import create_app, responses
from app.config import Settings
from app.requests.request import Request
from app.routes import api
from app.service import executor, predictor, upload
from app.telemetry.metrics import Metrics
from nn.decoding.picture_files import PictureFile
from nn.reading.page_reader import PageReader
from tests.drawing import as_file, draw

ROUNDS, N_POSTS = 7, 60
MODES = ("L", "LA", "RGB", "RGBA")
STAGES: dict[str, tuple[Any, str]] = {
    "query": (api, "parse"),
    "body": (Request, "picture"),
    "header of the file": (upload, "open_picture"),
    "decode": (PictureFile, "decode"),
    "turn of others": (time, "sleep"),
    "grey and ink": (executor, "find_drawn_page"),
    "read": (PageReader, "read"),
    "answer types": (predictor, "digit_answer"),
    "JSON": (api, "respond"),
    "metrics": (Metrics, "count_request"),
    "compress": (responses, "_compress"),
    "headers": (responses, "_add_headers"),
}


def main() -> None:
    """Measure each mode, and print the table."""
    spent_s = Counter[str]()
    with ExitStack() as stack:
        for name, (owner, attribute) in STAGES.items():
            function = timed(getattr(owner, attribute), name, spent_s)
            stack.enter_context(patch.object(owner, attribute, function))
        client = create_app(Settings()).test_client()
        drawing, columns = draw(7), []
        for mode in MODES:
            file = as_file(drawing.convert(mode))
            columns.append(measured(partial(post, client, file), spent_s))
    print(f"{'µs':20}", *(f"{mode:>8}" for mode in MODES))
    for name in columns[0]:
        print(f"{name:20}", *(f"{column[name]:8.0f}" for column in columns))


def timed(function: Callable[..., Any], name: str, spent_s: Counter[str]) -> Callable[..., Any]:
    """Return a function that adds to the time of its name."""

    @wraps(function)
    def measured(*args: Any, **options: Any) -> Any:
        start_s = time.process_time()
        try:
            return function(*args, **options)
        finally:
            spent_s[name] += time.process_time() - start_s  # type: ignore[assignment]

    return measured


def measured(run: Callable[[], None], spent_s: Counter[str]) -> dict[str, float]:
    """Return the medians of each stage, of the rest and of all, in microseconds a run."""
    rounds = []
    for _ in range(ROUNDS):
        spent_s.clear()
        start_s = time.process_time()
        for _ in range(N_POSTS):
            run()
        all_s = time.process_time() - start_s
        stages = {name: spent_s[name] for name in STAGES}
        rounds.append(stages | {"the rest": all_s - sum(stages.values()), "all": all_s})
    micro = 1e6 / N_POSTS
    return {name: micro * statistics.median(each[name] for each in rounds) for name in rounds[0]}


def post(client: Any, file: bytes) -> None:
    """Send a drawing."""
    assert client.post("/predict", data=file, content_type="image/png").status_code == 200


if __name__ == "__main__":
    main()
