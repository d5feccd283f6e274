"""The arguments of the commands, how they are called, and the version that they are of."""

import tomllib
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "inkling" if __name__.startswith("inkling.") else "python -m nn"  # installed, or not


def program(command: str) -> str:
    """Return how a command is called: ``inkling read`` where Inkling is installed."""
    return f"{PROGRAM} {command}"


def argument_parser(command: str, description: str | None, **options: Any) -> ArgumentParser:
    """Return the parser of a command, whose description calls commands as they are called here."""
    described = (description or "").replace("python -m nn", PROGRAM)
    return ArgumentParser(prog=program(command), description=described, **options)


def number(kind: type[int] | type[float], low: float, high: float = inf) -> Callable[[str], float]:
    """Return an option's type: a number of a kind within limits, which are included."""
    limits = f"of {low} or more" if high == inf else f"from {low} to {high}"

    def number(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:  # nor NaN
            raise ArgumentTypeError(f"expected a number {limits}, but got {text}")
        return value

    return number


def version() -> str:
    """Return the version of Inkling, which pyproject.toml holds, also in the package."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
