"""A job that reads no picture, in this process, in others and on a cluster."""

import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nn.bulk.items import Item
from nn.bulk.results import Result
from nn.bulk.workers import KILLED, Job


@dataclass(frozen=True)
class DeadlyJob(Job[Result]):
    """Gives each picture's place; a name that begins with "kill" ends the process that reads it.

    Attributes
    ----------
    delay_s
        Time before it ends.
    """

    delay_s: float = 0.0

    def read(self, items: Sequence[Item]) -> list[Result]:
        """Return the pictures' places, and the process."""
        if any(item.name.startswith("kill") for item in items):
            time.sleep(self.delay_s)
            os.kill(os.getpid(), signal.SIGKILL)
        members = {"process": os.getpid()}
        return [Result(item.name, {"place": item.place} | members) for item in items]

    def killed(self, item: Item) -> Result:
        """Return the picture's error."""
        return Result(item.name, {}, KILLED)


def items(names: Iterable[str]) -> Iterator[Item]:
    """Yield the pictures of these names, without a byte."""
    return (Item(place, name, b"") for place, name in enumerate(names, 1))
