import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from app.config import ROOT
from app.telemetry.metrics import N_ROWS, Metric, SharedCounts

HEAD = """
import os, signal
from app.telemetry.metrics import Metric, SharedCounts
metrics = [Metric(f"count_{place}", "") for place in range(1000)]
def counts_of(n_columns):
    return SharedCounts(*metrics[:n_columns])
def totals(counts):
    return [float(family.samples[0].value) for family in counts.collect()]
"""


def run(script: str, *prefix: str) -> str:
    """Run a script that forks, which the process of the tests must not, for it has threads."""
    command = [*prefix, sys.executable, "-c", HEAD + script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_total_is_what_all_processes_counted() -> None:
    output = run("""
counts = counts_of(3)
for row in range(4):
    if not os.fork():
        counts.use_row(row)
        for _ in range(10_000):
            counts.count(metrics[0])
            counts.count(metrics[2])
        os._exit(0)
for _ in range(4):
    os.wait()
print(totals(counts))
""")
    assert output == "[40000.0, 0.0, 40000.0]\n"


def test_a_process_that_replaces_a_killed_one_continues_its_counts() -> None:
    output = run("""
counts = counts_of(1)
reader, writer = os.pipe()
for killed in (True, False):
    if not (child := os.fork()):
        counts.use_row(7)
        for _ in range(5):
            counts.count(metrics[0])
        os.write(writer, b".")
        signal.pause()
    os.read(reader, 1)
    print(totals(counts))
    os.kill(child, signal.SIGKILL)
    os.wait()
    print(totals(counts))
""")
    assert output == "[5.0]\n[5.0]\n[10.0]\n[10.0]\n"


# Runs a command with two file systems of 1 MB: in the folder that the script names, and /dev/shm.
MOUNT = 'mount -t tmpfs -o size=1m tmpfs {0}; mount --bind {0} /dev/shm; exec $0 "$@"'


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
def test_a_full_disk_ends_a_process_that_counts_in_prometheuss_files_but_none_of_ours(
    tmp_path: Path,
) -> None:
    script = f"""
import prometheus_client
theirs = prometheus_client.Counter("requests", "", ["route"])
ours = counts_of(1000)
with open("{tmp_path}/filler", "wb", buffering=0) as file:
    try:
        while file.write(bytes(4096)):
            pass
    except OSError:
        pass
for add in (lambda each: theirs.labels(str(each)).inc(), lambda each: ours.count(metrics[each])):
    if not (child := os.fork()):
        for each in range(1000):
            add(each)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGBUS)
print(sum(totals(ours)))
"""
    mount = ("unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT.format(tmp_path))
    multiprocess_mode = ("env", f"PROMETHEUS_MULTIPROC_DIR={tmp_path}")
    assert run(script, *multiprocess_mode, *mount).split() == ["True", "False", "1000.0"]


def totals(counts: SharedCounts) -> list[float]:
    return [sample.value for family in counts.collect() for sample in family.samples]


def test_threads_lose_no_count() -> None:
    one = Metric("one", "")
    counts = SharedCounts(one)

    def add() -> None:
        for _ in range(20_000):
            counts.count(one)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals(counts) == [80_000]


def test_there_are_twice_as_many_rows_as_workers_and_larger_numbers_wrap_around() -> None:
    assert N_ROWS == 2 * 256  # MAX_WORKERS of gunicorn.conf.py
    one = Metric("one", "")
    counts = SharedCounts(one)
    for row in (0, N_ROWS - 1, N_ROWS, 2 * N_ROWS + 1):
        counts.use_row(row)
        counts.count(one)
    assert totals(counts) == [4]


def test_metrics_use_columns_of_their_own() -> None:
    letters = Metric("letters", "Letters.", {"letter": "ab", "case": ("upper", "lower")})
    sizes = Metric("sizes", "Sizes.", bounds=(1, 10))
    words = Metric("words", "Words.")
    counts = SharedCounts(letters, sizes, words)
    counts.count(letters, "a", "upper")
    counts.count(letters, "b", "lower")
    counts.count(sizes, amount=10)
    counts.count(words)
    assert [len(family.samples) for family in counts.collect()] == [2, 5, 1]
    assert totals(counts) == [1, 1, 0, 1, 1, 1, 10, 1]


def test_a_counter_shows_the_combinations_that_occurred() -> None:
    letters = Metric("letters", "Letters.", {"letter": "ab", "case": ("upper", "lower")})
    counts = SharedCounts(letters)
    for _ in range(3):
        counts.count(letters, "b", "upper")
    (family,) = counts.collect()
    (sample,) = family.samples
    assert (sample.name, sample.labels) == ("letters_total", {"letter": "b", "case": "upper"})
    assert sample.value == 3


@pytest.mark.parametrize("values", [(), ("c",), ("a", "b")])
def test_an_impossible_label_value_is_not_counted(values: tuple[str, ...]) -> None:
    letters = Metric("letters", "Letters.", {"letter": "ab"})
    sizes = Metric("sizes", "Sizes.", {"letter": "ab"}, bounds=(1,))
    counts = SharedCounts(letters, sizes)
    counts.count(letters, *values)
    counts.count(sizes, *values, amount=1)
    assert totals(counts) == []


def test_a_histogram_shows_how_many_are_at_most_each_bound() -> None:
    sizes = Metric("sizes", "Sizes.", bounds=(1, 10, 100))
    counts = SharedCounts(sizes)
    for size in (0.5, 1, 1.5, 10, 1000):
        counts.count(sizes, amount=size)
    (family,) = counts.collect()
    buckets = {s.labels["le"]: s.value for s in family.samples if s.name == "sizes_bucket"}
    assert buckets == {"1.0": 2, "10.0": 4, "100.0": 4, "+Inf": 5}
    others = {s.name: s.value for s in family.samples if s.name != "sizes_bucket"}
    assert others == {"sizes_count": 5, "sizes_sum": 1013}
