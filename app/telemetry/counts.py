"""Counters and histograms that several processes add to, in shared memory."""

import mmap
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, product
from threading import Lock

import numpy as np
import prometheus_client
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

N_ROWS = 512  # twice the most workers: while workers are replaced, old and new ones count

Labels = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Metric:
    """A counter, or with bounds a histogram: how many amounts are at most each of the bounds.

    Attributes
    ----------
    name, documentation
        As Prometheus shows them.
    labels
        The possible values of each label.
    bounds
        Of a histogram, ascending.
    """

    name: str
    documentation: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bounds: Sequence[float] = ()

    @property
    def n_columns(self) -> int:
        """Numbers for one combination of labels: a histogram has one a bound, +Inf and the sum."""
        return len(self.bounds) + 2 if self.bounds else 1

    def family(self, totals: Mapping[Labels, list[float]]) -> prometheus_client.Metric:
        """Return the numbers of each combination of labels for Prometheus."""
        if not self.bounds:
            counter = CounterMetricFamily(self.name, self.documentation, labels=[*self.labels])
            for values, (total,) in totals.items():
                counter.add_metric(values, total)
            return counter
        histogram = HistogramMetricFamily(self.name, self.documentation, labels=[*self.labels])
        bounds = [*map(floatToGoString, self.bounds), "+Inf"]
        for values, (*counts, amounts) in totals.items():
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            histogram.add_metric(values, buckets, amounts)
        return histogram


class SharedCounts(Collector):
    """Sums over what each of several processes has counted, also ended ones.

    The memory is made before the processes are forked, and each process adds to a row of its own,
    so that no process waits for another. A new process continues in the row of one that ended, so
    that sums never fall. (In its multiprocess mode, Prometheus's own client keeps a file for each
    process that ever ran, and a full disk kills a process that writes to one.)
    """

    def __init__(self, *metrics: Metric) -> None:
        n_columns = 0
        self._columns: dict[Metric, dict[Labels, int]] = {}  # the first of each combination
        for metric in metrics:
            for values in product(*metric.labels.values()):
                self._columns.setdefault(metric, {})[values] = n_columns
                n_columns += metric.n_columns
        memory = mmap.mmap(-1, N_ROWS * (8 * n_columns + 1))  # no file, and filled with 0
        self._rows = np.frombuffer(memory, np.float64, N_ROWS * n_columns).reshape(N_ROWS, -1)
        self._is_used = np.frombuffer(memory, np.bool_, offset=self._rows.nbytes)
        self._lock = Lock()  # for threads
        self.use_row(0)

    def use_row(self, row: int) -> None:
        """Let this process count in a row, from 0, that no other process uses now."""
        self._row = memoryview(self._rows[row % N_ROWS]).cast("B").cast("d")  # faster to add to
        self._is_used[row % N_ROWS] = True

    def count(self, metric: Metric, *values: str, amount: float = 1) -> None:
        """Add 1 to a counter, or an amount to a histogram; nothing for labels that it has not."""
        column = self._columns[metric].get(values)
        if column is not None:
            with self._lock:
                self._row[column + bisect_left(metric.bounds, amount)] += 1
                if metric.bounds:
                    self._row[column + metric.n_columns - 1] += amount

    def collect(self) -> Iterator[prometheus_client.Metric]:
        """Yield the sums of each metric, without combinations of labels that never occurred."""
        sums = self._rows[self._is_used].sum(axis=0).tolist()
        for metric, columns in self._columns.items():
            totals = {key: sums[first : first + metric.n_columns] for key, first in columns.items()}
            yield metric.family({key: each for key, each in totals.items() if any(each) or not key})
