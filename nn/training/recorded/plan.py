"""After which steps of a training a frame is recorded."""

import numpy as np

N_FIRST = 20  # steps that have a frame each
MAX_FRAMES = 120
N_EVEN = 59  # frames at the same distance, at the end of each epoch among them


def planned_steps(steps_per_epoch: int, epochs: int) -> list[int]:
    """Return the steps with a frame, ascending, 0 before the first and the last one included.

    The first 20 steps have one each. Then there are frames at even distances, so that each epoch
    ends with one, and others at distances that grow as the training does, because a network changes
    most at first.
    """
    n_steps = steps_per_epoch * epochs
    first = range(min(N_FIRST, n_steps) + 1)
    per_epoch = max(1, N_EVEN // epochs)
    parts = np.arange(1, per_epoch * epochs + 1) / per_epoch
    even = np.unique(np.rint(parts * steps_per_epoch).astype(int)).tolist()
    n_growing = MAX_FRAMES - len({*first, *even})
    growing = np.geomspace(N_FIRST, max(n_steps, N_FIRST), n_growing + 2)[1:-1]
    growing = np.rint(growing).astype(int).tolist()
    return sorted(step for step in {*first, *even, *growing} if step <= n_steps)
