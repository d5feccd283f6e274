"""Drawings a second from a folder, beside MNIST's recipe in OpenCV and ONNX Runtime.

``make bench`` runs it; alone, ``python -m benchmarks.bench.folder_rate`` needs onnxruntime. Both
are whole programs with two processes that write a table. A number after it sets how many drawings.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench.in_turn import Figures, compare
from benchmarks.bench.onnx_peer import exported
from benchmarks.load.pictures import drawings

N_DRAWINGS, N_KINDS = 10_000, 64


def main(n_drawings: int = N_DRAWINGS) -> None:
    """Write the drawings and measure both programs."""
    with TemporaryDirectory() as name, exported() as onnx_file:
        folder, table = Path(name, "drawings"), Path(name, "table.csv")
        folder.mkdir()
        kinds = drawings(N_KINDS)
        for number in range(n_drawings):
            (folder / f"{number:05}.png").write_bytes(kinds[number % N_KINDS])
        environ = os.environ | {"CONVNET_ONNX": onnx_file}

        def rate(*command: str | Path) -> Figures:
            table.unlink(missing_ok=True)
            start_s = time.perf_counter()
            subprocess.run([sys.executable, "-m", *command], env=environ, check=True)
            took_s = time.perf_counter() - start_s
            n_rows = len(table.read_text().splitlines())
            assert n_rows >= n_drawings, (command, n_rows)
            return {"a second": n_drawings / took_s}

        options = ["--csv", "--quiet", "--processes=2", f"--out={table}"]
        ways = {
            "inkling": lambda: rate("nn", "read", folder, *options),
            "OpenCV, ONNX Runtime": lambda: rate("benchmarks.bench.recipe_peer", folder, table),
        }
        compare(f"{n_drawings:,} drawings in a folder, two processes", ways)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_DRAWINGS)
