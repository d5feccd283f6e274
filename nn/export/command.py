"""Write a trained network as an ONNX model: ``python -m nn export convnet``."""

import base64
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn import command_options
from nn.arguments import program
from nn.data.lesson_set import load_lesson_set
from nn.export import line_reading, preprocessing
from nn.export.model_card import (
    DIGIT_NOTES,
    LINE_NOTES,
    LINE_PREPROCESSING,
    PREPROCESSING,
    model_card,
)
from nn.files import write_all_atomically
from nn.models.architectures import ARCHITECTURES
from nn.models.line_network import ARCHITECTURES as LINE_ARCHITECTURES
from nn.models.line_network import LINES, SHIPPED
from nn.models.weights import Model, WeightsError, find_weights, load_trainable
from nn.reading.lines.strip import to_strip, to_strip_inputs
from nn.reading.mnist import to_inputs
from nn.reading.page.find import to_mnist

SCRIPTS = SHIPPED.parent / "static" / "js" / "network"
JAVASCRIPT = "ink_to_mnist.js"  # the preprocessing of the page
N_VECTORS, ENLARGED = 20, 8
LINE_LENGTH = 4  # digits of each picture of a line
EXAMPLE = """
import base64
import io
import json
from pathlib import Path

import onnxruntime
from PIL import Image
from preprocessing import {functions}

session = onnxruntime.InferenceSession("{name}.onnx")
for vector in json.loads(Path("vectors.json").read_text()):
    picture = Image.open(io.BytesIO(base64.b64decode(vector["picture"].partition(",")[2])))
    (activations,) = session.run(None, {{"inputs": to_inputs(picture)}})
    print(vector["label"], {answer})
"""
OF_DIGITS = {"functions": "to_inputs", "answer": "activations.argmax()"}
OF_LINES = {"functions": "to_inputs, to_text", "answer": "to_text(activations[0])"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, and write the network and what describes it."""
    options = command_options.export().parse_args(arguments)
    name, out_folder = options.name, options.out or Path("exports") / options.name
    is_of_lines = name == LINES
    try:
        path = find_weights(options.models, name)
        model = load_trainable(path, LINE_ARCHITECTURES if is_of_lines else ARCHITECTURES)
        contents = describe_lines(model) if is_of_lines else describe_digits(model)
        described = LINE_PREPROCESSING if is_of_lines else PREPROCESSING
        contents["preprocessing.json"] = (json.dumps(described, indent=2) + "\n").encode()
        file = f"{name}.onnx"
        contents[file] = to_file(model, described)
        example = EXAMPLE.format(name=name, **(OF_LINES if is_of_lines else OF_DIGITS))
        notes = LINE_NOTES if is_of_lines else DIGIT_NOTES
        card = model_card(name, model.metadata, file, described["steps"], notes, example)
        contents["README.md"] = card.encode()
        out_folder.mkdir(parents=True, exist_ok=True)
        write_all_atomically({out_folder / each: content for each, content in contents.items()})
    except (WeightsError, OSError) as error:
        sys.exit(f"{program('export')}: {error}")
    beside = "README.md, preprocessing.* and vectors.json beside it"
    print(f"Wrote {out_folder / file}, and {beside}")


def describe_digits(model: Model) -> dict[str, bytes]:
    """Return the preprocessing and pictures with what a network of digits computes from them."""
    train, _ = load_lesson_set()
    vectors = []
    for image, label in zip(train.images[:N_VECTORS], train.labels, strict=False):
        picture = enlarged(image)
        pixels = to_mnist(picture)
        activations = model.network.activations(to_inputs(pixels[np.newaxis]))[0]
        vectors.append(
            {
                "label": int(label),
                "picture": data_url(picture),
                "pixels": pixels.ravel().tolist(),
                "activations": [round(float(activation), 6) for activation in activations],
            }
        )
    return {
        "preprocessing.py": Path(preprocessing.__file__).read_bytes(),
        JAVASCRIPT: (SCRIPTS / JAVASCRIPT).read_bytes(),
        "vectors.json": json.dumps(vectors).encode(),
    }


def describe_lines(model: Model) -> dict[str, bytes]:
    """Return the same of a network of lines, whose pictures are rows of digits."""
    train, _ = load_lesson_set()
    vectors = []
    for start in range(0, N_VECTORS, LINE_LENGTH):
        place = slice(start, start + LINE_LENGTH)
        picture = enlarged(np.hstack([*train.images[place]]))
        strip = to_strip(np.asarray(picture))
        frames = model.network.activations(to_strip_inputs([strip]))[0]
        vectors.append(
            {
                "label": "".join(map(str, train.labels[place])),
                "picture": data_url(picture),
                "text": line_reading.to_text(frames),
                "activations": np.round(frames.astype(float), 6).tolist(),
            }
        )
    return {
        "preprocessing.py": Path(line_reading.__file__).read_bytes(),
        "vectors.json": json.dumps(vectors).encode(),
    }


def enlarged(ink: NDArray[np.uint8]) -> Image.Image:
    """Return digits of MNIST dark on white and enlarged."""
    return Image.fromarray(255 - ink.repeat(ENLARGED, 0).repeat(ENLARGED, 1))


def data_url(picture: Image.Image) -> str:
    """Return a picture as the address of a PNG file that it holds."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def to_file(model: Model, described: dict[str, Any]) -> bytes:
    """Return a network as the bytes of an ONNX file.

    Its metadata are texts: where it comes from, and as JSON what is described of its inputs.
    """
    from nn.export.onnx_model import to_onnx  # onnx is only needed here

    properties: dict[str, str] = {
        key: f"{model.metadata[key]}"
        for key in ("name", "description", "command", "sha256", "temperature")
        if key in model.metadata
    }
    return to_onnx(model.network, properties | {"preprocessing": json.dumps(described)})
