"""How long a half-drawn digit takes to read, beside a whole one: the page asks at each stroke.

``make bench`` runs it; alone, ``python -m benchmarks.bench.half_drawn`` needs no peer.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from benchmarks.bench.in_turn import compare, timed
from benchmarks.load.pictures import drawings
from nn.decoding.picture_errors import PictureError
from nn.reader import load

N_DRAWINGS, CALLS = 64, 4


def main() -> None:
    """Measure reading drawings of which the pen was lifted in the middle, and whole ones."""
    reader = load()

    def reading(files: Sequence[bytes]) -> Callable[[], None]:
        def read() -> None:
            for file in files:
                with suppress(PictureError):
                    reader.predict(file)

        return read

    shares = {"half-drawn": 0.5, "whole": 1.0}
    ways = {
        name: timed(reading(drawings(N_DRAWINGS, share=share)), CALLS)
        for name, share in shares.items()
    }
    compare(f"{N_DRAWINGS} drawings", ways)


if __name__ == "__main__":
    main()
