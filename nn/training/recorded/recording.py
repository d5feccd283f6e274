"""A training as it is recorded: the fields, in order, are the members of its JSON."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from nn.training.recorded.options import DigitLabel, Knobs

Count = Annotated[int, Meta(ge=0)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
Numbers = list[float]
Activations = Annotated[list[Fraction], Meta(min_length=10, max_length=10)]
Image = Annotated[bytes, Meta(description="28x28 pixels, 784 bytes, row by row, 255 for ink.")]


class Frame(Struct, frozen=True):
    """What the network does after a step.

    The costs are those of `QuadraticCost`, without the penalty.
    """

    step: Annotated[Count, Meta(description="Mini-batches learnt from so far.")]
    epoch: Annotated[float, Meta(ge=0, description="Passes over all examples so far.")]
    cost: Annotated[
        float | None, Meta(description="The mean cost of the first 2,000 examples learnt from.")
    ]
    test_cost: Annotated[float | None, Meta(description="That of the test digits.")]
    train_accuracy: Annotated[
        Fraction,
        Meta(description="On those examples: how many are read as their label, wrong or not."),
    ]
    test_accuracy: Fraction
    own_accuracy: Annotated[
        Fraction | None, Meta(description="On one's own digits held back, null without any.")
    ]


class WeightPictures(Struct, frozen=True):
    """The weights of the hidden neurons in some of the frames."""

    frames: Annotated[list[Count], Meta(description="Positions in `frames`.")]
    scale: Annotated[Numbers, Meta(description="For each: the weight that 127 stands for.")]
    bytes: Annotated[bytes, Meta(description="int8 (frames, hidden, 784).")]


class Counts(Struct, frozen=True):
    """Numbers of digits."""

    train: Annotated[Count, Meta(description="Learnt from, one's own included.")]
    test: Count
    own: Annotated[Count, Meta(description="One's own that were learnt from.")]
    own_held_back: Count


class Correct(Struct, frozen=True):
    """Numbers of digits read right, after the training and before it."""

    test: Count
    own_held_back: Count
    test_before: Count
    own_before: Count


class ReadDigit(Struct, frozen=True):
    """A test digit and the network's ten activations."""

    image: Image
    label: DigitLabel
    activations: Activations


class LayerPass(Struct, frozen=True):
    """A layer in back propagation: for each neuron its sum, its activation and its delta."""

    z: Annotated[Numbers, Meta(description="The weighted sum of the inputs, and the bias.")]
    a: Annotated[list[Fraction], Meta(description="sigmoid(z).")]
    delta: Annotated[
        Numbers, Meta(description="The derivative of the cost by z, which is that by the bias.")
    ]


class WeightStep(Struct, frozen=True):
    """One weight in a step: ``gradient = input * delta + penalty * before``.

    ``after = before - rate * gradient``.
    """

    layer: Annotated[int, Meta(ge=1, le=2, description="1: to the hidden neurons. 2: from them.")]
    source: Annotated[Count, Meta(description="The pixel, or the hidden neuron.")]
    target: Annotated[Count, Meta(description="The neuron whose input it weighs.")]
    input: Annotated[Fraction, Meta(description="The pixel, or the hidden neuron's activation.")]
    delta: Annotated[float, Meta(description="Of the target.")]
    before: float
    gradient: float
    after: float


class BackpropStep(Struct, frozen=True):
    """One step on one example, the first, from the parameters of frame 0."""

    image: Image
    label: Annotated[DigitLabel, Meta(description="As it is learnt, wrong or not.")]
    target: Annotated[list[Fraction], Meta(min_length=10, max_length=10)]
    hidden: LayerPass
    output: LayerPass
    cost: Annotated[float, Meta(ge=0, description="Half the sum of (a - target)^2.")]
    cost_after: Annotated[float, Meta(ge=0, description="That after the step.")]
    weights: Annotated[list[WeightStep], Meta(description="Some of those with large gradients.")]


class Recording(Struct, frozen=True, kw_only=True):
    """A training, frame by frame, and what it led to."""

    settings: Knobs
    frames: Annotated[list[Frame], Meta(min_length=1, max_length=120)]
    weights: WeightPictures
    parameters: Annotated[
        bytes,
        Meta(
            description="Of the last frame, in the order of those that a training may start from."
        ),
    ]
    counts: Counts
    correct: Correct
    worst: Annotated[
        list[ReadDigit], Meta(max_length=12, description="The test digits of the highest cost.")
    ]
    backprop: BackpropStep
    confusion: Annotated[
        list[Annotated[list[Count], Meta(min_length=10, max_length=10)]],
        Meta(
            min_length=10,
            max_length=10,
            description="Test digits by label (row) and by what they are read as (column).",
        ),
    ]
    seconds: Annotated[float, Meta(ge=0, description="CPU time.")]
    stopped: Annotated[
        Literal["time"] | None,
        Meta(
            description="`time`: the time was over before the last epoch; all is as it was then.",
        ),
    ]

    def to_json(self) -> bytes:
        """Return the recording as JSON, bytes as base64."""
        return msgspec.json.encode(self)
