"""How many pictures a second: beside a route that does nothing, one by one and in batches.

The ways are taken in turn in one run, and their medians compared, since machines are noisy. Both
servers are the shipped gunicorn, with two workers; wrk asks over eight connections.
"""

import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.load.connection import http
from tests.load.pictures import batch, drawings
from tests.load.report import Row, show
from tests.load.server import serving
from tests.load.wrk import rate_per_s

ROUNDS = 5
ROUND_S = 3
BATCH_SIZE = 64


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rates and their ratios."""
    files = drawings(BATCH_SIZE)
    predict = [http("/predict", file) for file in files]
    with serving(folder) as inkling, serving(folder, "tests.load.bare") as bare:
        ways = {"bare": (bare, predict), "batch": (inkling, [batch(files)])}
        for model in ("convnet", "mlp", "article"):
            ways[model] = (inkling, [http(f"/predict?model={model}", file) for file in files])
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (server, requests) in ways.items():
                rates[name].append(rate_per_s(server, requests, ROUND_S))
    medians = {name: statistics.median(of_way) for name, of_way in rates.items()}
    bare_rate, convnet_rate, batch_rate = medians["bare"], medians["convnet"], medians["batch"]
    yield 'requests a second: a Flask route that says "ok" to the same body', f"{bare_rate:,.0f}"
    for model in ("convnet", "mlp", "article"):
        share = medians[model] / bare_rate
        yield f"`/predict`, `{model}`", f"{medians[model]:,.0f}: {share:.2f} of that"
    pictures_rate = BATCH_SIZE * batch_rate
    gain = f"{pictures_rate / convnet_rate:.2f} times `/predict`"
    yield f"pictures a second in batches of {BATCH_SIZE}", f"{pictures_rate:,.0f}: {gain}"


if __name__ == "__main__":
    show([measure])
