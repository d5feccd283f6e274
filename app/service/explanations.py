"""What may be added to an answer: the stages of its picture, the layers of its network."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from app.service.fields import Count, NotEmpty, Png, Positive, Size, Text

# Captions of the stages from a picture to its ink.
STAGES = {
    "grey": "In grey",
    "paper": "The paper without the writing",
    "contrast": "What stands out from the paper",
    "ink": "The ink, cleaned",
    "crop": "Cut out along the ink",
    "scaled": "Scaled: the longer side has 20 pixels",
}


@dataclass(frozen=True)
class Stage:
    """A stage from the picture to its ink."""

    name: Annotated[str, Meta(extra_json_schema={"enum": list(STAGES)})]
    caption: Text
    image: Png


@dataclass(frozen=True)
class Kernels:
    """The kernels of a convolution of the pixels: each feature map has one, and a bias."""

    size: Annotated[Size, Meta(description="Rows and columns of a kernel.")]
    weights: Annotated[NotEmpty[float], Meta(description="By row, column and feature map.")]
    biases: NotEmpty[float]


@dataclass(frozen=True)
class Convolution:
    """How the kernels of a layer are laid on the outputs of the layer before."""

    size: Annotated[Size, Meta(description="Rows and columns of a kernel.")]
    stride: Annotated[Size, Meta(description="Step from one place of a kernel to the next.")]
    padding: Annotated[Count, Meta(description="Rows and columns of zeros around the inputs.")]
    pooling: Annotated[
        Size,
        Meta(description="Side of the squares of sums, of which the largest is kept; 1 for none."),
    ]


@dataclass(frozen=True)
class Layer:
    """The outputs of a hidden layer."""

    name: Text
    shape: Annotated[
        list[Size],
        Meta(min_length=1, max_length=3, description="Neurons; or rows, columns and channels."),
    ]
    outputs: Annotated[
        NotEmpty[float], Meta(description="Row by row, the channels of one pixel side by side.")
    ]
    strongest: Annotated[
        Count | UnsetType,
        Meta(
            description="Position in `outputs` of the neuron that adds most to the sum of that of "
            "the next layer, and in the last hidden layer to the largest sum of the outputs."
        ),
    ] = UNSET
    convolution: Annotated[
        Convolution | UnsetType, Meta(description="Missing where each neuron has all inputs.")
    ] = UNSET
    kernels: Annotated[
        Kernels | UnsetType, Meta(description="Of a convolution of the pixels, then pooled.")
    ] = UNSET


@dataclass(frozen=True)
class OutputLayer:
    """The last layer, whose activations are those of the answer."""

    sums: Annotated[
        list[float], Meta(min_length=10, max_length=10, description="That of each class, 0 to 9.")
    ]
    temperature: Annotated[
        Positive | None,
        Meta(
            description="The activations are the softmax of the sums divided by it; null: each is "
            "the sigmoid of its sum."
        ),
    ]


Stages = Annotated[
    list[Stage],
    Meta(description="With explain=1: how the picture became ink, each at most 240 pixels a side."),
]
Layers = Annotated[
    list[Layer], Meta(description="With explain=1: the outputs of each hidden layer, in order.")
]
Output = Annotated[OutputLayer, Meta(description="With explain=1: the last layer.")]
