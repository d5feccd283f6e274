"""The command ``inkling`` of the installed package: those of ``python -m nn``, and ``serve``."""

import sys

from nn import __main__ as nn

COMMANDS = nn.COMMANDS | {"serve": ("inkling.serve", "serve the pages and the API")}


def main() -> int:
    """Run the command that the command line names, and return the exit status."""
    return nn.main(sys.argv[1:], COMMANDS)


if __name__ == "__main__":
    sys.exit(main())
