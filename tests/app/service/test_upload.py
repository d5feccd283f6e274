"""What is not read is a problem of the client."""

import pytest

from app.errors import Problem
from app.service.upload import refusing, to_problem
from nn.decoding.errors import PictureError, PictureFault


@pytest.mark.parametrize("fault", PictureFault)
def test_each_fault_of_a_picture_is_a_problem_of_the_client(fault: PictureFault) -> None:
    problem = to_problem(PictureError(fault, "Why."))
    assert problem.type == "urn:inkling:" + fault.name.lower().replace("_", "-")
    assert problem.code in (400, 413, 415, 422)
    assert str(problem.description).startswith("Why.")


def test_a_picture_that_is_not_read_is_refused_and_another_error_is_not_hidden() -> None:
    def read(error: Exception) -> None:
        raise error

    with pytest.raises(Problem, match="Why"):
        refusing(read)(PictureError(PictureFault.NO_DIGIT_FOUND, "Why."))
    with pytest.raises(ValueError, match="Ours"):
        refusing(read)(ValueError("Ours."))
