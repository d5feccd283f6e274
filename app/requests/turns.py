"""The time of the event loop, which requests share: turns, and the CPU time of each."""

from time import thread_time
from weakref import WeakKeyDictionary

from gevent import getcurrent, sleep
from gevent.lock import BoundedSemaphore
from greenlet import greenlet, settrace


class Turns:
    """Turns of requests that could keep others waiting: one by one, each after those of others."""

    def __init__(self) -> None:
        self._one_by_one = BoundedSemaphore(1)

    def wait(self) -> None:
        """Let all other requests go on, and wait for those that called this before."""
        with self._one_by_one:
            sleep(0)


class CpuTimes:
    """The CPU times of greenlets of this thread, each since its start."""

    def __init__(self) -> None:
        self._seconds: WeakKeyDictionary[greenlet, float] = WeakKeyDictionary()
        self._since_s = 0.0

    def start(self) -> None:
        """Begin to count the CPU time of the current greenlet, from 0."""
        settrace(self._count)
        self._seconds[getcurrent()], self._since_s = 0.0, thread_time()

    def seconds(self) -> float:
        """Return the CPU time of the current greenlet."""
        current = getcurrent()
        self._count("", (current, current))
        return self._seconds[current]

    def _count(self, _: str, switch: tuple[greenlet, greenlet]) -> None:
        """Count the time since the last switch from one greenlet to another."""
        now_s = thread_time()
        if switch[0] in self._seconds:
            self._seconds[switch[0]] += now_s - self._since_s
        self._since_s = now_s
