"""What an exported network needs: how a picture becomes its inputs, and its model card."""

from collections.abc import Mapping
from typing import Any

from nn.reading.mnist import DIGIT_PX, INK_LEVEL, SIDE_PX

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


JAVASCRIPT = """
import { prepare, toGrey } from "./ink_to_mnist.js";

export function toInputs(imageData) {
  const { image } = prepare(toGrey(imageData)); // null for a blank picture
  return Float32Array.from(image, (level) => level / 255);
}
"""

FENCE = "---\n"  # before and after the front matter


def model_card(name: str, metadata: Mapping[str, Any], file: str, example: str) -> str:
    """Return the model card of an exported network, as the hubs of models read it.

    Parameters
    ----------
    name, metadata
        The network.
    file
        The name of its file.
    example
        A program that runs it.
    """
    steps = [f"{number}. {step}" for number, step in enumerate(PREPROCESSING["steps"], start=1)]
    lines = [
        f"{front_matter({name: metadata})}# Inkling's {name}",
        f"{metadata.get('description')}. `{file}` holds it, made from weights with the SHA-256 "
        f"`{metadata['sha256']}`. Trained by `{metadata.get('command')}` on: "
        f"{metadata.get('data', {}).get('name')}.",
        "## What it needs",
        "\n".join(steps),
        "`preprocessing.json` says the same for programs. `preprocessing.py` does it for drawings "
        "and scans, `ink_to_mnist.js` for what is drawn on a canvas:",
        f"```js\n{JAVASCRIPT.strip()}\n```",
        "`vectors.json` has 20 pictures, digits of MNIST (CC BY-SA 3.0) enlarged, each with its "
        "label, its 784 pixels and the ten activations: pixels may differ by 3 of 255, activations "
        "from the same pixels by 0.00001. Photographs need Inkling's own `inkling.predict`.",
        "## How to run it",
        f"```python\n{example.strip()}\n```",
    ]
    return "\n\n".join([*lines, ""]).rstrip() + "\n"


def front_matter(networks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the YAML between two lines of ``---`` that hubs of models read, of some networks.

    Those that were not measured on MNIST's test digits have no result in it.
    """
    lines = [
        "license: mit",
        "library_name: inkling",
        "pipeline_tag: image-classification",
        "tags: [handwritten-digits, digit-recognition, mnist, numpy, onnx]",
        "datasets: [ylecun/mnist]",
        "metrics: [accuracy]",
    ]
    results = []
    for name, metadata in networks.items():
        if not (score := metadata.get("scores", {}).get("mnist_test")):
            continue
        accuracy = round(score["correct"] / score["total"], 6)
        results += [
            f"- name: {name}",
            "  results:",
            "  - task: {type: image-classification, name: Handwritten digits}",
            "    dataset: {name: MNIST, type: ylecun/mnist, split: test}",
            "    metrics:",
            f"    - {{type: accuracy, value: {accuracy}}}",
        ]
    if results:
        lines += ["model-index:", *results]
    return FENCE + "\n".join([*lines, FENCE])
