"""How photographs of filled class sheets are read, as tables in Markdown.

Each photograph is made by our generator and read as in the app.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.card.held_back import HeldBack
from benchmarks.sheets.filling import Hand, mnist_hand, pen_hand
from benchmarks.sheets.photograph import KINDS, SheetPhotograph, photograph_sheet
from nn.data.digits import Digits
from nn.data.handwriting import split_by_writer
from nn.data.pendigits import load_pendigits
from nn.evaluation.classifier_metrics import Row, count, markdown, proportion
from nn.evaluation.sets import progress
from nn.models.weights import Model
from nn.reader import load_certainty
from nn.reading.certainty import doubt_of_digit
from nn.reading.class_sheet.boxes import FilledPage, read_page
from nn.reading.class_sheet.layout import COLUMN_MM, GAP_MM, MAX_PUPILS, pages_of
from nn.reading.class_sheet.markers import UnreadableSheet
from nn.reading.mnist import Pixels, to_inputs

SEED = 1
N_SHEETS = 200
FOUND_MM = 1.0  # most that a found box's corners may be off, on average
MNIST, PEN = "MNIST's test digits", "pen, writers held back"
OF_SHEETS = ("sheets", "every box found", "empty or not", "median seconds", "longest")
OF_DIGITS = ("read correctly", "certain", "certain and wrong")


@dataclass(frozen=True)
class SheetResult:
    """What was found in a photograph.

    Attributes
    ----------
    kind, hand
        The kind of the photograph, and whose digits it shows.
    n_boxes, n_boxes_right
        How many boxes the page has, and how many were correctly found empty or filled.
    is_found
        Whether every box was found.
    seconds
        Processor time from the picture to the networks' inputs.
    labels
        (M,): the labels of the digits that were found in their boxes.
    images
        uint8 (M, 28, 28): the networks' inputs.
    is_doubted
        (M,): whether ink in the box was cut off or left out, or strikes the digit out.
    """

    kind: str
    hand: str
    n_boxes: int
    n_boxes_right: int
    is_found: bool
    seconds: float
    labels: NDArray[np.int64]
    images: Pixels
    is_doubted: NDArray[np.bool_]


def measure(
    name: str,
    model: Model,
    test: Digits,
    data: Path | None,
    held_back: HeldBack,
    n_sheets: int = N_SHEETS,
) -> str:
    """Return a table of what is found on the sheets, and one of what a model reads.

    The sheets have MNIST's test digits and digits of pendigits' writers that are held back, in
    turn. Raise DataError if pendigits cannot be loaded.
    """
    _, last = split_by_writer(load_pendigits(data), held_back.n_writers)
    hands = {MNIST: mnist_hand(test), PEN: pen_hand(last)}
    results = list(progress(_results(hands, n_sheets), "sheets", n_sheets))
    return f"{sheets_table(results)}\n\n{digits_table(name, model, results)}"


def _results(hands: Mapping[str, Hand], n_sheets: int) -> Iterator[SheetResult]:
    """Yield what is found on each sheet: each kind of photograph in turn, by each hand."""
    kinds = list(KINDS)
    for number in range(n_sheets):
        rng = np.random.default_rng([SEED, number])
        hand = list(hands)[number % len(hands)]
        kind = kinds[number // len(hands) % len(kinds)]
        pages = pages_of(int(rng.integers(1, MAX_PUPILS, endpoint=True)))
        page = pages[rng.integers(len(pages))]
        photograph = photograph_sheet(page, hands[hand], rng, kind=KINDS[kind])
        yield read_sheet(photograph, kind, hand)


def read_sheet(photograph: SheetPhotograph, kind: str, hand: str) -> SheetResult:
    """Return what is found in a photograph; in one that cannot be read, nothing."""
    start = process_time()
    filled = _read(photograph)
    boxes = [(box, box.image) for box in filled.boxes] if filled else []
    seconds = process_time() - start
    glyphs = [box.glyph for box in photograph.boxes]
    every = [(*each, glyph) for each, glyph in zip(boxes, glyphs, strict=filled is not None)]
    read = [
        (box, image, glyph)
        for box, image, glyph in every
        if image is not None and glyph is not None
    ]
    return SheetResult(
        kind=kind,
        hand=hand,
        n_boxes=len(glyphs),
        n_boxes_right=sum((image is None) == (glyph is None) for _, image, glyph in every),
        is_found=filled is not None and _is_found(filled, photograph),
        seconds=seconds,
        labels=np.array([glyph.label for _, _, glyph in read], np.int64),
        images=np.array([image for _, image, _ in read], np.uint8).reshape(-1, 28, 28),
        is_doubted=np.array(
            [box.is_cut or box.is_left_out or box.is_struck_out for box, _, _ in read], np.bool_
        ),
    )


def _read(photograph: SheetPhotograph) -> FilledPage | None:
    """Return what is on a photographed page, None if it cannot be read."""
    try:
        return read_page(photograph.picture)
    except UnreadableSheet:
        return None


def _is_found(filled: FilledPage, photograph: SheetPhotograph) -> bool:
    """Return whether each box is where it is in the photograph."""
    truth = photograph.corners
    if filled.page != photograph.page:
        return False
    widths_px = np.linalg.norm(truth[:, 1] - truth[:, 0], axis=1)
    off_px = np.linalg.norm(filled.corners - truth, axis=2).mean(axis=1)
    return bool((off_px / widths_px * (COLUMN_MM - GAP_MM[0]) < FOUND_MM).all())


def sheets_table(results: Sequence[SheetResult]) -> str:
    """Return how many sheets were found whole, and how long that took, as a table.

    Kinds of photographs in which all is right share a row.
    """
    by_kind = defaultdict[str, list[SheetResult]](list)
    for result in results:
        by_kind[result.kind].append(result)
    faultless = [kind for kind, each in by_kind.items() if all(map(_is_right, each))]
    rows: list[Row] = [
        (kind, _sheet_cells(each)) for kind, each in by_kind.items() if kind not in faultless
    ]
    if faultless:
        together = [result for result in results if result.kind in faultless]
        rows.append((f"other kinds: {len(faultless)}", _sheet_cells(together)))
    return markdown("photographs", OF_SHEETS, [*rows, ("all", _sheet_cells(results))])


def _is_right(result: SheetResult) -> bool:
    return result.is_found and result.n_boxes_right == result.n_boxes


def _sheet_cells(results: Sequence[SheetResult]) -> list[str]:
    seconds = [result.seconds for result in results]
    n_boxes_right, n_boxes = (
        sum(numbers)
        for numbers in zip(*((r.n_boxes_right, r.n_boxes) for r in results), strict=True)
    )
    return [
        f"{len(results)}",
        f"{sum(result.is_found for result in results)}",
        f"{n_boxes_right:,} of {n_boxes:,}",
        f"{np.median(seconds):.2f}",
        f"{max(seconds):.2f}",
    ]


def digits_table(name: str, model: Model, results: Sequence[SheetResult]) -> str:
    """Return what a model reads in the boxes, by whose digits they are, as a table."""
    rows: list[Row] = []
    for hand in dict.fromkeys(result.hand for result in results):
        of_hand = [result for result in results if result.hand == hand]
        labels = np.concatenate([result.labels for result in of_hand])
        rows.append((f"{hand} ({len(labels):,})", _digit_cells(model, labels, of_hand)))
    return markdown(f"`{name}`, digits in boxes", OF_DIGITS, rows)


def _digit_cells(
    model: Model, labels: NDArray[np.int64], results: Sequence[SheetResult]
) -> list[str]:
    images = np.concatenate([each.images for each in results])
    activations = model.network.activations(to_inputs(images))
    is_right = activations.argmax(axis=1) == labels
    is_doubted = np.concatenate([result.is_doubted for result in results])
    certainty = load_certainty()
    doubts = [doubt_of_digit(each, certainty) for each in activations.tolist()]
    is_certain = np.array([doubt is None for doubt in doubts]) & ~is_doubted
    return [
        proportion(int(is_right.sum()), len(labels)),
        f"{100 * is_certain.mean():.2f} %",
        count(int((is_certain & ~is_right).sum()), len(labels)),
    ]
