"""Figures of several ways to do the same, taken in turn in one run, since machines are noisy."""

import statistics
from collections.abc import Callable, Mapping

ROUNDS = 5

Figures = Mapping[str, float]
"""What was measured of one way in one round, by its unit."""


def compare(title: str, ways: Mapping[str, Callable[[], Figures]], rounds: int = ROUNDS) -> None:
    """Measure the ways in turn; print the medians, and the first way's over each other's."""
    found: dict[str, list[Figures]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
    first, *_ = found
    print(f"\n{title}; medians of {rounds} rounds")
    for unit in found[first][0]:
        medians = {
            name: statistics.median(figures[unit] for figures in of_way)
            for name, of_way in found.items()
        }
        for name, median in medians.items():
            ratio = medians[first] / median
            print(f"{name:32} {median:10,.3f} {unit:14} {first} is {ratio:.2f} of it", flush=True)
