import re
import subprocess
import sys

from app.config import ROOT
from tests.serving import ALLOCATOR


def test_make_run_and_the_container_return_freed_memory_alike() -> None:
    makefile = (ROOT / "Makefile").read_text()
    by_make = dict(re.findall(r"export (MALLOC_\w+) \?= (\d+)", makefile))
    assert by_make == ALLOCATOR
    assert by_make == {
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": "500000",
        "MALLOC_TRIM_THRESHOLD_": "4000000",
    }


def test_what_is_loaded_before_the_workers_start_is_exempt_from_garbage_collection() -> None:
    script = "import app.wsgi, gc; print(gc.get_freeze_count() > 10_000)"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "True\n"
