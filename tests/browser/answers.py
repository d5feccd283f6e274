"""Answers as the server would give them, and where the page shows the boxes of a number."""

import json
import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from tests.browser.hands import expect_last_answer
from tests.browser.screen import place

READ = re.compile(r"/read\?")
BOUNDS = """(boxes) => boxes.map((box) => {
  const { x, y, width, height } = box.getBoundingClientRect();
  return [x, y, width, height];
})"""
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


def digit_answer(digit: int, doubt: str | None = None, **others: Any) -> dict[str, Any]:
    """Return an answer to one digit; what belongs to the digit and not to the number goes there."""
    answered = number_answer(str(digit), size=(280, 280))
    (found,) = answered["digits"]
    activations = [0.6 if each == digit else 0.02 for each in range(10)]
    found |= {"confidence": 0.6, "activations": activations, "box": [70, 60, 140, 170]}
    of_digit = ("activations", "layers", "output_layer", "networks")
    found |= {name: others.pop(name) for name in of_digit if name in others}
    for each in (found, answered):
        each |= {"certain": doubt is None, "doubt": doubt}
    return answered | {"message": f"Not certain: an {digit}, or perhaps a 3."} | others


def number_answer(
    *lines: str, doubtful: Sequence[int] = (), size: tuple[int, int] = (560, 280), **others: Any
) -> dict[str, Any]:
    """Return an answer of the server: the digits are 50 pixels high, one every 60 pixels."""
    found = [
        {
            "digit": int(digit),
            "confidence": 0.9,
            "activations": [0.9 if each == int(digit) else 0.01 for each in range(10)],
            "line": line,
            "box": [40 + 60 * column, 60 + 90 * line, 30, 50],
            "image": PIXEL,
        }
        for line, text in enumerate(lines)
        for column, digit in enumerate(text)
    ]
    for position, each in enumerate(found):
        each["certain"] = position not in doubtful
        each["doubt"] = "unclear" if position in doubtful else None
    return {
        "number": "\n".join(lines),
        "text": "\n".join(lines),
        "lines": lines,
        "certain": not doubtful,
        "doubt": "unclear" if doubtful else None,
        "message": "Not every digit is certain." if doubtful else "This looks right.",
        "digits": found,
        "left_out": [],
        "doubtful_signs": [],
        "width": size[0],
        "height": size[1],
        "model": "convnet",
    } | others


def give(page: Page, answered: dict[str, Any] | str) -> None:
    """Make the server answer this from now on."""
    body = answered if isinstance(answered, str) else json.dumps(answered)
    page.route(READ, lambda route: route.fulfill(body=body))


def boxes(page: Page) -> list[list[float]]:
    """Return left, top, width and height of each box in CSS pixels, all at the same moment.

    They are those of the last answer: it is awaited first.
    """
    expect_last_answer(page)
    measured: list[list[float]] = page.locator("#boxes .box").evaluate_all(BOUNDS)
    return measured


def scaled(box: Sequence[int], answered: dict[str, Any], shown: Sequence[float]) -> list[float]:
    """Return a box of an answer in CSS pixels, for a picture that is shown at this place."""
    left, top, width, height = shown
    across, down = width / answered["width"], height / answered["height"]
    return [left + box[0] * across, top + box[1] * down, box[2] * across, box[3] * down]


def pad_place(page: Page) -> list[float]:
    """Return left, top, width and height of the pad in CSS pixels of the window."""
    box = place(page.locator("#pad"))
    return [box["x"], box["y"], box["width"], box["height"]]
