"""Train the network as the page "Watch it learn" does, and record it: ``python -m nn.record``.

The options are those of ``POST /training``, with the same limits and defaults, and on the same
machine the weights are the same bit for bit. ``--out run.json`` writes the recording, which the
page can open and play.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from threadpoolctl import threadpool_limits

from nn.data.digits import DataError
from nn.files import write_atomically
from nn.training.recorded.options import Knobs, Options
from nn.training.recorded.record import MAX_WEIGHT_BYTES, record
from nn.training.recorded.recording import Recording


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, train, print what each epoch gave, and write the recording."""
    arguments_given = parse_args(arguments)
    try:
        options = read_options(arguments_given)
        with threadpool_limits(1, user_api="blas"):  # as on the server: others round differently
            recording = record(options, max_weight_bytes=arguments_given.max_weight_bytes)
        print_epochs(recording)
        if arguments_given.out:
            write_atomically(arguments_given.out, recording.to_json() + b"\n")
            print(f"Wrote {arguments_given.out}")
    except (DataError, OSError, msgspec.DecodeError) as error:
        sys.exit(f"nn.record: {error}")


def parse_args(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the arguments; an option of the training is text, or None if it is not given."""
    parser = argparse.ArgumentParser(prog="python -m nn.record", description=__doc__)
    for name, help_text in descriptions().items():
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, help=help_text)
    request = "file with the JSON of a POST /training, such as with digits of your own"
    parser.add_argument("--request", type=Path, help=request)
    parser.add_argument("--out", type=Path, help="file for the recording, JSON")
    weights = "most bytes of the pictures of weights in it (default %(default)s)"
    parser.add_argument(
        "--max-weight-bytes", type=int, default=MAX_WEIGHT_BYTES, metavar="N", help=weights
    )
    return parser.parse_args(arguments)


def descriptions() -> dict[str, str]:
    """Return what each option of a training means, with its default."""
    properties = msgspec.json.schema_components([Knobs])[1]["Knobs"]["properties"]
    return {
        name: f"{schema['description']} Default {schema['default']}."
        for name, schema in properties.items()
    }


def read_options(arguments: argparse.Namespace) -> Options:
    """Return the options of the request, if any, with those of the command line instead.

    Raises
    ------
    msgspec.DecodeError
        If one is not as its limits are.
    """
    content = arguments.request.read_bytes() if arguments.request else b"{}"
    members = msgspec.json.decode(content, type=dict[str, Any])
    given = {name: getattr(arguments, name) for name in descriptions()}
    members |= {name: text for name, text in given.items() if text is not None}
    return msgspec.convert(members, Options, strict=False)


def print_epochs(recording: Recording) -> None:
    """Print a line for the start and for each epoch."""
    for frame in recording.frames:
        if frame.epoch == int(frame.epoch) or frame is recording.frames[-1]:
            own = "" if frame.own_accuracy is None else f"  own {frame.own_accuracy:7.2%}"
            print(
                f"epoch {frame.epoch:5.2f}  cost {frame.cost}  test {frame.test_accuracy:7.2%}{own}"
            )


if __name__ == "__main__":
    main()
