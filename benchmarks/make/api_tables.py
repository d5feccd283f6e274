"""Write the tables of app/README.md: ``python -m benchmarks.make.api_tables``."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.config import described_variables
from app.errors import ProblemCode
from benchmarks.card.card import marks
from nn.files import write_atomically
from nn.promote import replace_between

PAGE = Path("app/README.md")
PROGRAM = "benchmarks.make.api_tables"


def with_tables(page: Path = PAGE) -> str:
    """Return the text of the page with the tables as the code has them today.

    Raise DataError if the page has not the two lines around each table once.
    """
    problems = [(f"`{code.type}`", f"{code.status}", code.description) for code in ProblemCode]
    settings = [(f"`{name}`", default, what) for name, default, what in described_variables()]
    text = page.read_text()
    for name, head, rows in (
        ("problems", ("type", "status", "when"), problems),
        ("settings", ("variable", "default", "what"), settings),
    ):
        text = replace_between(page, text, *marks(name, PROGRAM), table(head, rows))
    return text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the lines of a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page with its tables."""
    argparse.ArgumentParser(prog=f"python -m {PROGRAM}", description=__doc__).parse_args(arguments)
    write_atomically(PAGE, with_tables().encode())


if __name__ == "__main__":
    main()
