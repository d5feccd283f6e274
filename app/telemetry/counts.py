"""Counters and histograms that several processes add to, in shared memory."""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, product
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.utils import floatToGoString

N_ROWS = 512  # twice the most workers: while workers are replaced, old and new ones count

Increment = tuple[int, float]
"""A column, and what is added to it."""


class SharedCounts:
    """Sums over what each of several processes has counted.

    The memory is made before the processes are forked, and each process adds to a row of its own,
    so that no process waits for another. A new process continues in the row of one that ended, so
    that sums never fall. (Prometheus's own client keeps a file for each process that ever ran, and
    a process that writes to a mapped file is killed when the disk is full.)

    Parameters
    ----------
    n_columns
        How many numbers are counted.
    """

    def __init__(self, n_columns: int) -> None:
        memory = mmap.mmap(-1, N_ROWS * (8 * n_columns + 1))  # no file, and filled with 0
        self._rows = np.frombuffer(memory, np.float64, N_ROWS * n_columns).reshape(N_ROWS, -1)
        self._is_used = np.frombuffer(memory, np.bool_, offset=self._rows.nbytes)
        self._lock = Lock()
        self.use_row(0)

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._row = memoryview(self._rows[row % N_ROWS]).cast("B").cast("d")  # faster to add to
        self._is_used[row % N_ROWS] = True

    def add(self, increments: Iterable[Increment]) -> None:
        """Add the increments; several threads may call this at the same time."""
        row = self._row
        with self._lock:
            for column, amount in increments:
                row[column] += amount

    def totals(self) -> NDArray[np.float64]:
        """Return the sum of each column (n_columns,) over all processes, also ended ones."""
        totals: NDArray[np.float64] = self._rows[self._is_used].sum(axis=0)
        return totals


class _Metric:
    """A metric of Prometheus, with some columns for each combination of label values.

    Parameters
    ----------
    name, documentation
        As Prometheus shows them.
    columns
        Yields free columns of the counts.
    labels
        The possible values of each label.
    """

    n_columns = 1  # for each combination of label values

    def __init__(
        self, name: str, documentation: str, columns: Iterator[int], **labels: Sequence[str]
    ) -> None:
        self._name, self._documentation, self._labels = name, documentation, list(labels)
        self._columns = {
            values: [next(columns) for _ in range(self.n_columns)]
            for values in product(*labels.values())
        }


class Counter(_Metric):
    """A number that only grows."""

    def increment(self, *values: str) -> list[Increment]:
        """Return the increment by 1; none when a label has no such value."""
        return [(column, 1) for column in self._columns.get(values, [])]

    def family(self, totals: NDArray[np.float64]) -> CounterMetricFamily:
        """Return the sums for Prometheus, without combinations of labels that never occurred."""
        family = CounterMetricFamily(self._name, self._documentation, labels=self._labels)
        for values, (column,) in self._columns.items():
            if totals[column] or not values:
                family.add_metric(values, totals[column])
        return family


class Histogram(_Metric):
    """How many amounts are at most each of some ascending bounds, and the sum of the amounts."""

    def __init__(
        self,
        name: str,
        documentation: str,
        columns: Iterator[int],
        bounds: Sequence[float],
        **labels: Sequence[str],
    ) -> None:
        self._bounds = bounds
        self.n_columns = len(bounds) + 2  # one for each bound, one for larger amounts, the sum
        super().__init__(name, documentation, columns, **labels)

    def observe(self, amount: float, *values: str) -> list[Increment]:
        """Return the increments by one amount; none when a label has no such value."""
        columns = self._columns.get(values)
        if columns is None:
            return []
        return [(columns[bisect_left(self._bounds, amount)], 1), (columns[-1], amount)]

    def family(self, totals: NDArray[np.float64]) -> HistogramMetricFamily:
        """Return the cumulative counts for Prometheus, without labels that never occurred."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=self._labels)
        bounds = [*map(floatToGoString, self._bounds), "+Inf"]
        for values, columns in self._columns.items():
            *buckets, total = totals[columns]
            counts = list(accumulate(buckets))
            if counts[-1] or not values:
                family.add_metric(values, list(zip(bounds, counts, strict=True)), total)
        return family
