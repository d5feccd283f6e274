"""Write a trained network in a format of others: ``python -m nn export convnet --format onnx``.

ONNX holds the whole network, for ONNX Runtime, browsers and phones. safetensors holds its arrays
alone, for programs that have the layers. A model card and the preprocessing are written beside it,
and the preprocessing is in the file's own metadata too.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from nn.export.model_card import PREPROCESSING, model_card
from nn.files import write_all_atomically
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import Model, WeightsError, find_weights, load_trainable, named_arrays

FORMATS = ("onnx", "safetensors")
EXAMPLES = {
    "onnx": """
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("{name}.onnx")
inputs = np.zeros((1, 784), np.float32)  # a picture, as described above
(activations,) = session.run(None, {{"inputs": inputs}})
print(activations.argmax(axis=1))
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
    parser = argparse.ArgumentParser(prog="python -m nn export", description=__doc__)
    parser.add_argument("name", choices=ARCHITECTURES, help="the network")
    parser.add_argument("--format", choices=FORMATS, required=True, help="of the file")
    folder = "folder with NAME.npz or NAME/NAME.npz, such as runs (default models)"
    parser.add_argument("--models", type=Path, default=Path("models"), help=folder)
    out = "folder to write to (default exports/NAME)"
    parser.add_argument("--out", type=Path, help=out)
    options = parser.parse_args(arguments)
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
            out_folder / "README.md": model_card(name, model.metadata, file.name, example).encode(),
        }
        out_folder.mkdir(parents=True, exist_ok=True)
        write_all_atomically(contents)
    except ModuleNotFoundError as error:
        sys.exit(
            f"nn export: --format {options.format} needs the package {error.name}: install the "
            "extra export, or the packages onnx and safetensors"
        )
    except (WeightsError, OSError) as error:
        sys.exit(f"nn export: {error}")
    print(f"Wrote {file}, and README.md and preprocessing.json beside it")


def to_file(model: Model, file_format: str) -> bytes:
    """Return a network as the bytes of a file of a format, one of ``FORMATS``.

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
