"""10,000 pictures read by a cluster of two workers, and by ``--processes 2``, on this machine.

``python -m benchmarks.bench.cluster_rate`` reads the same pictures three times in one run: with two
processes, on the cluster, and on it with a worker killed in the middle. It prints the pictures a
second, and whether the bytes are the same. A number after it sets how many pictures.
"""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.load.pictures import drawings
from nn.read import n_cores
from tests.local_cluster import local_cluster, n_rows
from tests.waiting import wait_for


def main(n_pictures: int) -> None:
    """Print the figures."""
    with TemporaryDirectory() as name, local_cluster() as cluster:
        folder = Path(name, "pictures")
        folder.mkdir()
        kinds = drawings(64)
        for number in range(n_pictures):
            (folder / f"{number:05}.png").write_bytes(kinds[number % len(kinds)])
        command = [sys.executable, "-m", "nn", "read", str(folder), "--json", "--out"]
        engine = ["--engine", "dask", "--scheduler", cluster.address]
        outs = [Path(name, out) for out in ("processes", "cluster", "killed")]
        print(f"{n_pictures:,} pictures, {n_cores()} cores")
        for out in outs:
            start_s = time.perf_counter()
            options = ["--processes", "2"] if out is outs[0] else engine
            with subprocess.Popen([*command, str(out), *options]):
                if out is outs[2]:
                    wait_for(lambda: n_rows(outs[2]) > n_pictures // 2, "half of the rows", 1000)
                    cluster.kill_worker()
            took_s = time.perf_counter() - start_s
            is_same = out.read_bytes() == outs[0].read_bytes()
            same = "same bytes" if is_same else "OTHER BYTES"
            print(f"{out.name:10} {took_s:6.1f} s {n_pictures / took_s:6.0f} a second, {same}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
