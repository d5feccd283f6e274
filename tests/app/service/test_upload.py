"""The pictures of a request: a problem keeps none of them, and a batch ends with its time."""

import weakref
from collections.abc import Iterable, Sequence

import pytest
from PIL import Image

from app.errors import Problem, ProblemCode
from app.service import upload
from app.service.upload import Upload, attempt
from tests.drawing import as_file


def test_a_problem_that_is_returned_holds_nothing_of_what_was_worked_on() -> None:
    def refuse(picture: Image.Image) -> None:
        try:
            raise OSError
        except OSError as error:
            raise Problem(ProblemCode.DAMAGED_PICTURE, "It is cut off.") from error

    picture = Image.new("L", (1, 1))
    is_alive = weakref.ref(picture)
    problem = attempt(refuse, picture)
    del picture
    assert isinstance(problem, Problem)
    assert is_alive() is None


def test_pictures_of_a_batch_are_read_together_as_far_as_the_rest_of_its_time_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upload, "_longest_s", lambda _file: 0.4 * upload.MAX_BATCH_S)
    sizes: list[int] = []

    def count(group: Sequence[object]) -> Iterable[object]:
        sizes.append(len(group))
        return group

    files = Upload([as_file(Image.new("L", (9, 9)))] * 5, "convnet", 10_000)
    assert len(list(upload.batch_answers(files, lambda file: file, count))) == 5
    assert sizes == [2, 2, 1]
