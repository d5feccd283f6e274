"""What a recorded training may choose: said once, for the command line and for the API."""

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from nn.core.layers import Array
from nn.data.digits import Digits

MAX_EXAMPLES = 12_000  # of the lesson set
MIN_EXAMPLES = 10
MAX_OWN = 1_000
MAX_PARAMETER = 1e6  # so large that no sum of a network overflows
PIXELS = 28 * 28

DigitLabel = Annotated[int, Meta(ge=0, le=9)]


class OwnDigits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Digits of the user's own, in the format of MNIST.

    Attributes
    ----------
    images
        uint8 (n, 28, 28) as bytes, 0 for paper to 255 for ink.
    labels
        The digit of each, 0 to 9.
    held_back
        Whether each is kept out of the training, to measure on; all are learnt from if empty.

    Raises
    ------
    ValueError
        If the three do not have the same number of digits.
    """

    images: Annotated[bytes, Meta(description="784 bytes a digit, row by row, 255 for ink.")]
    labels: Annotated[list[DigitLabel], Meta(min_length=1, max_length=MAX_OWN)]
    held_back: Annotated[
        list[bool],
        Meta(max_length=MAX_OWN, description="To measure on, not to learn; empty for none."),
    ] = []

    def __post_init__(self) -> None:
        n = len(self.labels)
        if len(self.images) != n * PIXELS:
            raise ValueError(
                f"own.images must have 784 bytes for each of the {n} labels, {n * PIXELS:,}, but "
                f"has {len(self.images):,}"
            )
        if len(self.held_back) not in (0, n):
            raise ValueError(
                f"own.held_back must have one value for each of the {n} labels, or none, but has "
                f"{len(self.held_back)}"
            )

    def split(self) -> tuple[Digits, Digits]:
        """Return the digits to learn from, and those held back."""
        images = np.frombuffer(self.images, np.uint8).reshape(-1, 28, 28)
        labels = np.array(self.labels, np.uint8)
        is_held_back = np.array(self.held_back or [False] * len(labels))
        first, last = (Digits(images[part], labels[part]) for part in (~is_held_back, is_held_back))
        return first, last


class Knobs(Struct, frozen=True, kw_only=True):
    """The numbers and choices of a recorded training."""

    hidden: Annotated[int, Meta(ge=1, le=100, description="Hidden neurons.")] = 15
    rate: Annotated[float, Meta(gt=0, le=30, description="The learning rate.")] = 3.0
    batch: Annotated[int, Meta(ge=1, le=1000, description="Examples of a mini-batch.")] = 10
    epochs: Annotated[int, Meta(ge=1, le=30, description="Passes over all examples.")] = 3
    penalty: Annotated[
        float, Meta(ge=0, le=0.01, description="The strength of the penalty on large weights (L2).")
    ] = 0.00002
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1, description="Of all random choices.")] = 1
    wrong_labels: Annotated[
        float,
        Meta(ge=0, le=1, description="The share of the labels replaced by another digit."),
    ] = 0.0
    examples: Annotated[
        int,
        Meta(
            ge=0,
            le=MAX_EXAMPLES,
            description=f"MNIST digits to learn from, at least {MIN_EXAMPLES}; any number, taken "
            "for 0, where `remember` is false.",
        ),
    ] = MAX_EXAMPLES
    start: Annotated[
        Literal["random", "zero", "given"],
        Meta(description="The first weights: random, all 0, or those of `parameters`."),
    ] = "random"
    biases: Annotated[bool, Meta(description="False: all biases stay 0.")] = True
    remember: Annotated[
        bool, Meta(description="Whether MNIST's digits are learnt beside one's own.")
    ] = True


class Options(Knobs, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training to record: its knobs, and what it starts from and learns besides MNIST's digits.

    Raises
    ------
    ValueError
        If two of them do not fit each other.
    """

    parameters: Annotated[
        bytes,
        Meta(
            description="For the start `given`: float32, little-endian; the weights of the hidden "
            "layer (784, hidden) row by row, those of the output layer (hidden, 10), then the "
            "biases of both."
        ),
    ] = b""
    own: OwnDigits | None = None

    def __post_init__(self) -> None:
        if self.start == "given":
            self._check_parameters()
        elif self.parameters:
            raise ValueError(f'parameters are for the start "given", but start is "{self.start}"')
        if self.remember and self.examples < MIN_EXAMPLES:
            raise ValueError(
                f"examples must be from {MIN_EXAMPLES} to {MAX_EXAMPLES:,}, but is "
                f"{self.examples}; with digits of your own, and remember false, it may be 0"
            )
        if not self.remember and not (self.own and len(self.own.split()[0])):
            raise ValueError(
                "remember must be true, or own must hold at least one digit that is not held back: "
                "else there is nothing to learn from"
            )

    @property
    def n_mnist(self) -> int:
        """How many of MNIST's digits are learnt."""
        return self.examples if self.remember else 0

    def knobs(self) -> Knobs:
        """Return the numbers and choices alone, as they are used."""
        values = {name: getattr(self, name) for name in Knobs.__struct_fields__}
        return Knobs(**values | {"examples": self.n_mnist})

    def start_parameters(self) -> Array:
        """Return the given parameters (P,) float32."""
        return np.frombuffer(self.parameters, "<f4").astype(np.float32)

    def _check_parameters(self) -> None:
        n = PIXELS * self.hidden + self.hidden * 10 + self.hidden + 10
        if len(self.parameters) != 4 * n:
            raise ValueError(
                f"parameters must be {n:,} float32 for {self.hidden} hidden neurons, "
                f"{4 * n:,} bytes, but has {len(self.parameters):,} bytes"
            )
        if not (np.abs(self.start_parameters()) <= MAX_PARAMETER).all():
            raise ValueError(
                f"parameters must be numbers from -{MAX_PARAMETER:,.0f} to {MAX_PARAMETER:,.0f}, "
                "but one is not"
            )
