"""What an exported network needs: how a picture becomes its inputs, and its model card."""

from collections.abc import Mapping, Sequence
from typing import Any

from nn.export.line_reading import OTHER_WEIGHT
from nn.models.line_network import N_CLASSES, ROWS, SHIPPED
from nn.reading.lines.strip import CLASSES
from nn.reading.mnist import DIGIT_PX, INK_LEVEL, SIDE_PX

JAVASCRIPT = """
import { prepare, toGrey } from "./ink_to_mnist.js";

export function toInputs(imageData) {
  const { image } = prepare(toGrey(imageData)); // null for a blank picture
  return Float32Array.from(image, (level) => level / 255);
}
"""


def numbered(steps: Sequence[str]) -> str:
    """Return steps as a numbered list."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


PREPROCESSING: dict[str, Any] = {
    "inputs": {
        "shape": ["N", SIDE_PX * SIDE_PX],
        "dtype": "float32",
        "range": [0, 1],
        "order": f"the rows of a {SIDE_PX}x{SIDE_PX} picture, from top to bottom",
        "meaning": "0 is paper, 1 is ink",
    },
    "steps": [
        "Make the picture grey, upright, and without transparency.",
        "Turn it into ink: 0 for paper, 1 for the strongest ink; dark ink on light is inverted.",
        f"Crop it to the pixels of at least {INK_LEVEL} of the strongest ink.",
        f"Resample it, with antialiasing (bicubic), so that the longer side has {DIGIT_PX} pixels. "
        "Divide it by its maximum.",
        f"Place it on {SIDE_PX}x{SIDE_PX} pixels of paper, on whole pixels, so that its centre of "
        f"mass is {SIDE_PX // 2} to {SIDE_PX // 2 + 1} pixels from the top and from the left.",
        "Round it to 256 levels, 0 to 1.",
    ],
    "activations": {
        "shape": ["N", 10],
        "dtype": "float32",
        "range": [0, 1],
        "meaning": "one for each digit from 0 to 9; the largest is the answer",
    },
}
"""Without these steps a network reads little: a squashed or inverted picture is none of MNIST's."""

LINE_PREPROCESSING: dict[str, Any] = {
    "inputs": {
        "shape": ["N", ROWS, "W"],
        "dtype": "float32",
        "range": [-0.5, 1.5],
        "order": "the rows of a strip of grey, from top to bottom; W is a multiple of 8",
        "meaning": "about 0 is paper, about 1 is ink",
    },
    "steps": [
        "Cut one line out of the picture, upright, so that its signs fill the height, and make it "
        "grey, dark ink on light.",
        f"Scale it to {ROWS} rows, by means over areas where it gets smaller; to at most 1,600 "
        "columns.",
        "Turn it into ink: 0 is the level of which 90 % of the pixels are darker, 1 that of which "
        "1 % are; these levels differ by at least 8 of 255. Clip it to -0.5 to 1.5.",
        "Repeat the first and the last column 8 times, and the last one until the width is a "
        "multiple of 8.",
    ],
    "activations": {
        "shape": ["N", "T", N_CLASSES],
        "dtype": "float32",
        "range": [0, 1],
        "classes": [*CLASSES],
        "meaning": "frame i is about column 4 i + 5 of the strip; ? is any other sign, blank none",
    },
    "decoding": [
        f"Multiply the activation of ? by {OTHER_WEIGHT}: numbers have fewer other signs than "
        "training had.",
        "Take the likeliest class of each frame.",
        "Equal classes of neighbouring frames are one sign; then leave the blanks out: two equal "
        "digits have a blank between them.",
    ],
}
"""How a line becomes the inputs of the network of lines, and its outputs a text."""

DIGIT_NOTES = (
    "`preprocessing.json` says the same for programs. `preprocessing.py` does it for drawings "
    "and scans, `ink_to_mnist.js` for what is drawn on a canvas:",
    f"```js\n{JAVASCRIPT.strip()}\n```",
    "`vectors.json` has 20 pictures, digits of MNIST (CC BY-SA 3.0) enlarged, each with its "
    "label, its 784 pixels and the ten activations: pixels may differ by 3 of 255, activations "
    "from the same pixels by 0.00001. Photographs need Inkling's own `inkling.predict`.",
)
LINE_NOTES = (
    "The frames become a text by the best path of connectionist temporal classification:",
    numbered(LINE_PREPROCESSING["decoding"]),
    "`preprocessing.json` says the same for programs; `preprocessing.py` does both. "
    "`vectors.json` has five pictures of four digits of MNIST (CC BY-SA 3.0) each, with their "
    "label, the text that is read, and the activations, which may differ by 0.2: libraries scale "
    "pictures differently. Pages, what is certain and what is allowed need `inkling.read`.",
)


def model_card(
    name: str,
    metadata: Mapping[str, Any],
    file: str,
    steps: Sequence[str],
    notes: Sequence[str],
    example: str,
) -> str:
    """Return the model card of an exported network.

    Parameters
    ----------
    name, metadata
        The network.
    file
        The name of its file.
    steps, notes
        How a picture becomes its inputs, and what else there is to say of that.
    example
        A program that runs it.
    """
    lines = [
        f"# Inkling's {name}",
        f"{metadata.get('description')}. `{file}` holds it, made from weights with the SHA-256 "
        f"`{metadata['sha256']}`. Trained by `{metadata.get('command')}` on: "
        f"{metadata.get('data', {}).get('name')}.",
        "## What it needs",
        numbered(steps),
        *notes,
        "## How to run it",
        f"```python\n{example.strip()}\n```",
        "## Data and credits",
        credits_of(name),
    ]
    return "\n\n".join([*lines, ""]).rstrip() + "\n"


def credits_of(name: str) -> str:
    """Return the table of the data that a shipped network has learnt from, out of its model card.

    Some of their licences ask for it.
    """
    card = (SHIPPED / "README.md").read_text("utf-8")
    section = card.partition("## Data and credits\n")[2].partition("\n## ")[0]
    head, rule, *rows = [line for line in section.splitlines() if line.startswith("|")]
    learnt = [row for row in rows if f"`{name}`" in row or "all learn" in row]
    return "\n".join([head, rule, *learnt])
