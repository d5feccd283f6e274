"""The commands of Inkling, by name: ``python -m nn read photo.jpg``; alone, it lists them."""

import sys
from collections.abc import Sequence
from importlib import import_module

# The module and the purpose of each. Its module is imported when it runs: reading needs none of
# the packages that training needs.
COMMANDS = {
    "read": ("nn.read", "read pictures of handwritten digits and numbers"),
    "train": ("nn.train", "train a network, or fine-tune one on your own pictures"),
    "evaluate": ("nn.evaluate", "measure a network on MNIST or on your own pictures"),
    "export": ("nn.export.command", "write a network as ONNX or safetensors"),
    "promote": ("nn.promote", "make a finished training the weights that the app loads"),
    "download": ("nn.download", "get the data sets that training uses"),
}


def main(arguments: Sequence[str]) -> int:
    """Run the command that the first argument names, and return the exit status."""
    name, *others = arguments or ["--help"]
    if name in COMMANDS:
        return import_module(COMMANDS[name][0]).main(others) or 0
    lines = [f"  {each:10}{purpose}" for each, (_, purpose) in COMMANDS.items()]
    listed = "\n".join(["usage: python -m nn COMMAND ... (--help lists its options)", "", *lines])
    if name in ("-h", "--help"):
        print(listed)
        return 0
    print(f"nn: expected the name of a command, but got {name}\n{listed}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
