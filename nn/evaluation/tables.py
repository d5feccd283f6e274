"""Tables in Markdown, and proportions with their confidence intervals."""

from collections.abc import Iterable, Sequence

from nn.evaluation.metrics import wilson_interval

Row = tuple[str, Sequence[str]]
"""The title of a row, and its other cells."""


def proportion(n_some: int, n_total: int) -> str:
    """Return a proportion in percent with its 95 % interval: ``99.41 % (99.24-99.54)``."""
    low, high = wilson_interval(n_some, n_total)
    return f"{100 * n_some / n_total:.2f} % ({100 * low:.2f}-{100 * high:.2f})"


def count(n_some: int, n_total: int) -> str:
    """Return a number and the proportion that it is: ``8: 0.08 % (0.04-0.16)``."""
    return f"{n_some:,}: {proportion(n_some, n_total)}"


def markdown(head: str, columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a table with a heading over the titles of its rows and one over each column."""
    lines = [(head, columns), ("---", ["---"] * len(columns)), *rows]
    return "\n".join(f"| {title} | {' | '.join(cells)} |" for title, cells in lines)
