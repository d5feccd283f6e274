"""A job that reads no picture, in this process, in others and on a cluster."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nn.bulk.results import Result
from nn.bulk.workers import KILLED, Item, Job


@dataclass(frozen=True)
class DeadlyJob(Job[Result]):
    """Gives each picture's place; a name that begins with "kill" ends the process that reads it.

    Attributes
    ----------
    delay_s
        Time before it ends.
    """

    delay_s: float = 0.0

    def read(self, item: Item) -> Result:
        """Return the picture's place, and the process."""
        if item.name.startswith("kill"):
            time.sleep(self.delay_s)
            os.kill(os.getpid(), signal.SIGKILL)
        return Result(item.name, {"place": item.place, "process": os.getpid()})

    def killed(self, item: Item) -> Result:
        """Return the picture's error."""
        return Result(item.name, {}, KILLED)


def items(names: Iterable[str]) -> Iterator[Item]:
    """Yield the pictures of these names, without a byte."""
    return (Item(place, name, b"") for place, name in enumerate(names, 1))
