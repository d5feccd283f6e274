from pathlib import Path

from nn.data.pictures.entries import Skipped
from nn.data.pictures.own_digits import skipped_as_text
from tests.nn.data.pictures.making import drawn, load, png, write_files

A, B = png(drawn(30)), png(drawn(45))


def test_a_picture_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    larger = png(drawn(30).resize((100, 100)))
    own, skipped = load(write_files(tmp_path, {"1/a.png": A, "1/b.png": B, "1/c.png": larger}))
    assert own.places == ["1/a.png", "1/b.png"]
    assert [f"{each}" for each in skipped] == ["1/c.png: is the same picture as 1/a.png"]


def test_a_picture_with_two_labels_is_left_out_wherever_it_is(tmp_path: Path) -> None:
    own, skipped = load(
        write_files(tmp_path, {"1/a.png": A, "1/again.png": A, "7/a.png": A, "7/b.png": B})
    )
    assert own.places == ["7/b.png"]
    assert [each.place for each in skipped] == ["1/a.png", "1/again.png", "7/a.png"]
    assert "1/a.png is labelled 1, but 7/a.png, the same picture, 7: correct" in skipped[0].why


def test_no_picture_at_all_is_an_empty_set(tmp_path: Path) -> None:
    own, skipped = load(write_files(tmp_path, {"1/a.txt": b"no picture"}))
    assert own.digits.images.shape == (0, 28, 28)
    assert len(skipped) == 1


def test_many_pictures_skipped_for_one_reason_are_counted() -> None:
    skipped = [Skipped(f"{n}.png", f"The {n} bytes are not a picture") for n in range(9)]
    lines = list(skipped_as_text([*skipped, Skipped("x.png", "is blank")]))
    assert lines[0] == "skipped 0.png: The 0 bytes are not a picture"
    assert lines[5:] == ["skipped 4 more for a reason of this kind", "skipped x.png: is blank"]
