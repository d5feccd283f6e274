"""What the user's pictures were used for in a fine-tuning: a list beside the network's file."""

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PICTURES_SUFFIX = ".pictures.csv"


def pictures_used(path: Path, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return what own pictures were used for, by their SHA-256: learnt, held back or test.

    It is empty for a network that is not fine-tuned, or whose list is missing or of another one.
    ``path`` is the file of the weights.
    """
    table = path.with_suffix(PICTURES_SUFFIX)
    expected = metadata.get("own", {}).get("sha256")
    if expected is None or not table.is_file():
        return {}
    content = table.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        return {}
    return {row["sha256"]: row["used"] for row in csv.DictReader(content.decode().splitlines())}
