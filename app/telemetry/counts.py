"""Counters and histograms that several processes add to, in memory that they share."""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, product
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.utils import floatToGoString

N_ROWS = 512  # twice the most workers: while they are replaced, old and new ones count

Amount = tuple[int, float]
"""A column, and what is to be added to it."""


class SharedCounts:
    """Sums of what each of several processes has counted.

    The memory is made before the processes are forked, and each adds to a row of its own: none
    waits for another, and one that takes over the row of a process that ended counts on from
    there, so that sums never fall. Prometheus's own way for several processes keeps a file for each
    that ever was, and a process that writes to a mapped file is killed where the disk is full.

    Parameters
    ----------
    n_columns
        How many numbers there are.
    """

    def __init__(self, n_columns: int) -> None:
        memory = mmap.mmap(-1, N_ROWS * (8 * n_columns + 1))  # no file, and filled with 0
        self._rows = np.frombuffer(memory, np.float64, N_ROWS * n_columns).reshape(N_ROWS, -1)
        self._is_used = np.frombuffer(memory, np.bool_, offset=self._rows.nbytes)
        self._lock = Lock()
        self.use_row(0)

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._row = memoryview(self._rows[row % N_ROWS]).cast("B").cast("d")  # quicker to add to
        self._is_used[row % N_ROWS] = True

    def add(self, amounts: Iterable[Amount]) -> None:
        """Add all of these; several threads may do so at the same time."""
        row = self._row
        with self._lock:
            for column, amount in amounts:
                row[column] += amount

    def totals(self) -> NDArray[np.float64]:
        """Return the sum of each column (n_columns,) over all processes, ended ones too."""
        totals: NDArray[np.float64] = self._rows[self._is_used].sum(axis=0)
        return totals


class Counter:
    """A number that grows, one for each combination of the labels' values.

    Parameters
    ----------
    name, words
        What it is called and what it means.
    columns
        Gives the columns that it may use.
    labels
        The values that each label may have.
    """

    def __init__(
        self, name: str, words: str, columns: Iterator[int], **labels: Sequence[str]
    ) -> None:
        self._name, self._words, self._labels = name, words, list(labels)
        self._columns = {values: next(columns) for values in product(*labels.values())}

    def one(self, *values: str) -> list[Amount]:
        """Return what one more adds; nothing where a label cannot have that value."""
        column = self._columns.get(values)
        return [] if column is None else [(column, 1)]

    def family(self, totals: NDArray[np.float64]) -> CounterMetricFamily:
        """Return the numbers for Prometheus, without those of combinations that never came."""
        family = CounterMetricFamily(self._name, self._words, labels=self._labels)
        for values, column in self._columns.items():
            if totals[column] or not values:
                family.add_metric(values, totals[column])
        return family


class Histogram:
    """How many amounts were at most each of some bounds, and their sum.

    Parameters
    ----------
    name, words
        What it is called and what it means.
    columns
        Gives the columns that it may use.
    bounds
        The bounds, from small to large.
    labels
        The values that each label may have.
    """

    def __init__(
        self,
        name: str,
        words: str,
        columns: Iterator[int],
        bounds: Sequence[float],
        **labels: Sequence[str],
    ) -> None:
        self._name, self._words, self._labels = name, words, list(labels)
        self._bounds = bounds
        self._bound_names = [*map(floatToGoString, bounds), "+Inf"]
        self._columns = {  # one for each bound, one for what is above all, one for the sum
            values: [next(columns) for _ in range(len(bounds) + 2)]
            for values in product(*labels.values())
        }

    def one(self, amount: float, *values: str) -> list[Amount]:
        """Return what one more amount adds; nothing where a label cannot have that value."""
        if (columns := self._columns.get(values)) is None:
            return []
        return [(columns[bisect_left(self._bounds, amount)], 1), (columns[-1], amount)]

    def family(self, totals: NDArray[np.float64]) -> HistogramMetricFamily:
        """Return it for Prometheus: up to each bound, without labels that never came."""
        family = HistogramMetricFamily(self._name, self._words, labels=self._labels)
        for values, columns in self._columns.items():
            *buckets, total = totals[columns]
            sums = list(accumulate(buckets))
            if sums[-1] or not values:
                family.add_metric(values, list(zip(self._bound_names, sums, strict=True)), total)
        return family
