"""Run ``nn/lesson.ipynb`` and write its outputs into it: ``python -m benchmarks.make.notebook``.

What depends on the machine is left out: times, versions, paths.
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from nn.files import write_atomically

NOTEBOOK = Path("nn/lesson.ipynb")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_TIMEOUT_S = 240


def run(folder: Path = NOTEBOOK.parent, environ: Mapping[str, str] = os.environ) -> NotebookNode:
    """Return the notebook with the outputs of a new kernel that starts in this folder.

    Raises
    ------
    CellExecutionError
        When a cell fails.
    """
    notebook: NotebookNode = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT_S,
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute(cwd=str(folder), env=dict(environ))
    notebook.metadata = METADATA
    return notebook


def main() -> None:
    """Run the notebook and write it."""
    program = "python -m benchmarks.make.notebook"
    argparse.ArgumentParser(prog=program, description=__doc__).parse_args()
    text = nbformat.writes(run())
    write_atomically(NOTEBOOK, f"{text}\n".encode())


if __name__ == "__main__":
    main()
