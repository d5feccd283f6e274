"""Handwritten digits read by a neural network.

>>> import inkling
>>> reader = inkling.load()
>>> reader.read("photo.jpg").text
'5379'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nn.reader import PictureError, Reader, Reading, WeightsError, load

__all__ = ["PictureError", "Reader", "Reading", "WeightsError", "load"]


def __getattr__(name: str) -> Any:
    """Import what is first asked for: a server sets the number of numpy's threads before."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nn import reader

    return getattr(reader, name)
