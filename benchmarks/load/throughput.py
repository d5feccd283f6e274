"""Pictures a second: one by one, in batches, and beside a Flask route that does nothing.

They are measured in turn in one run, and medians are compared, because machines are noisy. Both
servers are the shipped gunicorn, with two workers; wrk uses eight connections.
"""

import statistics
from collections.abc import Iterator

from benchmarks.load import wrk
from benchmarks.load.pictures import drawings
from benchmarks.load.report import Row, show
from benchmarks.load.requests import Request, form
from tests.serving import serving

ROUNDS = 5
ROUND_S = 3
BATCH_SIZE = 64


def measure() -> Iterator[Row]:
    """Yield the rates and their ratios."""
    files = drawings(BATCH_SIZE)
    predict = [Request("/predict", file) for file in files]
    with serving(n_workers=2) as inkling, serving(app="benchmarks.load.bare", n_workers=2) as bare:
        ways = {
            "bare": (bare, predict),
            "batch": (inkling, [form("/predict/batch", files)]),
        }
        for model in ("convnet", "mlp", "article"):
            ways[model] = (inkling, [Request(f"/predict?model={model}", file) for file in files])
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (server, requests) in ways.items():
                rates[name].append(wrk.run(server.address, requests, ROUND_S).rate_per_s)
    medians = {name: statistics.median(of_way) for name, of_way in rates.items()}
    yield 'requests a second: a Flask route that says "ok"', f"{medians['bare']:,.0f}"
    for model in ("convnet", "mlp", "article"):
        ratio = medians[model] / medians["bare"]
        yield f"`/predict`, `{model}`", f"{medians[model]:,.0f}: {ratio:.2f} of that"
    pictures_rate = BATCH_SIZE * medians["batch"]
    gain = f"{pictures_rate / medians['convnet']:.2f} times `/predict`"
    yield f"pictures a second in batches of {BATCH_SIZE}", f"{pictures_rate:,.0f}: {gain}"


if __name__ == "__main__":
    show([measure])
