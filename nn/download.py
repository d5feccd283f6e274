"""Get the data sets that training uses: ``python -m nn download``, before there is no internet."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from nn import command_options
from nn.arguments import program
from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.data.omniglot import load_omniglot
from nn.data.pendigits import load_pendigits
from nn.data.unipen import load_unipen

LOADERS: dict[str, Callable[[Path | None], object]] = {
    "mnist": load_mnist,
    "pendigits": load_pendigits,
    "omniglot": load_omniglot,
    "unipen": load_unipen,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Load each data set that the command line names, all of them by default."""
    parser = command_options.download()
    options = parser.parse_args(arguments)
    if unknown := set(options.sets) - set(LOADERS):
        parser.error(f"expected some of {', '.join(LOADERS)}, but got {', '.join(sorted(unknown))}")
    for name in options.sets or LOADERS:
        try:
            LOADERS[name](options.data)
        except DataError as error:
            sys.exit(f"{program('download')}: {error}")
        print(f"{name} is complete")
