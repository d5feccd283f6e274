"""From a picture of one line to its text by an exported network, in numpy and Pillow: to be copied.

It is for dark ink on light paper, cut out so that the line fills the height. Finding lines on a
page, judging what is certain and reading only what is allowed is Inkling's own ``inkling.read``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]

ROWS, EDGE_PX, STEP_PX = 48, 8, 8  # of a strip; paper before and after it; of its width
MAX_STRIP_PX = 1_600
INK_PERCENTILE, PAPER_PERCENTILE, MIN_LEVELS = 1, 90, 8
SIGNS = "0123456789.,-?"  # the classes, ? for any other sign; after them comes the blank
OTHER_WEIGHT = 0.02  # numbers have fewer other signs than the network has learnt from


def to_inputs(picture: Image.Image) -> Array:
    """Return a picture of one line as the network's inputs, float32 (1, 48, W), paper 0, ink 1."""
    grey = picture.convert("L")
    width_px = round(min(max(grey.width * ROWS / grey.height, ROWS // 3), MAX_STRIP_PX))
    kind = Image.Resampling.BOX if grey.height > ROWS else Image.Resampling.BICUBIC
    scaled = np.asarray(grey.resize((width_px, ROWS), kind), np.float32)
    ink, paper = np.percentile(scaled, (INK_PERCENTILE, PAPER_PERCENTILE))
    shade = ((paper - scaled) / max(paper - ink, MIN_LEVELS)).clip(-0.5, 1.5)
    after_px = EDGE_PX + -width_px % STEP_PX
    strip = np.pad(shade, ((0, 0), (EDGE_PX, after_px)), mode="edge")
    return strip[np.newaxis].astype(np.float32)


def to_text(frames: Array) -> str:
    """Return the text of the activations of one strip's frames (T, 15).

    Each frame names its likeliest class. Equal neighbours are one sign, and blanks are none: the
    best path of connectionist temporal classification.
    """
    weights = np.ones(len(SIGNS) + 1)
    weights[SIGNS.index("?")] = OTHER_WEIGHT
    labels = (frames * weights).argmax(axis=1)
    is_new = np.diff(labels, prepend=len(SIGNS)) != 0
    return "".join(SIGNS[label] for label in labels[is_new] if label < len(SIGNS))
