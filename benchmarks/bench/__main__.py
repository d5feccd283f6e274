"""All benchmarks, one after the other: ``make bench``."""

import sys
from importlib.util import find_spec

PEERS = {
    "sklearn": "scikit-learn",
    "torch": "torch",
    "fastapi": "fastapi",
    "uvicorn": "uvicorn",
    "onnxruntime": "onnxruntime",
}
"""The modules that the benchmarks compare with, and the packages that have them."""

if missing := [package for module, package in PEERS.items() if not find_spec(module)]:
    sys.exit(
        f"python -m benchmarks.bench: needs {', '.join(missing)}: "
        "`make bench` installs what requirements-bench.txt lists"
    )

from benchmarks.bench import (
    article_epoch,
    convnet_speed,
    folder_rate,
    half_drawn,
    predict_rate,
)

article_epoch.main()
convnet_speed.main()
half_drawn.main()
folder_rate.main()
predict_rate.main()
