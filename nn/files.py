"""Files that are written whole or not at all."""

from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that no reader finds half of it."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)  # what a full disk left of it
