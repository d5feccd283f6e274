import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.training.recorded.plan import MAX_FRAMES, planned_steps


@given(st.integers(1, 13_000), st.integers(1, 30))
def test_there_are_at_most_120_frames_of_which_the_first_come_one_a_step(
    steps_per_epoch: int, epochs: int
) -> None:
    steps, n_steps = planned_steps(steps_per_epoch, epochs), steps_per_epoch * epochs
    assert len(steps) <= MAX_FRAMES
    assert steps == sorted(set(steps))
    assert steps[:21] == list(range(min(20, n_steps) + 1))
    assert steps[-1] == n_steps


@pytest.mark.parametrize("epochs", [1, 3, 7, 30])
def test_each_epoch_ends_with_a_frame(epochs: int) -> None:
    assert {1200 * (epoch + 1) for epoch in range(epochs)} <= set(planned_steps(1200, epochs))


def test_a_long_training_has_nearly_all_frames() -> None:
    assert len(planned_steps(1200, 30)) > 110
