import re
import subprocess
import sys

from app.config import ROOT


def allocator_settings(path: str, pattern: str) -> dict[str, str]:
    return dict(re.findall(pattern, (ROOT / path).read_text()))


def test_make_run_and_the_container_return_freed_memory_alike() -> None:
    in_container = allocator_settings("Dockerfile", r"(MALLOC_\w+)=(\d+)")
    by_make = allocator_settings("Makefile", r"export (MALLOC_\w+) \?= (\d+)")
    assert in_container == by_make
    assert in_container == {
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": "500000",
        "MALLOC_TRIM_THRESHOLD_": "4000000",
    }


def test_what_is_loaded_before_the_workers_start_is_exempt_from_garbage_collection() -> None:
    script = "import app.wsgi, gc; print(gc.get_freeze_count() > 10_000)"
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "True\n"
