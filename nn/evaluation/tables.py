"""Tables in Markdown, and shares with their confidence intervals."""

from collections.abc import Iterable, Sequence

from nn.evaluation.metrics import wilson_interval


def share(n_some: int, n_total: int) -> str:
    """Return a share in percent with its 95 % interval, such as ``99.41 % (99.24-99.54)``."""
    low, high = wilson_interval(n_some, n_total)
    return f"{100 * n_some / n_total:.2f} % ({100 * low:.2f}-{100 * high:.2f})"


def markdown(head: str, models: Sequence[str], lines: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return a table: a column a model, a row a line."""
    table = [(head, models), ("---", ["---"] * len(models)), *lines]
    return "\n".join(f"| {first} | {' | '.join(cells)} |" for first, cells in table)
