"""Read pictures of handwritten digits and numbers, without a server.

Each picture gets a line: its name, what is read in it, and "certain" or why it is not, with tabs
between. Of a folder all pictures are read. A picture that cannot be read is named on standard
error, and the others are read.
"""

import os

# Before numpy and OpenCV are imported: processes use the cores, each with one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from glob import glob
from pathlib import Path
from typing import BinaryIO, TypeVar

from nn.arguments import argument_parser, number, program
from nn.bulk.addresses import is_address, stored_results
from nn.bulk.items import Item, page_names
from nn.bulk.names import STDIN, STDOUT, Report, listed_names, picture_names
from nn.bulk.result_job import ResultJob
from nn.bulk.results import Csv, Format, Json, Output, OutputError, Text, result_file
from nn.bulk.workers import N_TOGETHER, EngineError, read_in_order, silence_pillow_warnings
from nn.decoding.files import MAX_BYTES
from nn.files import printable
from nn.models.weights import WeightsError
from nn.reader import (
    DEFAULT,
    MAX_RISK,
    MIN_RISK,
    MODELS,
    RISK,
    Restriction,
    RestrictionError,
    load,
)

try:
    from tqdm import tqdm
except ImportError:  # it comes with what trains: there are no bars
    tqdm = None  # type: ignore[assignment, misc]

T = TypeVar("T")
PROGRAM = program("read")
IS_WINDOWS = os.name == "nt"
OUTCOMES = ("certain", "not certain", "not read")
NOT_READ, CANNOT_GO_ON, INTERRUPTED = 1, 2, 130
STATUS = """exit status:
  0    every picture was read, certain or not, now or before --resume
  1    at least one was not: standard error names it, and --resume tries it again
  2    wrong options, no such network, no cluster, or the results cannot be written
  130  ended by Ctrl-C
  141  what takes the results has ended, as head does"""
MAX_LIST_BYTES = 1_000_000  # of the file of --allowed
RESTRICTION = ("pattern", "check", "minimum", "maximum", "length")  # options of what is allowed


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the pictures that the command line names, and return the exit status."""
    options = parse_args(arguments)
    try:
        return read(options)
    except BrokenPipeError:
        raise
    except (OutputError, WeightsError, EngineError) as error:
        print_error(f"{PROGRAM}: {printable(str(error))}")
        return CANNOT_GO_ON
    except OSError as error:  # of --files-from, --explain, or of standard output
        where = printable(str(error.filename or "standard output"))
        print_error(f"{PROGRAM}: {where}: {error.strerror}")
        return CANNOT_GO_ON
    except KeyboardInterrupt:
        print_error("Interrupted." + (" Go on with --resume." if options.out else ""))
        return INTERRUPTED


def options_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's options."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argument_parser("read", __doc__, epilog=STATUS, formatter_class=as_written)
    add = parser.add_argument
    pictures = (
        "a picture, a folder with all folders in it, - for a picture on standard input, or an "
        "address such as s3://bucket/scans"
    )
    add("pictures", nargs="*", metavar="PICTURE|FOLDER|-", help=pictures)
    listed = "a file with more names, one a line, or - for names on standard input"
    add("--files-from", metavar="FILE", help=listed)
    add("-0", "--null", action="store_true", help="these names end with NUL, as find -print0 does")
    add("--digit", action="store_true", help="each picture is of one digit; several are an error")
    parser.set_defaults(form=Text)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_const", dest="form", const=Csv, help="a table")
    objects = "an object a line, with digits, confidences and boxes"
    form.add_argument("--json", action="store_const", dest="form", const=Json, help=objects)
    add("--out", metavar="FILE", help="write there instead of to standard output, which is -")
    resume = "continue that file: what was read is not read again, what failed is tried again"
    add("--resume", action="store_true", help=resume)
    allowed = "a file with the texts that a line may hold, one a line: the likeliest is read"
    add("--allowed", type=Path, metavar="FILE", help=allowed)
    pattern = r"what a line may hold, such as \d{6} or -?\d+,\d\d"
    add("--pattern", help=pattern)
    add("--check", help="right check digits: luhn, mod97, or gtin of 8, 12, 13 or 14 digits")
    add("--minimum", type=float, metavar="VALUE", help="least value of a line")
    add("--maximum", type=float, metavar="VALUE", help="greatest value of a line")
    add("--length", type=int, metavar="N", help="number of digits of a line")
    risk = "share of errors that certain answers may have, 0.001 to 0.05 (default %(default)s)"
    add("--risk", type=number(float, MIN_RISK, MAX_RISK), default=RISK, metavar="P", help=risk)
    stages = "write how each picture becomes digits, as PNG files"
    add("--explain", type=Path, metavar="FOLDER", help=stages)
    add("--model", default=DEFAULT, metavar="NAME", help="the network (default %(default)s)")
    add("--models", type=Path, default=MODELS, help="folder of the networks (default the shipped)")
    cores = "how many read at the same time (default %(default)s, the cores)"
    add("--processes", type=number(int, 1), default=n_cores(), metavar="N", help=cores)
    add("--engine", choices=["dask"], help="read on the workers of a cluster, not on these cores")
    add("--scheduler", metavar="ADDRESS", help="of the cluster, such as tcp://10.0.0.1:8786")
    add("-q", "--quiet", action="store_true", help="show no progress bar and no summary")
    return parser


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; exit with a message if they contradict each other."""
    parser = options_parser()
    options = parser.parse_args(arguments)
    if not options.pictures and not options.files_from:
        parser.error("expected pictures, folders, - or --files-from, but got none")
    if options.out == STDOUT:
        options.out = None
    if options.resume and (not options.out or options.form is Text):
        parser.error("--resume continues the file of --out, as --csv or --json")
    if options.null and not options.files_from:
        parser.error("--null is about the names of --files-from")
    if options.files_from == STDIN and STDIN in options.pictures:
        parser.error("standard input holds a picture or names, but both were named as -")
    if bool(options.engine) != bool(options.scheduler):
        parser.error("--engine dask and --scheduler ADDRESS are given together")
    if options.engine and options.explain:
        parser.error("--explain writes files where pictures are read: leave --engine out")
    try:
        options.restriction = restriction(options)
    except (RestrictionError, OSError) as error:
        parser.error(str(error))
    if options.restriction and options.digit:
        parser.error("--digit reads one digit, whatever is allowed: leave it out")
    return options


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        content = file.read(MAX_LIST_BYTES + 1)
    if len(content) > MAX_LIST_BYTES:
        raise RestrictionError(f"{path}: expected at most {MAX_LIST_BYTES:,} bytes, but got more")
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise RestrictionError(f"{path}: expected a text file in UTF-8, but got another") from error
    return [line.strip() for line in lines if line.strip()]


def restriction(options: argparse.Namespace) -> Restriction | None:
    """Return which texts a line may hold, None without an option about it."""
    values = _lines(options.allowed) if options.allowed else None
    given = {"values": values} | {name: getattr(options, name) for name in RESTRICTION}
    return Restriction(**given) if any(value is not None for value in given.values()) else None


def asked(options: argparse.Namespace) -> str:
    """Return the options that change what is read, a long list by its hash; "" without any."""
    given = {name: getattr(options, name) for name in RESTRICTION}
    if options.allowed:
        values = "\n".join(options.restriction.values).encode()
        given["allowed"] = hashlib.sha256(values).hexdigest()[:12]
    if options.risk != RISK:
        given["risk"] = options.risk
    return " ".join(f"{name}={value}" for name, value in given.items() if value is not None)


def read(options: argparse.Namespace) -> int:
    """Read the pictures and write the results; return the exit status."""
    counts = Counter[str]()

    def report(name: str, why: str) -> None:
        counts["not read"] += 1
        print_error(f"{printable(name)}: {why}")

    silence_pillow_warnings()
    reader = load(options.model, options.models, risk=options.risk)
    job = ResultJob(reader, options.restriction, options.digit, options.explain)
    if options.explain:
        options.explain.mkdir(parents=True, exist_ok=True)
    with open_output(options) as out:
        items = items_to_read(names_of_pictures(options, report), out)
        if options.engine:
            from nn.bulk.dask_engine import read_on_cluster  # an extra

            reading = read_on_cluster(items, job, options.scheduler, print_error)
        else:
            n_together = 1 if is_list_from_pipe(options) else N_TOGETHER
            reading = read_in_order(
                items, job, options.processes, print_error, n_together=n_together
            )
        with closing(reading) as results:
            is_free = bool(options.out) or not is_terminal(sys.stdout)
            has_bar = is_free and not options.quiet
            for result in with_progress(results, lambda: n_pictures(options, out), has_bar):
                if result.error is not None:
                    report(result.name, result.error)
                else:
                    counts["certain" if result.members["certain"] else "not certain"] += 1
                out.write(result)
    if options.out and not options.quiet:
        found = ", ".join(f"{counts[kind]:,} {kind}" for kind in OUTCOMES)
        before = f"; {out.n_done:,} were read before" if out.n_done else ""
        print(f"Wrote {printable(options.out)}: {found}{before}")
    return NOT_READ if counts["not read"] else 0


def open_output(options: argparse.Namespace) -> AbstractContextManager[Output]:
    """Return where the results go."""
    form: Format = options.form(asked(options))
    if options.out:
        if is_address(options.out):
            return stored_results(options.out, form, is_resumed=options.resume)
        return result_file(Path(options.out), form, is_resumed=options.resume)
    if sys.stdout is None:
        raise OutputError("standard output is closed: name a file with --out")
    if isinstance(form, Csv):
        form.is_on_terminal = is_terminal(sys.stdout)
    to_stdout = Output(sys.stdout.buffer, form)
    to_stdout.write_header()
    return nullcontext(to_stdout)


def items_to_read(of_pictures: Iterable[str], out: Output) -> Iterator[Item]:
    """Yield the pictures, of a scan its pages, that are not among the results yet."""
    place = 0
    for file in of_pictures:
        content = standard_input().read(MAX_BYTES) if file == STDIN else None
        for name in page_names(file, content):
            place += 1
            if not out.is_done(name):
                yield Item(place, name, content)


def names_of_pictures(options: argparse.Namespace, report: Report) -> Iterator[str]:
    """Yield the names of all pictures, in order."""
    yield from picture_names(expanded(options.pictures), report)
    if options.files_from:
        is_stdin = options.files_from == STDIN
        path = Path(options.files_from)
        with nullcontext(standard_input()) if is_stdin else path.open("rb") as file:
            listed = listed_names(file, b"\0" if options.null else b"\n")
            yield from picture_names(listed, report)


def expanded(names: Iterable[str]) -> Iterator[str]:
    """Yield the files that patterns such as ``*.png`` name, which Windows' shells do not expand."""
    for name in names:
        is_pattern = IS_WINDOWS and not Path(name).exists()
        found = glob(name) if is_pattern else []  # noqa: PTH207, Path.glob refuses absolute names
        yield from sorted(found) or [name]


def is_list_from_pipe(options: argparse.Namespace) -> bool:
    """Return whether names come from a pipe: only once, and perhaps slowly."""
    listed = options.files_from
    return bool(listed) and (listed == STDIN or not Path(listed).is_file())


def n_pictures(options: argparse.Namespace, out: Output) -> int | None:
    """Return the number of pictures to read; None if their names come only once."""
    if is_list_from_pipe(options):
        return None
    names = names_of_pictures(options, lambda *_: None)
    return sum(not out.is_done(page) for name in names for page in page_names(name))


def standard_input() -> BinaryIO:
    """Return standard input, or raise OutputError where the shell has closed it."""
    if sys.stdin is None:
        raise OutputError("standard input is closed: - needs it")
    return sys.stdin.buffer


def n_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def print_error(message: str) -> None:
    """Write a line to standard error, above the progress bar if there is one.

    Where that is closed or on a full disk, the exit status has to do.
    """
    if sys.stderr is None:
        return
    with suppress(OSError):
        if tqdm is None:
            print(message, file=sys.stderr)
        else:
            tqdm.write(message, file=sys.stderr)


def with_progress(
    results: Iterable[T], count: Callable[[], int | None], has_bar: bool
) -> Iterator[T]:
    """Yield the results, with a progress bar if there is to be one and people look at it.

    ``count`` returns how many there will be, if that is known.
    """
    if tqdm is None or not is_terminal(sys.stderr) or not has_bar:
        yield from results
    else:
        yield from tqdm(results, total=count(), unit=" pictures", leave=False)


def is_terminal(stream: object) -> bool:
    """Return whether people look at a stream; it is None where the shell has closed it."""
    return bool(getattr(stream, "isatty", bool)())
