"""How long /predict takes for half-drawn digits, which live drawing sends, against whole ones.

``make bench`` runs it. Pen strokes of pendigits are cut off after 20 to 90 % of their points and
drawn as the page's pad draws. Whole and half-drawn digits are sent in turn, in one process.
"""

from io import BytesIO
from time import process_time

import numpy as np

from app import create_app
from nn.data.digits import Stroke
from nn.data.pendigits import load_pendigits
from nn.data.synthetic.drawing import PAD_PEN_WIDTH, draw_strokes

N_DIGITS, SIDE_PX, SEED = 300, 280, 1
SHARES = (0.2, 0.9)  # of a digit's points that are drawn
PERCENTILES = (50, 90, 100)


def first_points(strokes: list[Stroke], share: float) -> list[Stroke]:
    """Return the strokes as far as a share of all their points, at least one."""
    left = max(1, round(share * sum(map(len, strokes))))
    drawn = []
    for stroke in strokes:
        if left > 0:
            drawn.append(stroke[:left])
        left -= len(stroke)
    return drawn


def png(strokes: list[Stroke]) -> bytes:
    """Return a drawing as the page sends it."""
    file = BytesIO()
    draw_strokes(strokes, PAD_PEN_WIDTH, side_px=SIDE_PX).save(file, "PNG")
    return file.getvalue()


def main() -> None:
    """Print the times of whole and half-drawn digits, and their ratio."""
    rng = np.random.default_rng(SEED)
    digits = load_pendigits()
    client = create_app().test_client()
    times_ms: dict[str, list[float]] = {"whole": [], "half-drawn": []}
    for number in rng.integers(len(digits), size=N_DIGITS).tolist():
        strokes = digits[number].strokes
        pictures = {"whole": strokes, "half-drawn": first_points(strokes, rng.uniform(*SHARES))}
        for name, picture in pictures.items():
            data = png(picture)
            start = process_time()
            client.post("/predict", data=data, content_type="image/png")
            times_ms[name].append(1000 * (process_time() - start))
    rows = {name: np.percentile(times, PERCENTILES) for name, times in times_ms.items()}
    rows["ratio"] = rows["half-drawn"] / rows["whole"]
    print("Processor time of /predict: median, 90th percentile and longest, in milliseconds")
    for name, row in rows.items():
        print(f"{name:12}" + "".join(f"{value:8.1f}" for value in row))


if __name__ == "__main__":
    main()
