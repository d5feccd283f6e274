import subprocess
import sys


def test_without_what_it_compares_with_the_benchmark_says_in_one_line_what_to_install() -> None:
    program = """
import runpy, sys
sys.modules.update(dict.fromkeys(("sklearn", "torch")))
runpy.run_module("benchmarks.bench", run_name="__main__")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("python -m benchmarks.bench: needs scikit-learn, torch")
    assert ended.stderr.endswith(": `make bench` installs what requirements-bench.txt lists\n")
