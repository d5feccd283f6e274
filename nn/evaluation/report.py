"""The report on the user's pictures as one HTML file that needs no other file."""

import base64
import datetime
import io
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from nn.data.pictures.own_digits import lines_of
from nn.data.pictures.read import find_entries
from nn.evaluation.own_pictures import OwnResult
from nn.evaluation.tables import proportion
from nn.files import printable
from nn.models.weights import Model
from nn.reading.doubts import CERTAIN_AT
from nn.reading.ink.grey import to_grey

N_SHOWN = 100  # mistakes
THUMBNAIL_PX = 128  # longer side, at most


def to_html(name: str, model: Model, path: Path, result: OwnResult) -> bytes:
    """Return the report.

    Parameters
    ----------
    name, model
        The network.
    path
        Where the pictures are, from which those read wrongly are opened again.
    result
        What it answered.
    """
    template = _templates().get_template("report.html")
    numbers = result.worst(N_SHOWN)
    pictures = thumbnails(path, {result.own.places[number] for number in numbers})
    document = template.render(
        name=name,
        source=printable(path.name or path),
        description=model.metadata.get("description", ""),
        sha256=model.metadata["sha256"],
        date=datetime.date.today().isoformat(),
        figures=_figures(result),
        calibration_error=f"{100 * result.calibration_error:.2f} %",
        confusion=result.confusion.tolist(),
        bins=result.bins,
        writers=result.by_writer(),
        n_wrong=f"{int((~result.is_correct).sum()):,}",
        mistakes=[_mistake(result, number, pictures) for number in numbers.tolist()],
        unread=result.lines_of_unread(),
        skipped=list(lines_of(result.skipped)),
    )
    return document.encode()


def thumbnails(path: Path, places: Collection[str]) -> Mapping[str, str]:
    """Return the pictures at some places, made small, as PNG in base64."""
    found = {}
    for entry in find_entries(path):
        if entry.place in places:
            opened = entry.open()
            grey = opened if isinstance(opened, np.ndarray) else to_grey(opened)
            small = Image.fromarray(grey)
            small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
            found[entry.place] = _png(small)
    return found


def _figures(result: OwnResult) -> list[tuple[str, str, str]]:
    """Return the title, the value, and what explains it, of each figure."""
    n_all = result.n_all
    shares = {
        "read correctly": (result.is_correct, "read as labelled"),
        "certain": (result.is_certain, f"confidence of {CERTAIN_AT:g} or more, and no doubt"),
        "certain and wrong": (result.is_certain_and_wrong, "the answers that mislead"),
    }
    figures = []
    for title, (is_so, meaning) in shares.items():
        n_so = int(is_so.sum())
        share, _, interval = proportion(n_so, n_all).partition(" (")
        figures.append(
            (title, share, f"{meaning}: {n_so:,} of {n_all:,}, 95 % interval {interval[:-1]}")
        )
    return [
        *figures,
        ("expected calibration error", f"{100 * result.calibration_error:.2f} %", "0 is best"),
        ("not read", f"{len(result.unread):,}", "counted as wrong, and named below"),
        ("skipped", f"{len(result.skipped):,}", "named at the end"),
    ]


def _mistake(result: OwnResult, number: int, pictures: Mapping[str, str]) -> dict[str, Any]:
    place = result.own.places[number]
    return {
        "place": place,
        "label": int(result.own.digits.labels[number]),
        "read": int(result.predictions[number]),
        "confidence": float(result.confidences[number]),
        "is_certain": bool(result.is_certain[number]),
        "picture": pictures.get(place),
        "input": _png(Image.fromarray(255 - result.own.digits.images[number])),
    }


def _png(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@cache
def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
