"""The arguments of the commands, how they are called, and the version that they are of."""

import re
import sys
import tomllib
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from itertools import takewhile
from math import inf
from pathlib import Path
from typing import Any, NoReturn

from nn.files import printable

ROOT = Path(__file__).resolve().parent.parent
IS_INSTALLED = __name__.startswith("inkling.")
PROGRAM = "inkling" if IS_INSTALLED else "python -m nn"
WRONG_COMMAND = 2  # exit status


class Parser(ArgumentParser):
    """A parser whose errors are one line, which names the word that was meant if one is close."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse the options, after a check of their names: else an argument might be blamed."""
        words = sys.argv[1:] if args is None else args
        known = re.findall(r"--[\w-]+", self.format_help())
        for word in takewhile("--".__ne__, words):
            name = word.partition("=")[0]
            if name.startswith("--") and not any(option.startswith(name) for option in known):
                self.error(f"there is no option {name}{did_you_mean(name, known)}")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Exit with the error; the usage, which argparse would print before it, is in --help."""
        if wrong := re.search(r"invalid choice: '([\w-]+)' \(choose from (.*)\)", message):
            message += did_you_mean(wrong[1], re.findall(r"[\w-]+", wrong[2]))
        if message.startswith("unrecognized arguments: -"):
            message += " (-- goes before names that begin with -)"
        self.exit(
            WRONG_COMMAND,
            f"{self.prog}: error: {printable(message)}; {self.prog} --help lists the options\n",
        )


def program(command: str) -> str:
    """Return how a command is called: ``inkling read`` where Inkling is installed."""
    return f"{PROGRAM} {command}"


def argument_parser(command: str, description: str | None, **options: Any) -> ArgumentParser:
    """Return the parser of a command, whose description calls commands as they are called here."""
    described = (description or "").replace("python -m nn", PROGRAM)
    return Parser(prog=program(command), description=described, **options)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question about the known word that is closest, or "" if none is close."""
    return "".join(f" (did you mean {each}?)" for each in get_close_matches(word, [*known], 1))


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
    return str(_project()["version"])


def how_to_install(package: str, command: str = "") -> str:
    """Return what brings a package that a command needs: an extra, its own if that has it."""
    if not IS_INSTALLED:
        return "make install brings it"
    extras = _project()["optional-dependencies"]
    name = re.sub(r"[-_.]", "[-_.]", package.partition(".")[0])
    found = [
        extra for extra, needed in extras.items() if any(re.match(name, each) for each in needed)
    ]
    first = [command] if command in found else found[:1]
    return f"install inkling-digits with its extra {' or '.join(first or extras)}"


def _project() -> dict[str, Any]:
    """Return what pyproject.toml says of the project; the package has a copy."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project
