"""Measurements as the rows of a table for a README."""

from collections.abc import Callable, Iterable, Iterator

Row = tuple[str, str]
Measure = Callable[[], Iterator[Row]]


def show(measures: Iterable[Measure]) -> None:
    """Print the rows of each measure as they come, as one Markdown table."""
    print("| under load | measured |\n|---|---|", flush=True)
    for measure in measures:
        for what, figure in measure():
            print(f"| {what} | {figure} |", flush=True)
