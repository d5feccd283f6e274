"""The measured blocks of the model card and the README.

A block is the text between two lines of a page that name it. One run measures all blocks, in three
processes.
"""

import multiprocessing
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from threadpoolctl import threadpool_limits

from benchmarks.card import digits, numbers, sheets
from benchmarks.card.held_back import HeldBack
from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.models import line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import Model
from nn.promote import replace_between, trained_by

CONVNET = "convnet*"  # the training that holds people back; the network of lines always does
# Rows of the card that the README shows, too.
FIRST_SETS = ("bhmsds, photographed sheets", "sudoku cells, phone photos")
FIRST_PAGES = "pen, 2 to 6 digits"
INTERVAL = re.compile(r" \(\d+\.\d+-\d+\.\d+\)")

Blocks = dict[str, str]
"""The text of blocks by their names."""


@dataclass(frozen=True)
class Measurement:
    """What is measured: networks, data, people, and one in ``every`` so many pictures.

    ``models`` is the folder of the shipped networks, ``held_back`` the folder of the training that
    holds the people back.
    """

    models: Path
    held_back: Path
    data: Path | None
    people: HeldBack
    every: int = 1

    def shipped(self) -> dict[str, Model]:
        """Return the shipped networks of single digits."""
        return {name: weights.load(self.models / f"{name}.npz") for name in ARCHITECTURES}

    def convnet(self) -> Model:
        """Return the network of single digits that holds people back."""
        return weights.load(weights.find_weights(self.held_back, "convnet"))

    def lines(self) -> Model:
        """Return the network of lines."""
        return line_network.load(self.models)


def measure_digits(run: Measurement) -> Blocks:
    """Return the blocks of single digits and of pictures without a digit."""
    _, test = load_mnist(run.data)
    models = {**run.shipped(), CONVNET: run.convnet()}
    results, left_out = digits.predict_all(models, test, run.data, run.people, run.every)
    tables = [
        digits.digits_table(results, list(models)),
        digits.no_digits_table(results, CONVNET),
    ]
    return {"digits": "\n\n".join([*tables, *left_out])}


def measure_numbers(run: Measurement) -> Blocks:
    """Return the block of numbers."""
    _, test = load_mnist(run.data)
    read = numbers.read_all(run.convnet(), run.lines(), test, run.data, run.people, run.every)
    return {"numbers": numbers.table(CONVNET, read)}


def measure_sheets(run: Measurement) -> Blocks:
    """Return the block of class sheets."""
    _, test = load_mnist(run.data)
    n_sheets = -(-sheets.N_SHEETS // run.every)
    tables = sheets.measure(CONVNET, run.convnet(), test, run.data, run.people, n_sheets)
    return {"class sheets": tables}


PARTS = (measure_digits, measure_numbers, measure_sheets)
NAMES = ("measured", "digits", "numbers", "class sheets", "figures")


def measure(run: Measurement) -> Blocks:
    """Return all blocks; print each when it is measured.

    Raise DataError or WeightsError if data, a network or the code's commit cannot be found.
    """
    start = monotonic()
    blocks = {"measured": describe(run, commit_of(Path(__file__).parent))}
    print(blocks["measured"], end="\n\n", flush=True)
    for some in in_processes(PARTS, run):
        print("\n\n".join(some.values()), end="\n\n", flush=True)
        blocks |= some
        seconds = monotonic() - start
        print(f"benchmarks.card: {', '.join(some)} measured after {seconds:.0f} s", file=sys.stderr)
    blocks["figures"] = figures(blocks)
    print(blocks["figures"])
    return blocks


def in_processes(
    parts: Sequence[Callable[[Measurement], Blocks]], run: Measurement
) -> Iterator[Blocks]:
    """Run each function in its own process, on one core, and yield its blocks when it is done."""
    context = multiprocessing.get_context("spawn")
    one_core = partial(threadpool_limits, 1, user_api="blas")
    with ProcessPoolExecutor(len(parts), context, initializer=one_core) as pool:
        for future in as_completed([pool.submit(part, run) for part in parts]):
            yield future.result()


def describe(run: Measurement, commit: str) -> str:
    """Return the date, the commit and the networks of the measurement."""
    shipped = ", ".join(
        f"`{name}` `{model.metadata['sha256'][:8]}`" for name, model in run.shipped().items()
    )
    others = [
        f"- `{name}` `{model.metadata['sha256'][:8]}`: {trained_by(model.metadata)}"
        for name, model in ((CONVNET, run.convnet()), (line_network.LINES, run.lines()))
    ]
    return "\n".join(
        [
            f"Measured on {datetime.now(UTC).date()} with the code of commit {commit}, seconds on "
            f"one core of {processor()}, with {shipped}, and:\n",
            *others,
        ]
    )


def commit_of(folder: Path) -> str:
    """Return the commit of the code in a folder, and whether the code was changed since.

    Raise DataError if the folder is outside a git checkout.
    """

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        # git writes its errors to standard error, where the user reads them.
        return subprocess.check_output(command, text=True).strip()

    try:
        commit = git("rev-parse", "--short=8", "HEAD")
        # Markdown changes no measurement, and this command writes it.
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ":(top,exclude)*.md")
    except (OSError, subprocess.CalledProcessError) as error:
        raise DataError(
            f"{folder}: expected a checkout of git, whose commit the card names, but: {error}"
        ) from error
    return f"`{commit}` with changes" if changed else f"`{commit}`"


def processor() -> str:
    """Return the name of this machine's processor."""
    information = Path("/proc/cpuinfo")
    text = information.read_text() if information.is_file() else ""
    match = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return match[1] if match else platform.processor() or platform.machine()


def figures(blocks: Mapping[str, str]) -> str:
    """Return the README's block: the shipped networks' columns of some rows, without intervals."""
    cells = [row.split(" | ")[: 1 + len(ARCHITECTURES)] for row in blocks["digits"].splitlines()]
    head, line, *rows = [f"{' | '.join(each)} |" for each in cells]
    first = [row for row in rows if row.startswith(tuple(f"| {name} (" for name in FIRST_SETS))]
    of_numbers = blocks["numbers"].splitlines()
    [row] = [row for row in of_numbers if row.startswith(f"| {FIRST_PAGES} (")]
    title, whole_right, *_ = row.removeprefix(f"| {FIRST_PAGES} ").split(" | ")
    numbers_row = (
        f"| numbers of 2 to 6 digits by unseen writers, whole {title} | | | {whole_right} |"
    )
    return INTERVAL.sub("", "\n".join([head, line, *first, numbers_row]))


def fill(pages: Mapping[Path, bytes], blocks: Mapping[str, str]) -> dict[Path, bytes]:
    """Return the pages with the blocks in them.

    Raise DataError if no page has the two lines around a block, or a page has only one of them.
    """
    texts = {page: content.decode() for page, content in pages.items()}
    for name, block in blocks.items():
        start, end = marks(name)
        holders = [page for page, text in texts.items() if start in text or end in text]
        if not holders:
            named = " or ".join(map(str, texts))
            raise DataError(f"{named}: expected a line {start.strip()}, but found none")
        for page in holders:
            texts[page] = replace_between(page, texts[page], start, end, f"{block}\n")
    return {page: text.encode() for page, text in texts.items()}


def marks(name: str, program: str = "benchmarks.card") -> tuple[str, str]:
    """Return the lines before and after a block, which name the program that writes it."""
    return f"<!-- {name}: {program} writes this -->\n", f"<!-- end of {name} -->\n"
