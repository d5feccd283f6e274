"""What was measured, as rows of a table that a README can take."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tests.load.client import Outcome

Row = tuple[str, str]
Measure = Callable[[Path], Iterator[Row]]


def show(measures: Iterable[Measure]) -> None:
    """Print the rows of each measure as they come, as one Markdown table."""
    print("| under load | measured |\n|---|---|", flush=True)
    for measure in measures:
        with tempfile.TemporaryDirectory() as folder:
            for what, figure in measure(Path(folder)):
                print(f"| {what} | {figure} |", flush=True)


def ms(seconds: float) -> str:
    """Return a time as text, in milliseconds."""
    return f"{1000 * seconds:,.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.1f} ms"


def quantile(values: Iterable[float], share: float) -> float:
    """Return the value that this share, 0 to 1, of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def counts(outcomes: Sequence[Outcome]) -> str:
    """Return how many requests got which status, in words."""
    n_by_end = Counter(
        "lost" if outcome.is_lost else str(outcome.status or "could not connect")
        for outcome in outcomes
    )
    return ", ".join(f"{n:,} {end}" for end, n in sorted(n_by_end.items()))
