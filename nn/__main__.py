"""The commands of Inkling, by name: ``python -m nn read photo.jpg``; alone, it lists them."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from nn.arguments import PROGRAM, WRONG_COMMAND, did_you_mean, how_to_install, program, version

# The module, in this package or by its full name, and the purpose of each. The module is imported
# when it runs: reading needs none of the packages that training needs.
COMMANDS = {
    "read": (".read", "read pictures of handwritten digits and numbers"),
    "train": (".train", "train a network, or fine-tune one on your own pictures"),
    "evaluate": (".evaluate", "measure a network on MNIST or on your own pictures"),
    "export": (".export.command", "write a network as ONNX"),
    "promote": (".promote", "make a finished training the weights that the app loads"),
    "download": (".download", "get the data sets that training uses"),
}
FAILED, OUTPUT_CLOSED = 1, 141


def main(arguments: Sequence[str], commands: Mapping[str, tuple[str, str]] = COMMANDS) -> int:
    """Run the command that the first argument names, and return the exit status."""
    name, *others = arguments or ["help"]
    if name == "help":
        name, others = (others[0], ["--help"]) if others else ("--help", [])
    try:
        status = run(name, others, commands)
        if sys.stdout:
            sys.stdout.flush()
        return status
    except OSError as error:  # the commands explain all others
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the last flush
        if isinstance(error, BrokenPipeError):  # what takes the output has ended, as head does
            return OUTPUT_CLOSED
        where = error.filename or "standard output"
        print(f"{program(name)}: {where}: {error.strerror}", file=sys.stderr)
        return FAILED
    except ModuleNotFoundError as error:
        return report_missing(error.name or "", name, others)


def report_missing(module: str, name: str, others: Sequence[str]) -> int:
    """Say which package a command needs; its help and its errors need none of an extra's."""
    from nn.command_options import PARSERS

    if name in PARSERS:
        PARSERS[name]().parse_args(others)
    package = module.partition(".")[0]
    message = f"{program(name)}: needs the package {package}: {how_to_install(package, name)}"
    print(message, file=sys.stderr)
    return FAILED


def run(name: str, others: Sequence[str], commands: Mapping[str, tuple[str, str]]) -> int:
    """Run a command, or list them all, and return the exit status."""
    if name in commands:
        return import_module(commands[name][0], __package__).main(others) or 0
    if name in ("-V", "--version"):
        print(f"Inkling {version()}")
        return 0
    lines = [f"  {name:10}{purpose}" for name, (_, purpose) in commands.items()]
    usage = f"usage: {PROGRAM} COMMAND ... (--help lists its options), or --version"
    listed = "\n".join([usage, "", *lines])
    if name in ("-h", "--help"):
        print(listed)
        return 0
    meant = did_you_mean(name, [*commands, "help", "--help", "--version"])
    wrong = f"{PROGRAM}: expected the name of a command, but got {name}{meant}"
    print(f"{wrong}\n{listed}", file=sys.stderr)
    return WRONG_COMMAND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
