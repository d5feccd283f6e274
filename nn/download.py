"""Get the data sets that training uses: ``python -m nn download``, before there is no internet.

They are kept in the user's cache, where training finds them. With ``--data`` or INKLING_DATA the
copies in that folder are checked instead.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from nn.arguments import argument_parser, program
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
    parser = argument_parser("download", __doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(LOADERS)}")
    parser.add_argument("--data", type=Path, help="folder with the data (else INKLING_DATA)")
    options = parser.parse_args(arguments)
    if unknown := set(options.sets) - set(LOADERS):
        parser.error(f"expected some of {', '.join(LOADERS)}, but got {', '.join(sorted(unknown))}")
    for name in options.sets or LOADERS:
        try:
            LOADERS[name](options.data)
        except DataError as error:
            sys.exit(f"{program('download')}: {error}")
        print(f"{name} is complete")
