import subprocess
import sys
from itertools import count
from threading import Thread

import pytest

from app.config import ROOT
from app.telemetry.counts import N_ROWS, Counter, Histogram, SharedCounts


def run(script: str) -> str:
    """Run a script that forks, which the process of the tests must not, for it has threads."""
    head = "import os, signal\nfrom app.telemetry.counts import SharedCounts\n"
    command = [sys.executable, "-c", head + script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_total_is_what_all_processes_counted() -> None:
    output = run("""
counts = SharedCounts(3)
for row in range(4):
    if not os.fork():
        counts.use_row(row)
        for _ in range(10_000):
            counts.add([(0, 1), (2, 0.5)])
        os._exit(0)
for _ in range(4):
    os.wait()
print(counts.totals().tolist())
""")
    assert output == "[40000.0, 0.0, 20000.0]\n"


def test_a_process_that_replaces_a_killed_one_continues_its_counts() -> None:
    output = run("""
counts = SharedCounts(1)
reader, writer = os.pipe()
for killed in (True, False):
    if not (child := os.fork()):
        counts.use_row(7)
        for _ in range(5):
            counts.add([(0, 1)])
        os.write(writer, b".")
        signal.pause()
    os.read(reader, 1)
    print(counts.totals().tolist())
    os.kill(child, signal.SIGKILL)
    os.wait()
    print(counts.totals().tolist())
""")
    assert output == "[5.0]\n[5.0]\n[10.0]\n[10.0]\n"


def test_threads_lose_no_count() -> None:
    counts = SharedCounts(1)

    def add() -> None:
        for _ in range(20_000):
            counts.add([(0, 1)])

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.totals().tolist() == [80_000]


def test_there_are_twice_as_many_rows_as_workers_and_larger_numbers_wrap_around() -> None:
    assert N_ROWS == 2 * 256  # MAX_WORKERS of gunicorn.conf.py
    counts = SharedCounts(1)
    for row in (0, N_ROWS - 1, N_ROWS, 2 * N_ROWS + 1):
        counts.use_row(row)
        counts.add([(0, 1)])
    assert counts.totals().tolist() == [4]


def test_metrics_use_columns_of_their_own() -> None:
    columns = count()
    letters = Counter("letters", "Letters.", columns, letter="ab", case=("upper", "lower"))
    sizes = Histogram("sizes", "Sizes.", columns, (1, 10))
    counts = SharedCounts(next(columns))
    for amounts in (
        letters.increment("a", "upper"),
        letters.increment("b", "lower"),
        sizes.observe(10),
    ):
        counts.add(amounts)
    assert sorted(counts.totals()) == [0, 0, 0, 0, 1, 1, 1, 10]


def test_a_counter_shows_the_combinations_that_occurred() -> None:
    letters = Counter("letters", "Letters.", count(), letter="ab", case=("upper", "lower"))
    counts = SharedCounts(4)
    for _ in range(3):
        counts.add(letters.increment("b", "upper"))
    (sample,) = letters.family(counts.totals()).samples
    assert (sample.name, sample.labels) == ("letters_total", {"letter": "b", "case": "upper"})
    assert sample.value == 3


@pytest.mark.parametrize("values", [(), ("c",), ("a", "b")])
def test_an_impossible_label_value_is_not_counted(values: tuple[str, ...]) -> None:
    assert Counter("letters", "Letters.", count(), letter="ab").increment(*values) == []
    assert Histogram("sizes", "Sizes.", count(), (1,), letter="ab").observe(1, *values) == []


def test_a_histogram_shows_how_many_are_at_most_each_bound() -> None:
    sizes = Histogram("sizes", "Sizes.", count(), (1, 10, 100))
    counts = SharedCounts(5)
    for size in (0.5, 1, 1.5, 10, 1000):
        counts.add(sizes.observe(size))
    samples = sizes.family(counts.totals()).samples
    buckets = {s.labels["le"]: s.value for s in samples if s.name == "sizes_bucket"}
    assert buckets == {"1.0": 2, "10.0": 4, "100.0": 4, "+Inf": 5}
    others = {s.name: s.value for s in samples if s.name != "sizes_bucket"}
    assert others == {"sizes_count": 5, "sizes_sum": 1013}
