"""MNIST's recipe in OpenCV, and the shipped convnet in ONNX Runtime: what an engineer writes first.

Dark ink on white, one threshold, cropped, the longer side 20 pixels, the centre of mass in the
middle of 28x28. No photograph, no doubt, no number, no limit. ``CONVNET_ONNX`` names the network's
file. ``python -m benchmarks.bench.recipe_peer FOLDER TABLE`` reads the drawings of a folder with
two processes, 64 at a time.
"""

import csv
import os
import sys
from collections.abc import Sequence
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from benchmarks.bench.onnx_peer import onnx_session

N_PROCESSES, N_TOGETHER = 2, 64


def read(pictures: Sequence[bytes]) -> np.ndarray:
    """Return the activations (N, 10) of the digits in picture files."""
    buffers = [np.frombuffer(picture, np.uint8) for picture in pictures]
    greys = [np.asarray(cv2.imdecode(buffer, cv2.IMREAD_GRAYSCALE)) for buffer in buffers]
    images = np.stack([as_mnist(255 - grey) for grey in greys])
    inputs = images.reshape(len(images), 784).astype(np.float32) / 255
    activations: np.ndarray = _session().run(None, {"inputs": inputs})[0]
    return activations


def as_mnist(ink: np.ndarray) -> np.ndarray:
    """Return ink uint8 (H, W) in the format of MNIST, uint8 (28, 28)."""
    x, y, width, height = cv2.boundingRect((ink > 50).view(np.uint8))
    scale = 20 / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    digit = cv2.resize(ink[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    moments = cv2.moments(digit)
    middle_x, middle_y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    left = min(max(round(13.5 - middle_x), 0), 28 - size[0])
    top = min(max(round(13.5 - middle_y), 0), 28 - size[1])
    image = np.zeros((28, 28), np.uint8)
    image[top : top + size[1], left : left + size[0]] = digit
    return image


@cache
def _session() -> onnxruntime.InferenceSession:
    return onnx_session(Path(os.environ["CONVNET_ONNX"]).read_bytes())


def read_files(paths: Sequence[Path]) -> list[tuple[str, int, float]]:
    """Return the name, the digit and the confidence of each file."""
    activations = read([path.read_bytes() for path in paths])
    names = map(str, paths)
    return list(zip(names, activations.argmax(axis=1), activations.max(axis=1), strict=True))


def main(folder: str, table: str) -> None:
    """Read a folder's drawings into a table."""
    paths = sorted(Path(folder).iterdir())
    groups = [paths[start : start + N_TOGETHER] for start in range(0, len(paths), N_TOGETHER)]
    with Path(table).open("w", newline="") as file, Pool(N_PROCESSES) as pool:
        for rows in pool.imap(read_files, groups):
            csv.writer(file).writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
