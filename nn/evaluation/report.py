"""How networks read the user's labelled pictures: one HTML file for people, JSON for programs."""

import base64
import datetime
import io
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from nn.data.pictures.entries import find_entries
from nn.data.pictures.own_digits import skipped_as_text
from nn.evaluation.classifier_metrics import (
    ClassScore,
    PairedCounts,
    Row,
    markdown,
    mistakes_by_pair,
    paired_counts,
    proportion,
)
from nn.evaluation.own_pictures import OwnResult
from nn.files import printable
from nn.models.weights import Model
from nn.reading.page.grey import to_grey

N_SHOWN = 100  # mistakes
THUMBNAIL_PX = 128  # longer side, at most


@dataclass(frozen=True)
class Table:
    """Figures with a title, a heading over the titles of the rows, and one over each column."""

    title: str
    head: str
    columns: Sequence[str]
    rows: Sequence[Row]


def figures(result: OwnResult) -> list[tuple[str, str, str]]:
    """Return (title, value, explanation) rows."""
    n_counted = result.n_counted
    explanations = {
        "read correctly": "read as labelled",
        "certain": f"confidence of {result.certain_at:g} or more, and no doubt",
        "certain and wrong": "the answers that mislead",
    }
    rows = []
    for (title, why), n in zip(explanations.items(), result.counts.values(), strict=True):
        share, _, interval = proportion(n, n_counted).partition(" (")
        rows.append((title, share, f"{why}: {n:,} of {n_counted:,}, 95 % interval {interval[:-1]}"))
    error = f"{100 * result.calibration_error:.2f} %"
    return [
        *rows,
        ("expected calibration error", error, "0 is best"),
        ("not read", f"{len(result.unread):,}", "counted as wrong"),
        ("skipped", f"{len(result.skipped):,}", "not counted"),
    ]


def tables(result: OwnResult) -> list[Table]:
    """Return the figures of each class, pair, confidence, doubt and writer; none is empty."""
    n_doubted = Counter(doubt for doubt in result.doubts if doubt)
    answers = zip(result.doubts, result.is_correct, strict=True)
    n_right = Counter(doubt for doubt, is_right in answers if is_right)
    bins = [
        (
            f"{each.low:.2f} to {each.high:.2f}",
            [f"{each.n:,}", f"{each.confidence:.3f}", proportion(each.n_correct, each.n)],
        )
        for each in result.bins
    ]
    doubts = [
        (doubt, [f"{n:,}", proportion(n_right[doubt], n)]) for doubt, n in n_doubted.most_common()
    ]
    others = [
        Table("Confidence", "from to", ["pictures", "mean confidence", "read correctly"], bins),
        Table("Doubts", "doubt", ["pictures", "read correctly"], doubts),
        Table("Writers", "writer", ["read correctly"], result.by_writer()),
    ]
    shown = tables_of_classes(result.class_scores, result.confusion) + others
    return [table for table in shown if table.rows]


def tables_of_classes(scores: Sequence[ClassScore], confusion: NDArray[np.int64]) -> list[Table]:
    """Return the scores of each class, and how often which digit is mistaken for which."""
    classes = [(str(each.label), _cells_of_class(each)) for each in scores]
    pairs = [
        (f"{label} read as {read}", [f"{n:,}"]) for label, read, n in mistakes_by_pair(confusion)
    ]
    return [
        Table("Classes", "digit", ["pictures", "precision", "recall", "F1"], classes),
        Table("Mistakes by pair", "mistake", ["pictures"], pairs),
    ]


def _cells_of_class(scores: ClassScore) -> list[str]:
    """Return the cells of a class, with a dash for a score that is not defined."""
    n_correct, n_predicted, support = scores.n_correct, scores.n_predicted, scores.support
    precision = proportion(n_correct, n_predicted) if n_predicted else "-"
    recall = proportion(n_correct, support) if support else "-"
    return [f"{support:,}", precision, recall, "-" if scores.f1 is None else f"{scores.f1:.4f}"]


def as_text(shown: Sequence[Table]) -> str:
    """Return tables as Markdown."""
    return "\n\n".join(
        f"{table.title}\n\n{markdown(table.head, table.columns, table.rows)}" for table in shown
    )


def to_json(results: Mapping[str, OwnResult]) -> str:
    """Return all figures of each network, and what it answers to each picture."""
    document: dict[str, Any] = {
        "networks": [{"name": name} | _members(result) for name, result in results.items()]
    }
    if len(results) == 2:
        document["paired"] = paired(*results.values())._asdict()
    return json.dumps(document, indent=1) + "\n"


def _members(result: OwnResult) -> dict[str, Any]:
    """Return the figures of a network as members of a JSON object."""
    return {
        "pictures": result.n_counted,
        "certain_at": result.certain_at,
        **result.counts,
        "calibration_error": result.calibration_error,
        "confusion": result.confusion.tolist(),
        "classes": [each.to_dict() for each in result.class_scores],
        "mistakes": [
            {"label": label, "read": read, "pictures": n}
            for label, read, n in mistakes_by_pair(result.confusion)
        ],
        "bins": [asdict(each) | {"interval": each.interval} for each in result.bins],
        "answers": _answers(result),
        "unread": [asdict(each) for each in result.unread],
        "skipped": [asdict(each) for each in result.skipped],
    }


def _answers(result: OwnResult) -> list[dict[str, Any]]:
    """Return what was read in each picture."""
    labels, predictions = result.own.digits.labels.tolist(), result.predictions.tolist()
    confidences = [round(float(each), 6) for each in result.confidences]
    columns = (result.own.places, labels, predictions, confidences, result.doubts)
    return [
        {"file": place, "label": label, "read": read, "confidence": confidence}
        | {"certain": doubt is None, "doubt": doubt}
        for place, label, read, confidence, doubt in zip(*columns, strict=True)
    ]


def comparison(results: Mapping[str, OwnResult]) -> Table:
    """Return the figures of two networks side by side."""
    both = list(results.values())
    counts = paired(*both)
    return Table(
        f"{' and '.join(results)} (McNemar's exact test: p = {counts.p_value:.3g})",
        "pictures",
        list(results),
        [
            (
                "read correctly",
                [proportion(each.counts["correct"], each.n_counted) for each in both],
            ),
            ("certain", [proportion(each.counts["certain"], each.n_counted) for each in both]),
            ("certain and wrong", [f"{each.counts['certain_and_wrong']:,}" for each in both]),
            ("calibration error", [f"{100 * each.calibration_error:.2f} %" for each in both]),
            ("only it is right", [f"{counts.only_first_right:,}", f"{counts.only_second_right:,}"]),
        ],
    )


def paired(result: OwnResult, other: OwnResult) -> PairedCounts:
    """Return how often each of two networks is right where both have read a picture."""
    others = dict(zip(other.own.places, other.is_correct.tolist(), strict=True))
    ours = dict(zip(result.own.places, result.is_correct.tolist(), strict=True))
    common = [place for place in ours if place in others]
    return paired_counts([ours[each] for each in common], [others[each] for each in common])


def to_html(model: Model, path: Path, results: Mapping[str, OwnResult]) -> bytes:
    """Return the report on the first of the results, compared with the second, if any.

    Parameters
    ----------
    model
        The first network.
    path
        Where the pictures are, from which those read wrongly are opened again.
    results
        By the names of one or two networks.
    """
    templates = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined)
    name, result = next(iter(results.items()))
    numbers = result.worst(N_SHOWN)
    pictures = thumbnails(path, {result.own.places[number] for number in numbers})
    document = environment.get_template("report.html").render(
        name=name,
        source=printable(path.name or path),
        description=model.metadata.get("description", ""),
        sha256=model.metadata["sha256"],
        date=datetime.date.today().isoformat(),
        figures=figures(result),
        calibration_error=f"{100 * result.calibration_error:.2f} %",
        confusion=result.confusion.tolist(),
        bins=result.bins,
        tables=[*([comparison(results)] if len(results) == 2 else []), *tables(result)],
        n_wrong=f"{len(result.own) - result.counts['correct']:,}",
        mistakes=[_mistake(result, number, pictures) for number in numbers.tolist()],
        doubted=result.lines_of_doubted(),
        unread=result.lines_of_unread(),
        skipped=list(skipped_as_text(result.skipped)),
    )
    return document.encode()


def thumbnails(path: Path, places: Collection[str]) -> Mapping[str, str]:
    """Return the pictures at some places, made small, as PNG in base64."""
    found = {}
    for entry in find_entries(path):
        if entry.place in places:
            opened = entry.open()
            small = Image.fromarray(opened if isinstance(opened, np.ndarray) else to_grey(opened))
            small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
            found[entry.place] = _png(small)
    return found


def _mistake(result: OwnResult, number: int, pictures: Mapping[str, str]) -> dict[str, Any]:
    place = result.own.places[number]
    return {
        "place": place,
        "label": int(result.own.digits.labels[number]),
        "read": int(result.predictions[number]),
        "confidence": float(result.confidences[number]),
        "doubt": result.doubts[number],
        "picture": pictures.get(place),
        "input": _png(Image.fromarray(255 - result.own.digits.images[number])),
    }


def _png(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
