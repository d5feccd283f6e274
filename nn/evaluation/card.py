"""The measured blocks of the model card and the README: ``python -m nn.evaluate --card``.

A block is what is between two lines of a page that name it. All blocks are measured by the same
code in one run, and each is written by the command alone.
"""

import multiprocessing
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock, Thread
from time import monotonic

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.data.digits import DataError
from nn.data.mnist import load_mnist
from nn.evaluation import numbers, single_digits
from nn.evaluation.class_sheets import measure as class_sheets
from nn.evaluation.strangers import HeldBack
from nn.evaluation.tables import markdown, replace_between
from nn.models import lines, weights
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import Model

CONVNET = "convnet*"  # the training that holds people back; the network of lines always does
# The rows of the card that the README shows, too.
FIRST_SETS = ("bhmsds, photographed sheets", "sudoku cells, phone photos")
FIRST_PAGES = "pen, 2 to 6 digits"
INTERVAL = re.compile(r" \(\d+\.\d+-\d+\.\d+\)")

Blocks = dict[str, str]
"""The text of blocks by their names."""


@dataclass(frozen=True)
class Measurement:
    """What is measured: networks, data, people, and one in ``every`` so many pictures.

    ``models`` is the folder of the shipped networks, ``held_back`` that of the trainings that hold
    back these people.
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
        return lines.load(self.models)


def measure_digits(run: Measurement) -> Blocks:
    """Return the blocks of single digits and of no digits."""
    _, test = load_mnist(run.data)
    models = {**run.shipped(), CONVNET: run.convnet()}
    results, left_out = single_digits.predict_all(models, test, run.data, run.people, run.every)
    accuracies = single_digits.accuracy_table(results, list(ARCHITECTURES))
    of_digits = single_digits.digits_table(results, CONVNET)
    of_no_digits = single_digits.no_digits_table(results, CONVNET)
    return {
        "accuracies": "\n\n".join([accuracies, *left_out]),
        "held back": f"{of_digits}\n\n{of_no_digits}",
        "thresholds": single_digits.certainty_curve(results, CONVNET),
    }


def measure_numbers(run: Measurement) -> Blocks:
    """Return the block of numbers."""
    _, test = load_mnist(run.data)
    models = {CONVNET: run.convnet()}
    by_model = numbers.read_all(models, test, run.data, run.people, run.lines(), run.every)
    results = by_model[CONVNET]
    table, incomplete = numbers.table(CONVNET, results), numbers.incomplete(CONVNET, results)
    return {"numbers": "\n\n".join(filter(None, [table, incomplete]))}


def measure_sheets(run: Measurement) -> Blocks:
    """Return the block of class sheets."""
    _, test = load_mnist(run.data)
    models = {**run.shipped(), CONVNET: run.convnet()}
    n_sheets = -(-class_sheets.N_SHEETS // run.every)
    tables = class_sheets.measure(models, test, run.data, run.people, n_sheets=n_sheets)
    return {"class sheets": tables}


PARTS = (measure_digits, measure_numbers, measure_sheets)
NAMES = ("measured", "accuracies", "held back", "thresholds", "numbers", "class sheets", "figures")


def measure(run: Measurement) -> Blocks:
    """Return all blocks; print each when it is measured.

    Raise DataError or WeightsError if data or a network cannot be loaded, or the code's commit is
    unknown.
    """
    start = monotonic()
    blocks = {"measured": describe(run, commit_of(Path(__file__).parent))}
    print(blocks["measured"], end="\n\n", flush=True)
    for some in in_processes(PARTS, run):
        print("\n\n".join(some.values()), end="\n\n", flush=True)
        blocks |= some
        seconds = monotonic() - start
        print(f"nn.evaluate: {', '.join(some)} measured after {seconds:.0f} s", file=sys.stderr)
    blocks["figures"] = figures(blocks)
    print(blocks["figures"])
    return blocks


def in_processes(
    parts: Sequence[Callable[[Measurement], Blocks]], run: Measurement
) -> Iterator[Blocks]:
    """Yield what functions return, as soon as each is ready. Each has a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        try:
            # A pool of several processes may not notice the end of one that it has started late.
            pools = [ProcessPoolExecutor(1, context, initializer=_prepare) for _ in parts]
            futures = [
                stack.enter_context(pool).submit(part, run)
                for pool, part in zip(pools, parts, strict=True)
            ]
            for future in as_completed(futures):
                yield future.result()
        except BaseException as error:
            for process in multiprocessing.active_children():
                process.terminate()  # it would go on for minutes
            if isinstance(error, BrokenProcessPool):
                raise OSError("a process was ended, perhaps for lack of memory") from error
            raise


def _prepare() -> None:
    """Leave Ctrl-C to the process that started this one, end with it, and use one core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(RLock())  # tqdm's default lock, for several processes, outlives this process
    threadpool_limits(1, user_api="blas")
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def describe(run: Measurement, commit: str) -> str:
    """Return when, with which code and of which networks the blocks are measured."""
    shipped = ", ".join(
        f"`{name}` `{model.metadata['sha256'][:8]}`" for name, model in run.shipped().items()
    )
    rows = [
        (f"`{name}`", [f"`{model.metadata['sha256'][:8]}`", f"`{model.metadata.get('command')}`"])
        for name, model in ((CONVNET, run.convnet()), (lines.LINES, run.lines()))
    ]
    return (
        f"Measured on {datetime.now(UTC).date()} with the code of commit {commit}, seconds on one "
        f"core of {processor()}. The shipped networks were {shipped}; those with a * hold back the "
        f"people that are measured:\n\n{markdown('network', ['SHA-256', 'trained by'], rows)}"
    )


def commit_of(folder: Path) -> str:
    """Return the commit of the code in a folder, and whether any of it is changed since.

    Raise DataError if it is in no checkout of git.
    """

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        # What git says of an error is for the user: it goes to standard error.
        return subprocess.check_output(command, text=True).strip()

    try:
        commit = git("rev-parse", "--short=8", "HEAD")
        # Pages change nothing that is measured, and this command writes them.
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
    """Return the README's block: some rows of the card, without intervals."""
    head, line, *rows = blocks["accuracies"].splitlines()
    first = [row for row in rows if row.startswith(tuple(f"| {name} (" for name in FIRST_SETS))]
    of_numbers = blocks["numbers"].splitlines()
    [row] = [row for row in of_numbers if row.startswith(f"| {FIRST_PAGES} (")]
    title, whole_right, *_ = row.removeprefix(f"| {FIRST_PAGES} ").split(" | ")
    numbers_row = (
        f"| numbers of 2 to 6 digits by unseen writers, whole {title} | | | {whole_right} |"
    )
    return INTERVAL.sub("", "\n".join([head, line, *first, numbers_row]))


def fill(pages: Mapping[Path, bytes], blocks: Mapping[str, str]) -> dict[Path, bytes]:
    """Return pages with these blocks in them.

    Raise DataError if no page has a place for a block, or a page's place is damaged.
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


def marks(name: str) -> tuple[str, str]:
    """Return the lines before and after a block."""
    return f"<!-- {name}: nn.evaluate --card writes this -->\n", f"<!-- end of {name} -->\n"
