"""Class sheets as the server reads them, made up, and blank photographs to send."""

import io
import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import FilePayload, Page

from nn.data.lesson_set import load_lesson_set
from tests.drawing import as_file, data_url

SHEET = re.compile(r"/sheet(\?|$)")
MODELS = ("article", "mlp", "convnet")
SIDE_PX, GAP_PX = 60, 20  # of a box in the photograph
CUT_OUT_PX = 64

Misread = Mapping[tuple[int, int], tuple[int, float]]
"""What is read instead, and with which confidence, by the pupil and the digit that was written."""


def photograph(pupils: int = 3) -> bytes:
    """Return a JPEG as large as that of a sheet for so many pupils."""
    return as_file(Image.new("L", size_px(pupils), 220), "JPEG")


def size_px(pupils: int) -> tuple[int, int]:
    return 10 * (SIDE_PX + GAP_PX), pupils * (SIDE_PX + GAP_PX)


def sheet_answer(
    pupils: int = 3,
    *,
    misread: Misread = MappingProxyType({}),
    empty: Mapping[int, int] = MappingProxyType({}),
    seed: int = 1,
) -> dict[str, Any]:
    """Return the answer to a sheet: three networks read all digits right but those misread.

    ``empty`` has the first digit that each of these pupils did not write.
    """
    (digits, _), rng = load_lesson_set(), np.random.default_rng(seed)
    images = {
        (pupil, label): digits.images[rng.choice(np.flatnonzero(digits.labels == label))]
        for pupil in range(1, pupils + 1)
        for label in range(10)
    }
    boxes = [
        _box(place, image, misread.get(place), is_empty=place[1] >= empty.get(place[0], 10))
        for place, image in images.items()
    ]
    width, height = size_px(pupils)
    return {
        "layout": {"pupils": pupils, "first_pupil": 1, "page": 1},
        "width": width,
        "height": height,
        "boxes": boxes,
        "message": f"{sum(not box['is_empty'] for box in boxes)} digits were found.",
    }


def _box(
    place: tuple[int, int],
    image: NDArray[np.uint8],
    misread: tuple[int, float] | None,
    *,
    is_empty: bool,
) -> dict[str, Any]:
    pupil, label = place
    left, top = label * (SIDE_PX + GAP_PX) + GAP_PX // 2, (pupil - 1) * (SIDE_PX + GAP_PX) + 10
    right, bottom = left + SIDE_PX, top + SIDE_PX
    shown = Image.fromarray(255 - image).resize((CUT_OUT_PX, CUT_OUT_PX))
    digit, confidence = misread or (label, 0.99)
    return {
        "pupil": pupil,
        "label": label,
        "is_empty": is_empty,
        "corners": [[left, top], [right, top], [right, bottom], [left, bottom]],
        "image": None if is_empty else data_url(as_file(Image.fromarray(image))),
        "cut_out": data_url(as_file(shown)),
        "readings": [] if is_empty else [_reading(each, digit, confidence) for each in MODELS],
    }


def _reading(model: str, digit: int, confidence: float) -> dict[str, Any]:
    is_certain = confidence > 0.9
    return {
        "model": model,
        "digit": digit,
        "confidence": confidence,
        "certain": is_certain,
        "doubt": None if is_certain else "unclear",
        "activations": [confidence if each == digit else 0.01 for each in range(10)],
    }


def give_sheets(page: Page, *answers: dict[str, Any]) -> None:
    """Make the server answer these in their order, the last one to all later photographs."""
    left = list(answers)
    page.route(
        SHEET,
        lambda route: route.fulfill(body=json.dumps(left.pop(0) if len(left) > 1 else left[0])),
    )


def show_part_of_a_sheet(page: Page) -> None:
    """Show a part of a photographed sheet on the pad, in place of the example of a page.

    All of it is a class sheet, and a chosen file with so many lines is opened as a table.
    """
    page.route(
        "**/examples/page.webp", lambda route: route.fulfill(body=part_of_a_sheet()["buffer"])
    )
    page.locator("[data-example=page]").evaluate("(link) => link.click()")


def part_of_a_sheet() -> FilePayload:
    """Return a part of a photographed sheet with one of its corner squares."""
    part = io.BytesIO()
    with Image.open("static/examples/sheet.webp") as picture:
        box = (0, picture.height // 10, picture.width // 2, picture.height // 2)
        picture.crop(box).save(part, "WEBP")
    return {"name": "part.webp", "mimeType": "image/webp", "buffer": part.getvalue()}
