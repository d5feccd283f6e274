"""The options of each command but ``read``, which has its own.

They need numpy alone: help, wrong options and completion work where an extra is missing.
"""

from argparse import ArgumentParser
from pathlib import Path

from nn.arguments import argument_parser, number
from nn.models.architectures import ARCHITECTURES
from nn.models.ink_network import INK
from nn.models.line_network import CERTAINTY, LINES, SHIPPED
from nn.reading.certainty_model import MAX_RISK, MIN_RISK, RISK

SETS = ("mnist", "pendigits", "omniglot", "unipen")  # that are published
OWN_PICTURES = "your labelled pictures: a folder for each digit, a CSV table, a zip archive"


def train() -> ArgumentParser:
    """Train a network by name and write its weights: ``python -m nn train article``.

    Weights, metadata, history and learning curve go to ``runs/NAME``. ``python -m nn promote NAME``
    makes them the weights that the app loads. ``--from convnet`` goes on with a trained network,
    and with ``--pictures FOLDER`` fine-tunes it on labelled pictures of your own. ``certainty``
    fits when the shipped networks are certain, to pictures that they have not learnt.
    """
    parser = argument_parser("train", train.__doc__)
    parser.add_argument(
        "name", choices=[*ARCHITECTURES, LINES, INK, CERTAINTY], help="the network, or certainty"
    )
    add_data(parser)
    parser.add_argument("--csv", type=Path, help="train on Kaggle's train.csv instead of MNIST")
    base = "go on with this network: a shipped one's name, or the file or folder of a run"
    parser.add_argument("--from", dest="base", metavar="NETWORK", help=base)
    parser.add_argument("--pictures", type=Path, metavar="PATH", help=OWN_PICTURES)
    test = "others of them, to measure once in the end (default: a seventh of --pictures)"
    parser.add_argument("--test-pictures", type=Path, metavar="PATH", help=test)
    lost = "percentage points of the accuracy elsewhere that fine-tuning may lose (default 0.2)"
    parser.add_argument("--most-lost", type=number(float, 0, 100), metavar="POINTS", help=lost)
    parser.add_argument("--epochs", type=number(int, 1), help="passes over the digits")
    parser.add_argument("--seed", type=number(int, 0), default=1, help="of all random choices")
    rate = "with --from: share of the learning rate of a first training (default 0.5)"
    parser.add_argument("--rate", type=number(float, 0.001, 1), metavar="SHARE", help=rate)
    average = (
        "with --from: write the mean of the weights before and after the training; SHARE is that "
        "of the weights after (default 0.5)"
    )
    share = number(float, 0.01, 0.99)
    parser.add_argument(
        "--average", type=share, nargs="?", const=0.5, metavar="SHARE", help=average
    )
    held_back = (
        "number of MNIST's training digits to measure each epoch on instead of training on them "
        "(default: 5000, for convnet 0, for lines and ink 2000)"
    )
    parser.add_argument("--held-back", type=number(int, 0), help=held_back)
    writers = "number of pendigits' 30 writers to measure each epoch on, too (default 0)"
    parser.add_argument("--held-back-writers", type=number(int, 0), help=writers)
    sources = "comma-separated sources of UNIPEN to measure each epoch on, such as apa,imp"
    parser.add_argument("--held-back-sources", type=comma_separated, help=sources)
    parser.add_argument("--resume", action="store_true", help="continue a stopped training")
    parser.add_argument("--out", type=Path, help="folder to write to (default runs/NAME)")
    return parser


def evaluate() -> ArgumentParser:
    """Measure a trained network: ``python -m nn evaluate article``.

    Prints the accuracy on MNIST's test digits with its 95 % interval, the confusion matrix and the
    scores of each class, and writes the worst mistakes as a picture. With ``--pictures PATH`` it
    measures your own labelled pictures, and writes a report; ``--compare NAME`` sets a second
    network beside it, and ``--format json`` prints all of it for programs instead. With
    ``--submission test.csv`` it answers Kaggle's pictures. With ``--dev`` it reads all sets that
    are for measuring as the app does, and prints one table: what is right, what is certain, and
    what is certain and wrong, with 95 % intervals. ``--attack`` prints such a table of drawn and
    photographed pictures that are more than a plain number, such as powers, by kind.
    """
    parser = argument_parser("evaluate", evaluate.__doc__)
    add = parser.add_argument
    add(
        "name",
        nargs="?",
        metavar="NAME",
        help="the network (with --dev or --attack, default convnet)",
    )
    add_models(parser)
    add_data(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--pictures", type=Path, metavar="PATH", help=OWN_PICTURES)
    what.add_argument("--submission", type=Path, help="Kaggle's test.csv, to answer it")
    sets = "print the table of all sets that are for measuring"
    what.add_argument("--dev", action="store_true", help=sets)
    attack = "print the table of pictures that are more than a plain number"
    what.add_argument("--attack", action="store_true", help=attack)
    add("--out", type=Path, help="file to write: the picture of mistakes, report or submission")
    every = "with --dev: read one in N pictures"
    add("--every", type=number(int, 1), default=1, metavar="N", help=every)
    seed = "with --attack: of all random choices (default %(default)s)"
    add("--seed", type=number(int, 0), default=1, metavar="N", help=seed)
    count = "with --attack: pictures of each kind, drawn and photographed (default %(default)s)"
    add("--count", type=number(int, 1), default=20, metavar="N", help=count)
    compared = "with --pictures: a second network, measured on the same pictures"
    add("--compare", metavar="NAME", help=compared)
    risk = "with --pictures: share of errors among certain answers (default %(default)s)"
    add("--risk", type=number(float, MIN_RISK, MAX_RISK), default=RISK, metavar="P", help=risk)
    form = "with --pictures: write a report (the default), or print all of it as JSON"
    add("--format", choices=("html", "json"), default="html", help=form)
    return parser


def export() -> ArgumentParser:
    """Write a trained network as an ONNX model: ``python -m nn export convnet``.

    It holds the whole network, for ONNX Runtime, browsers and phones. Beside it come a model card,
    the preprocessing in words, in Python and in JavaScript, and 20 pictures with what the network
    computes from them.
    """
    parser = argument_parser("export", export.__doc__)
    parser.add_argument("name", choices=[*ARCHITECTURES, LINES], help="the network")
    add_models(parser)
    out = "folder to write to (default exports/NAME)"
    parser.add_argument("--out", type=Path, help=out)
    return parser


def promote() -> ArgumentParser:
    """Make a finished training the weights that the app loads: ``python -m nn promote article``.

    Rounds the weights of the run of ``runs/NAME`` to float16, which halves their file, measures
    them on MNIST's test digits, writes them with metadata, history and learning curve to
    ``models/``, and rewrites the table of shipped networks in the model card.
    """
    parser = argument_parser("promote", promote.__doc__)
    names = [*ARCHITECTURES, LINES, INK, CERTAINTY]
    parser.add_argument("name", choices=names, help="the network")
    parser.add_argument("--run", type=Path, help="folder of the training (default runs/NAME)")
    parser.add_argument(
        "--models", type=Path, default=Path("models"), help="folder to write to (default models)"
    )
    add_data(parser)
    return parser


def download() -> ArgumentParser:
    """Get the data sets that training uses: ``python -m nn download``, before there is no internet.

    They are kept in the user's cache, where training finds them. With ``--data`` or INKLING_DATA
    the copies in that folder are checked instead.
    """
    parser = argument_parser("download", download.__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)}")
    add_data(parser)
    return parser


def add_data(parser: ArgumentParser) -> None:
    """Add the option of the folder with the data sets."""
    parser.add_argument("--data", type=Path, help="folder with the data sets (else INKLING_DATA)")


def add_models(parser: ArgumentParser) -> None:
    """Add the option of the folder with the networks to take one from."""
    folder = "folder with NAME.npz or NAME/NAME.npz, such as runs (default the shipped)"
    parser.add_argument("--models", type=Path, default=SHIPPED, help=folder)


def comma_separated(text: str) -> tuple[str, ...]:
    """Return the names of a list with commas."""
    return tuple(name for name in text.split(",") if name)


PARSERS = {each.__name__: each for each in (train, evaluate, export, promote, download)}
