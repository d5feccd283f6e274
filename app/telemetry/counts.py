"""Counters and histograms that several processes add to, in shared memory."""

import mmap
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

N_ROWS = 512  # twice the most workers: while workers are replaced, old and new ones count


class Counter:
    """A number for each combination of label values, which only grows.

    Parameters
    ----------
    name, documentation
        As Prometheus shows them.
    labels
        The possible values of each label.
    """

    n_columns = 1  # for each combination of label values

    def __init__(self, name: str, documentation: str, **labels: Sequence[str]) -> None:
        self._name, self._documentation, self._labels = name, documentation, list(labels)
        self.combinations = list(product(*labels.values()))

    def use(self, counts: "SharedCounts", first_column: int) -> None:
        """Count in the columns of the counts from this one on."""
        self._counts = counts
        columns = range(first_column, first_column + self.n_all_columns, self.n_columns)
        self._columns = dict(zip(self.combinations, columns, strict=True))

    @property
    def n_all_columns(self) -> int:
        """Number of columns for all combinations of label values."""
        return self.n_columns * len(self.combinations)

    def add(self, *values: str) -> None:
        """Add 1; nothing when a label has no such value."""
        if (column := self._columns.get(values)) is not None:
            self._counts.add(column, 1)

    def family(self, totals: NDArray[np.float64]) -> Metric:
        """Return the sums for Prometheus, without combinations of labels that never occurred."""
        family = CounterMetricFamily(self._name, self._documentation, labels=self._labels)
        for values, column in self._columns.items():
            if totals[column] or not values:
                family.add_metric(values, totals[column])
        return family


class Histogram(Counter):
    """How many amounts are at most each of some ascending bounds, and the sum of the amounts."""

    def __init__(
        self, name: str, documentation: str, bounds: Sequence[float], **labels: Sequence[str]
    ) -> None:
        super().__init__(name, documentation, **labels)
        self._bounds = bounds
        self.n_columns = len(bounds) + 2  # one for each bound, one for larger amounts, the sum

    def observe(self, amount: float, *values: str) -> None:
        """Count an amount; nothing when a label has no such value."""
        if (column := self._columns.get(values)) is not None:
            self._counts.add(column + bisect_left(self._bounds, amount), 1)
            self._counts.add(column + self.n_columns - 1, amount)

    def family(self, totals: NDArray[np.float64]) -> Metric:
        """Return the cumulative counts for Prometheus, without labels that never occurred."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=self._labels)
        bounds = [*map(floatToGoString, self._bounds), "+Inf"]
        for values, column in self._columns.items():
            *buckets, total = totals[column : column + self.n_columns]
            counts = list(accumulate(buckets))
            if counts[-1] or not values:
                family.add_metric(values, list(zip(bounds, counts, strict=True)), total)
        return family


class SharedCounts(Collector):
    """Sums over what each of several processes has counted, also ended ones.

    The memory is made before the processes are forked, and each process adds to a row of its own,
    so that no process waits for another. A new process continues in the row of one that ended, so
    that sums never fall. (In its multiprocess mode, Prometheus's own client keeps a file for each
    process that ever ran, and a full disk kills a process that writes to one.)
    """

    def __init__(self, *metrics: Counter) -> None:
        self._metrics = metrics
        n_columns = 0
        for metric in metrics:
            metric.use(self, n_columns)
            n_columns += metric.n_all_columns
        memory = mmap.mmap(-1, N_ROWS * (8 * n_columns + 1))  # no file, and filled with 0
        self._rows = np.frombuffer(memory, np.float64, N_ROWS * n_columns).reshape(N_ROWS, -1)
        self._is_used = np.frombuffer(memory, np.bool_, offset=self._rows.nbytes)
        self._lock = Lock()
        self.use_row(0)

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._row = memoryview(self._rows[row % N_ROWS]).cast("B").cast("d")  # faster to add to
        self._is_used[row % N_ROWS] = True

    def add(self, column: int, amount: float) -> None:
        """Add to a column; several threads may call this at the same time."""
        with self._lock:
            self._row[column] += amount

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with its sums over all processes."""
        totals = self._rows[self._is_used].sum(axis=0)
        for metric in self._metrics:
            yield metric.family(totals)
