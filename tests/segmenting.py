"""The network of ink that is shipped, for tests that need the ink of photographs."""

from functools import cache

from nn.models import ink_network
from nn.reading.page.segment import Segment, segmenter


@cache
def segment() -> Segment:
    """Return what finds the pen in a picture."""
    return segmenter(ink_network.load().network.activations)
