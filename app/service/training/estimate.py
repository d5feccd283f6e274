"""How long a training takes: what its options ask for, in seconds of a machine like ours."""

from math import ceil

from nn.training.recorded.options import Options
from nn.training.recorded.plan import MAX_FRAMES
from nn.training.recorded.process import MAX_CPU_S

START_S = 0.4  # of the process, and to read the digits
FRAME_S = 1.1e-3
FRAME_NEURON_S = 0.065e-3
STEP_S = 25e-6  # of a mini-batch, whatever its size
STEP_NEURON_S = 0.8e-6
EXAMPLE_S = 1e-6
EXAMPLE_NEURON_S = 0.04e-6


def expected_seconds(options: Options) -> float:
    """Return the seconds that a training takes on one core; another machine has another pace."""
    n_own = len(options.own.split()[0]) if options.own else 0
    n_examples = n_own + options.n_mnist
    n_steps = ceil(n_examples / options.batch) * options.epochs
    steps_s = n_steps * (STEP_S + options.hidden * STEP_NEURON_S)
    examples_s = options.epochs * n_examples * (EXAMPLE_S + options.hidden * EXAMPLE_NEURON_S)
    frames_s = min(n_steps + 1, MAX_FRAMES) * (FRAME_S + options.hidden * FRAME_NEURON_S)
    return min(START_S + steps_s + examples_s + frames_s, MAX_CPU_S)
