"""Pictures that are not read, as problems."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from app.errors import Problem, ProblemCode
from nn.decoding.errors import PictureError, PictureFault

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# What else to do, over HTTP.
_ADVICE = {
    PictureFault.SEVERAL_DIGITS: " Send it to /read, which reads numbers, or cut one digit out.",
}


def to_problem(error: PictureError) -> Problem:
    """Return the problem of a picture that is not read: its fault is the code's name."""
    return Problem(ProblemCode[error.fault.name], f"{error}{_ADVICE.get(error.fault, '')}")


def refusing(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return a function that raises a Problem where this one raises PictureError."""

    @wraps(function)
    def refuse(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except PictureError as error:
            raise to_problem(error) from error

    return refuse
