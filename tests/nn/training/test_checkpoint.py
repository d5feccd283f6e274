from pathlib import Path

import numpy as np

from nn.training.checkpoint import Checkpoint, CheckpointError, load

TRAINING = {"name": "article"}


def test_a_checkpoint_with_any_byte_damaged_is_whole_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.checkpoint"
    Checkpoint(TRAINING, {"history": []}, {"weights": np.zeros((3, 4), np.float32)}).save(path)
    content = path.read_bytes()
    n_refused = 0
    damaged = range(0, len(content), 2)
    for at in damaged:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            load(path, TRAINING)
        except CheckpointError as error:
            n_refused += 1
            assert str(path) in str(error)
            assert "without --resume" in str(error)
    assert n_refused > len(damaged) / 2
