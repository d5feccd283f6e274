"""The command ``inkling`` of the installed package: those of ``python -m nn``, and ``serve``."""

import os
import sys
from argparse import ArgumentParser
from importlib import import_module

from nn import __main__ as nn

COMMANDS = nn.COMMANDS | {"serve": ("inkling.serve", "serve the pages and the API")}


def main() -> int:
    """Run the command that the command line names, and return the exit status."""
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what may follow
        complete(os.environ.get("COMP_LINE", ""))
    return nn.main(sys.argv[1:], COMMANDS)


def complete(line: str) -> None:
    """Answer what may follow on a line, and exit; of commands, only that of the line is loaded."""
    import argcomplete  # an extra

    typed = line.split()[1:2]
    parser = ArgumentParser(prog="inkling")
    parser.add_argument("-V", "--version", action="store_true")
    commands = parser.add_subparsers()
    for name, (_, purpose) in COMMANDS.items():
        parents = [options_of(name)] if [name] == typed else []
        commands.add_parser(name, parents=parents, add_help=False, help=purpose)
    argcomplete.autocomplete(parser)


def options_of(name: str) -> ArgumentParser:
    """Return the parser of a command's options."""
    from nn.command_options import PARSERS

    if name in PARSERS:
        return PARSERS[name]()
    parser: ArgumentParser = import_module(COMMANDS[name][0], nn.__package__).options_parser()
    return parser


if __name__ == "__main__":
    sys.exit(main())
