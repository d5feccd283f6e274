"""Write a trained network in a format of others: ``python -m nn export convnet --format onnx``."""

import base64
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nn import parsers
from nn.arguments import program
from nn.core.network import Network
from nn.data.lesson_set import load_lesson_set
from nn.export import preprocessing
from nn.export.model_card import PREPROCESSING, model_card
from nn.files import write_all_atomically
from nn.models.line_network import SHIPPED
from nn.models.weights import Model, WeightsError, find_weights, load_trainable, named_arrays
from nn.reading.mnist import to_inputs
from nn.reading.page.find import to_mnist

SCRIPTS = SHIPPED.parent / "static" / "js" / "network"
JAVASCRIPT = "ink_to_mnist.js"  # the preprocessing of the page
N_VECTORS, ENLARGED = 20, 8
EXAMPLES = {
    "onnx": """
import base64
import io
import json
from pathlib import Path

import onnxruntime
from PIL import Image
from preprocessing import to_inputs

session = onnxruntime.InferenceSession("{name}.onnx")
for vector in json.loads(Path("vectors.json").read_text()):
    picture = Image.open(io.BytesIO(base64.b64decode(vector["picture"].partition(",")[2])))
    (activations,) = session.run(None, {{"inputs": to_inputs(picture)}})
    print(vector["label"], activations.argmax())
""",
    "safetensors": """
from safetensors.numpy import load_file

arrays = load_file("{name}.safetensors")  # "0.weights" are those of layer 0, and so on
for name, array in arrays.items():
    print(name, array.shape)
""",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, and write the network and what describes it."""
    options = parsers.export().parse_args(arguments)
    name, out_folder = options.name, options.out or Path("exports") / options.name
    try:
        model = load_trainable(find_weights(options.models, name))
        file = out_folder / f"{name}.{options.format}"
        example = EXAMPLES[options.format].format(name=name)
        contents = {
            file: to_file(model, options.format),
            out_folder / "preprocessing.json": (
                json.dumps(PREPROCESSING, indent=2) + "\n"
            ).encode(),
            out_folder / "preprocessing.py": Path(preprocessing.__file__).read_bytes(),
            out_folder / "vectors.json": json.dumps(reference_vectors(model.network)).encode(),
            out_folder / "README.md": model_card(name, model.metadata, file.name, example).encode(),
            out_folder / JAVASCRIPT: (SCRIPTS / JAVASCRIPT).read_bytes(),
        }
        out_folder.mkdir(parents=True, exist_ok=True)
        write_all_atomically(contents)
    except (WeightsError, OSError) as error:
        sys.exit(f"{program('export')}: {error}")
    print(f"Wrote {file}, and README.md, preprocessing.* and vectors.json beside it")


def reference_vectors(network: Network) -> list[dict[str, Any]]:
    """Return pictures, each as a data URL, with its label, pixels (784) and activations (10).

    They are digits of MNIST, dark on white and enlarged.
    """
    train, _ = load_lesson_set()
    vectors = []
    for image, label in zip(train.images[:N_VECTORS], train.labels, strict=False):
        picture = Image.fromarray(255 - image.repeat(ENLARGED, 0).repeat(ENLARGED, 1))
        file = io.BytesIO()
        picture.save(file, "PNG")
        pixels = to_mnist(picture)
        activations = network.activations(to_inputs(pixels[np.newaxis]))[0]
        vectors.append(
            {
                "label": int(label),
                "picture": f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}",
                "pixels": pixels.ravel().tolist(),
                "activations": [round(float(activation), 6) for activation in activations],
            }
        )
    return vectors


def to_file(model: Model, file_format: str) -> bytes:
    """Return a network as the bytes of a file of a format, one of ``parsers.FORMATS``.

    Its metadata are texts: where it comes from, and the preprocessing as JSON.
    """
    properties: dict[str, str] = {
        key: f"{model.metadata[key]}"
        for key in ("name", "description", "command", "sha256", "temperature")
        if key in model.metadata
    }
    properties["preprocessing"] = json.dumps(PREPROCESSING)
    if file_format == "onnx":
        from nn.export.onnx_model import to_onnx  # onnx is only needed here

        return to_onnx(model.network, properties)
    from safetensors.numpy import save

    properties["layers"] = json.dumps([repr(layer) for layer in model.network.layers])
    properties["order"] = "dense (inputs, outputs), kernels (height, width, inputs, outputs)"
    return bytes(save(dict(named_arrays(model.network)), properties))
