import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from nn.data.digits import DataError, Digits
from nn.data.lesson_set import LESSON_SET, load_lesson_set
from nn.data.mnist import load_mnist
from tests.make_lesson_set import as_file, choose_balanced, choose_lesson_set, main

needs_mnist = pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs MNIST")


def random_digits(n: int, seed: int) -> Digits:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, 28, 28), np.uint8)
    return Digits(images, rng.integers(0, 10, n).astype(np.uint8))


def test_the_first_digits_hold_as_many_of_each_class() -> None:
    train, test = load_lesson_set()
    assert (len(train), len(test)) == (12_000, 2_000)
    for digits in (train, test):
        assert digits.images.shape == (len(digits), 28, 28) and digits.images.dtype == np.uint8
        assert digits.labels.tolist() == [*range(10)] * (len(digits) // 10)


def test_the_file_has_at_most_3_mb() -> None:
    assert LESSON_SET.stat().st_size <= 3_000_000


@needs_mnist
def test_the_file_is_what_the_command_makes() -> None:
    for shipped, chosen in zip(load_lesson_set(), choose_lesson_set(*load_mnist()), strict=True):
        assert shipped.sha256() == chosen.sha256()


def test_no_digit_is_chosen_twice() -> None:
    digits = random_digits(400, seed=1)
    chosen = choose_balanced(digits, 200, np.random.default_rng(2))
    pixels = {image.tobytes() for image in digits.images}
    assert {image.tobytes() for image in chosen.images} <= pixels
    assert len({image.tobytes() for image in chosen.images}) == 200


def test_another_seed_chooses_other_digits() -> None:
    digits = random_digits(400, seed=1)
    first, second = (choose_balanced(digits, 200, np.random.default_rng(seed)) for seed in (1, 2))
    assert first.sha256() != second.sha256()


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    written = random_digits(20, seed=1), random_digits(10, seed=2)
    (tmp_path / "set.npz").write_bytes(as_file(*written))
    for before, after in zip(written, load_lesson_set(tmp_path / "set.npz"), strict=True):
        assert before.sha256() == after.sha256()


@pytest.mark.parametrize("content", [b"", b"PK", None])
def test_a_missing_or_damaged_file_is_named_with_what_to_do(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "set.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"set\.npz: expected the lesson set.*copy it again"):
        load_lesson_set(path)


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_changed_byte_is_noticed(tmp_path: Path, place: float) -> None:
    content = bytearray(LESSON_SET.read_bytes())
    content[int(place * len(content))] ^= 255
    (tmp_path / "set.npz").write_bytes(content)
    with pytest.raises(DataError, match="cannot be read"):
        load_lesson_set(tmp_path / "set.npz")


def test_a_missing_mnist_ends_the_command_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"tests\.make_lesson_set: .*MNIST file"):
        main(["--data", str(tmp_path), "--out", str(tmp_path / "set.npz")])
    assert not list(tmp_path.iterdir())


def test_the_model_card_has_the_hash_of_the_file() -> None:
    card = Path("models/README.md").read_text()
    assert hashlib.sha256(LESSON_SET.read_bytes()).hexdigest() in card
