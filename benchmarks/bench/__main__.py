"""All benchmarks, one after the other: ``make bench``."""

import sys
from importlib.util import find_spec

PEERS = {"fastapi": "fastapi", "uvicorn": "'uvicorn[standard]'", "onnxruntime": "onnxruntime"}
"""The modules that the benchmarks compare with, and the packages that have them."""

if missing := [package for module, package in PEERS.items() if not find_spec(module)]:
    sys.exit(f"python -m benchmarks.bench: pip install {' '.join(missing)}")

from benchmarks.bench import folder_rate, predict_rate

folder_rate.main()
predict_rate.main()
