import os
from pathlib import Path

import pytest

from nn.data.digits import NO_DIGIT, DataError
from nn.data.omniglot import is_unlike_digits, load_omniglot


@pytest.mark.parametrize(
    ("name", "is_unlike"),
    [
        ("images_background_small1/Latin/character11/0001_01.png", True),  # k
        ("images_background_small1/Latin/character15/0001_01.png", False),  # o
        ("images_background_small1/Greek/character24/0001_01.png", True),  # omega
        ("images_background_small1/Greek/character14/0001_01.png", False),  # xi, as a 3
        ("images_background_small1/Greek/character14/", False),
    ],
)
def test_characters_that_look_like_a_digit_are_left_out(name: str, is_unlike: bool) -> None:
    assert is_unlike_digits(name) is is_unlike


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"images_background_small1\.zip"):
        load_omniglot(tmp_path)


@pytest.mark.skipif("INKLING_DATA" not in os.environ, reason="needs the data: set INKLING_DATA")
def test_omniglot_has_96_such_characters_by_twenty_people() -> None:
    pictures = load_omniglot()
    assert len(pictures) == 96 * 20
    assert set(pictures.labels.tolist()) == {NO_DIGIT}
    assert (pictures.images.max(axis=(1, 2)) == 255).all()
