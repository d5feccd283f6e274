"""The answers from which certainty is fitted: ``python -m nn train certainty``.

Beside older sets that are for measuring, these are 480 cheques and 2,183 numbers of registers and
weather sheets that no network has learnt and no README counts, and lines and signs drawn in the
writing of people whom the network of lines has not learnt. Only the few weights of certainty are
fitted to them, and the figures of a set come from weights that were fitted without it.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from nn.data.handwriting import (
    load_handwriting,
    split_by_source,
    unlike_digits,
    whole_digits,
)
from nn.data.mnist import load_mnist
from nn.data.numbers import load_registers, load_weather
from nn.data.synthetic.drawing import draw_strokes
from nn.data.synthetic.lines import LineWriter, recorded_marks
from nn.data.synthetic.non_digits import scribble_over
from nn.data.synthetic.paper import photograph
from nn.data.synthetic.styles import write_digit
from nn.data.unipen import load_unipen
from nn.decoding.any_picture import to_picture
from nn.decoding.picture_errors import PictureError
from nn.evaluation.classifier_metrics import markdown, proportion
from nn.evaluation.sets import (
    AT_RISKS,
    NUMBERS,
    SINGLE,
    Labelled,
    Load,
    at_risks,
    folder_of,
    read_real,
    read_table,
)
from nn.files import write_atomically
from nn.models import ink_network, line_network, weights
from nn.models.line_network import CERTAINTY, LINES, SHIPPED
from nn.reading.lines.strip import CLASSES, strip_reader
from nn.reading.page.segment import segmenter
from nn.reading.page_reader import PageReader
from nn.training.certainty_training import (
    Answer,
    Fitted,
    certain_from,
    fit_certainty,
    trusting_nothing,
)
from nn.training.recipes import RECIPES

SEED = 1
N_LINES, N_LETTERS, N_CROSSED_OUT = 1_500, 1_500, 500  # drawn; lines of each of WRITERS
WRITERS = ("pendigits", "UNIPEN")
PEN_WIDTHS = (0.05, 0.14)  # of letters, over their longer side
CALIBRATION = "cheques for calibration"
CHEQUES = "cheque amounts"  # for measuring
# What is written on nine of these cheques, whose label is another number.
CORRECTED = {
    "7397": "7393",
    "153": "15371",
    "178": "198",
    "13317": "13817",
    "11775": "15775",
    "32711": "32712",
    "1111": "1119",
    "10369": "10362",
    "10762": "10862",
}


class Source(NamedTuple):
    """Pictures of one source, and what is known of them; members as of ``Answer``."""

    name: str
    pictures: Callable[[], Iterable[Labelled]]
    has_marks: bool = False
    is_real: bool = True
    is_of_digits: bool = False


def all_sources(data: Path) -> list[Source]:
    """Return all sources of answers in a data folder."""
    numbers: dict[str, Load] = {
        CALIBRATION: read_cheques,
        "registers for calibration": partial(read_real, load_registers, "calibrate"),
        "weather sheets for calibration": partial(read_real, load_weather, "calibrate"),
        **NUMBERS,
    }
    for name in (CALIBRATION, CHEQUES):
        numbers[name] = partial(_corrected, numbers[name])
    found = [Source(name, partial(load, data)) for name, load in numbers.items()]
    found += [Source(name, partial(load, data), is_of_digits=True) for name, load in SINGLE.items()]
    return [
        *found,
        *(
            Source(f"drawn lines of {writers}", partial(draw_lines, writers, data), True, False)
            for writers in WRITERS
        ),
        Source("drawn signs", partial(draw_signs, data), is_of_digits=True),
    ]


def _corrected(load: Load, data: Path) -> Iterator[Labelled]:
    for labelled in load(data):
        yield replace(labelled, digits=CORRECTED.get(labelled.digits, labelled.digits))


def read_cheques(data: Path) -> Iterator[Labelled]:
    """Yield the amounts of the cheques for calibration."""
    return read_table(data / "calibration" / "cheques" / "labels.csv")


def draw_lines(writers: str, data: Path) -> Iterator[Labelled]:
    """Yield photographed lines by ``WRITERS`` whom the network of lines has not learnt.

    The label of a line with another sign has a "?" for it, so that no reading of it is right.
    Lines that close an amount are no part of it.
    """
    recipe = RECIPES[LINES]
    _, people = load_handwriting(data, recipe.writers_held_back, recipe.sources_held_back)
    _, scanned = load_mnist(data)[0].split(recipe.held_back)
    of_writers = {"pendigits": people.pen_digits, "UNIPEN": whole_digits(people.characters)}
    others, of_marks = unlike_digits(people.characters), recorded_marks(people.characters)
    writer = LineWriter(of_writers[writers], others, scanned, of_marks)
    rng = np.random.default_rng(SEED)
    for _ in range(N_LINES):
        line = writer.write(rng)
        labels = line.labels[:-1] if line.is_closed else line.labels
        text = "".join(CLASSES[label] for label in labels)
        yield Labelled(Image.fromarray(photograph(line, writer, rng).grey), text)


def draw_signs(data: Path) -> Iterator[Labelled]:
    """Yield letters and symbols of these people, and digits that are crossed out: no digits."""
    sources = RECIPES[LINES].sources_held_back
    _, characters = split_by_source(load_unipen(data), sources)
    others = unlike_digits(characters)
    rng = np.random.default_rng(SEED)
    for number in rng.choice(len(others), N_LETTERS, replace=False).tolist():
        yield Labelled(draw_strokes(others[number].strokes, rng.uniform(*PEN_WIDTHS)), "")
    for _ in range(N_CROSSED_OUT):
        strokes = scribble_over(write_digit(int(rng.integers(10)), rng), rng)
        yield Labelled(draw_strokes(strokes, rng.uniform(*PEN_WIDTHS)), "")


def collect(
    data: Path | None, name: str, models: Path = SHIPPED
) -> tuple[list[Answer], dict[str, int]]:
    """Return the answers of a network to all pictures, and how many pictures each source has.

    Raise DataError if a set is missing.
    """
    folder = folder_of(data)
    answers, n_pictures = list[Answer](), dict[str, int]()
    with ProcessPoolExecutor(initializer=_set_reader, initargs=(name, models)) as pool:
        for source in all_sources(folder):
            pictures = list(source.pictures())
            n_pictures[source.name] = len(pictures)
            found = pool.map(partial(_read, source), pictures, chunksize=16)
            for some in tqdm(found, source.name, len(pictures), leave=False, disable=None):
                answers += some
    return answers, n_pictures


def fit_and_measure(options: argparse.Namespace) -> str:
    """Fit certainty, write ``certainty.json`` and return the table of ``table``.

    Raise DataError if a set is missing, WeightsError if a network is, OSError if the file cannot be
    written.
    """
    models = {
        options.base: weights.load(weights.find_weights(SHIPPED, options.base)),
        LINES: line_network.load(),
    }
    answers, n_pictures = collect(options.data, options.base)
    fitted = fit_certainty(answers)
    metadata = {
        "command": f"python -m nn train {CERTAINTY} --from {options.base}",
        "networks": {name: model.metadata["sha256"] for name, model in models.items()},
        "answers": len(answers),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(metadata | fitted.certainty.to_dict(), indent=2) + "\n"
    write_atomically(options.out / f"{CERTAINTY}.json", content.encode())
    return table(answers, n_pictures, fitted)


def table(answers: Sequence[Answer], n_pictures: Mapping[str, int], fitted: Fitted) -> str:
    """Return how the answers to each source are judged without it, as a table in Markdown."""
    rows = []
    for source, n_total in n_pictures.items():
        own = [answer for answer in answers if answer.source == source and answer.is_counted]
        n_right = sum(answer.is_right for answer in own)
        found = [(certain_from(each, fitted.without[source]), each.is_right) for each in own]
        rows.append((source, [proportion(n_right, n_total), *at_risks(found, n_total)]))
    return markdown("set", ("right", *AT_RISKS), rows)


_reader: PageReader  # of a process that reads


def _set_reader(name: str, models: Path) -> None:
    global _reader
    threadpool_limits(1)
    cv2.setNumThreads(1)
    network = weights.load(weights.find_weights(models, name)).network
    lines = line_network.load(models).network
    read_strip = strip_reader(lines.activations)
    segment = segmenter(ink_network.load(models).network.activations)
    _reader = PageReader(network.activations, read_strip, trusting_nothing(), segment)


def _read(source: Source, labelled: Labelled) -> list[Answer]:
    """Return the answer to a picture; of one of a digit that is read as a number, both."""
    try:
        page = _reader.find_page(to_picture(labelled.picture))
        readings = [_reader.read(page)]
    except PictureError:
        return []
    if source.is_of_digits and readings[0].is_number:
        readings.append(_reader.read(page, one_digit=True, refuse_several=False))
    return [
        Answer(
            source.name,
            reading,
            labelled.digits,
            has_marks=source.has_marks and reading.is_number,
            is_plain=page.is_plain,
            is_real=source.is_real and not (source.is_of_digits and reading.is_number),
            is_counted=place == 0,
        )
        for place, reading in enumerate(readings)
    ]
