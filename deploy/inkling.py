"""Handwritten digits read by a neural network.

>>> import inkling
>>> inkling.read("photo.jpg").text
'5379'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nn.reader import (
        PictureError,
        Reader,
        Reading,
        Restriction,
        RestrictionError,
        WeightsError,
        load,
        predict,
        read,
        read_many,
    )

    __version__: str

__all__ = [
    "PictureError",
    "Reader",
    "Reading",
    "Restriction",
    "RestrictionError",
    "WeightsError",
    "__version__",
    "load",
    "predict",
    "read",
    "read_many",
]


if not TYPE_CHECKING:  # which would take a misspelt name for a thing of any type

    def __getattr__(name: str) -> Any:
        """Import what is first asked for: the command and the server start without numpy."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name == "__version__":
            from nn.arguments import version

            return version()
        from nn import reader

        return getattr(reader, name)


def __dir__() -> list[str]:
    return __all__
