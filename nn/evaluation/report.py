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
        "certain": f"no doubt at a risk of {result.risk:g}",
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
            f"{bin.low:.2f} to {bin.high:.2f}",
            [f"{bin.n:,}", f"{bin.confidence:.3f}", proportion(bin.n_correct, bin.n)],
        )
        for bin in result.bins
    ]
    doubts = [
        (doubt, [f"{n:,}", proportion(n_right[doubt], n)]) for doubt, n in n_doubted.most_common()
    ]
    n_written = Counter([*result.own.writers, *(picture.writer for picture in result.unread)])
    n_right_of = Counter(np.array(result.own.writers)[result.is_correct].tolist())
    shares = {name: n_right_of[name] / n for name, n in n_written.items() if name}
    writers: list[Row] = [
        (name, [proportion(n_right_of[name], n_written[name])])
        for name in sorted(shares, key=lambda name: (shares[name], name))  # the worst first
    ]
    others = [
        Table("Confidence", "from to", ["pictures", "mean confidence", "read correctly"], bins),
        Table("Doubts", "doubt", ["pictures", "read correctly"], doubts),
        Table("Writers", "writer", ["read correctly"], writers),
    ]
    shown = tables_of_classes(result.class_scores, result.confusion) + others
    return [table for table in shown if table.rows]


def tables_of_classes(scores: Sequence[ClassScore], confusion: NDArray[np.int64]) -> list[Table]:
    """Return the scores of each class, and how often which digit is mistaken for which."""
    classes: list[Row] = []
    for score in scores:
        n_correct, n_predicted, support = score.n_correct, score.n_predicted, score.support
        precision = proportion(n_correct, n_predicted) if n_predicted else "-"
        recall = proportion(n_correct, support) if support else "-"
        f1 = "-" if score.f1 is None else f"{score.f1:.4f}"
        classes.append((f"{score.label}", [f"{support:,}", precision, recall, f1]))
    pairs = [
        (f"{label} read as {read}", [f"{n:,}"]) for label, read, n in mistakes_by_pair(confusion)
    ]
    return [
        Table("Classes", "digit", ["pictures", "precision", "recall", "F1"], classes),
        Table("Mistakes by pair", "mistake", ["pictures"], pairs),
    ]


def as_text(shown: Sequence[Table]) -> str:
    """Return tables as Markdown."""
    return "\n\n".join(
        f"{table.title}\n\n{markdown(table.head, table.columns, table.rows)}" for table in shown
    )


def to_json(results: Mapping[str, OwnResult]) -> str:
    """Return all figures of each network, and what it answers to each picture."""
    networks = []
    for name, result in results.items():
        confidences = [round(float(confidence), 6) for confidence in result.confidences]
        labels, predictions = result.own.digits.labels.tolist(), result.predictions.tolist()
        columns = (result.own.places, labels, predictions, confidences, result.doubts)
        answers = [
            {"file": place, "label": label, "read": read, "confidence": confidence}
            | {"certain": doubt is None, "doubt": doubt}
            for place, label, read, confidence, doubt in zip(*columns, strict=True)
        ]
        members = {
            "name": name,
            "pictures": result.n_counted,
            "risk": result.risk,
            **result.counts,
            "calibration_error": result.calibration_error,
            "confusion": result.confusion.tolist(),
            "classes": [score.to_dict() for score in result.class_scores],
            "mistakes": [
                {"label": label, "read": read, "pictures": n}
                for label, read, n in mistakes_by_pair(result.confusion)
            ],
            "bins": [asdict(bin) | {"interval": bin.interval} for bin in result.bins],
            "answers": answers,
            "unread": [asdict(picture) for picture in result.unread],
            "skipped": [asdict(picture) for picture in result.skipped],
        }
        networks.append(members)
    document: dict[str, Any] = {"networks": networks}
    if len(results) == 2:
        document["paired"] = paired(*results.values())._asdict()
    return json.dumps(document, indent=1) + "\n"


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
                [proportion(result.counts["correct"], result.n_counted) for result in both],
            ),
            (
                "certain",
                [proportion(result.counts["certain"], result.n_counted) for result in both],
            ),
            ("certain and wrong", [f"{result.counts['certain_and_wrong']:,}" for result in both]),
            ("calibration error", [f"{100 * result.calibration_error:.2f} %" for result in both]),
            ("only it is right", [f"{counts.only_first_right:,}", f"{counts.only_second_right:,}"]),
        ],
    )


def paired(result: OwnResult, other: OwnResult) -> PairedCounts:
    """Return how often each of two networks is right where both have read a picture."""
    others = dict(zip(other.own.places, other.is_correct.tolist(), strict=True))
    ours = dict(zip(result.own.places, result.is_correct.tolist(), strict=True))
    common = [place for place in ours if place in others]
    return paired_counts([ours[place] for place in common], [others[place] for place in common])


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
    numbers = result.worst(N_SHOWN).tolist()
    pictures = thumbnails(path, {result.own.places[number] for number in numbers})
    mistakes = [
        {
            "place": result.own.places[number],
            "label": int(result.own.digits.labels[number]),
            "read": int(result.predictions[number]),
            "confidence": float(result.confidences[number]),
            "doubt": result.doubts[number],
            "picture": pictures.get(result.own.places[number]),
            "input": _png(Image.fromarray(255 - result.own.digits.images[number])),
        }
        for number in numbers
    ]
    columns = (result.own.places, result.predictions, result.doubts, result.is_correct)
    answers = zip(*columns, strict=True)
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
        mistakes=mistakes,
        doubted=[
            f"{place}: {read}, {doubt}"
            for place, read, doubt, is_right in answers
            if doubt and is_right
        ],
        unread=[f"{each.place}, labelled {each.label}: {each.why}" for each in result.unread],
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


def _png(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
