import subprocess
import sys


def test_without_what_it_compares_with_the_benchmark_says_in_one_line_what_to_install() -> None:
    program = """
import runpy, sys
sys.modules.update(dict.fromkeys(("fastapi", "uvicorn")))
runpy.run_module("benchmarks.bench", run_name="__main__")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    expected = "python -m benchmarks.bench: pip install fastapi 'uvicorn[standard]'\n"
    assert ended.stderr == expected
