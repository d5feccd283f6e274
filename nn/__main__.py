"""The commands of Inkling, by name: ``python -m nn read photo.jpg``; alone, it lists them."""

import sys
from collections.abc import Sequence
from importlib import import_module

# The module in this package and the purpose of each. The module is imported when it runs: reading
# needs none of the packages that training needs.
COMMANDS = {
    "read": ("read", "read pictures of handwritten digits and numbers"),
    "train": ("train", "train a network, or fine-tune one on your own pictures"),
    "evaluate": ("evaluate", "measure a network on MNIST or on your own pictures"),
    "export": ("export.command", "write a network as ONNX or safetensors"),
    "promote": ("promote", "make a finished training the weights that the app loads"),
    "download": ("download", "get the data sets that training uses"),
}


def main(arguments: Sequence[str]) -> int:
    """Run the command that the first argument names, and return the exit status."""
    name, *others = arguments or ["--help"]
    if name in COMMANDS:
        return import_module(f".{COMMANDS[name][0]}", __package__).main(others) or 0
    lines = [f"  {each:10}{purpose}" for each, (_, purpose) in COMMANDS.items()]
    listed = "\n".join(["usage: python -m nn COMMAND ... (--help lists its options)", "", *lines])
    if name in ("-h", "--help"):
        print(listed)
        return 0
    print(f"nn: expected the name of a command, but got {name}\n{listed}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
