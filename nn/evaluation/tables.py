"""Tables in Markdown, proportions with their confidence intervals, and their place in a page."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from nn.data.digits import DataError
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


def replace_between(page: Path, text: str, start: str, end: str, content: str) -> str:
    """Return the text of a page with other content between two lines.

    Raise DataError unless it holds each of these lines once, the first one above the second.
    """
    n_lines = [text.count(line.strip()) for line in (start, end)]
    before, found_start, rest = text.partition(start)
    _, found_end, after = rest.partition(end)
    if n_lines != [1, 1] or not found_start or not found_end:
        raise DataError(
            f"{page}: expected a line {start.strip()} and below it a line {end.strip()}, once "
            f"each, but found {n_lines[0]} and {n_lines[1]}, or another order: correct the page"
        )
    return before + start + content + end + after
