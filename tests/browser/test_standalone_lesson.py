"""The finale in the standalone file: a network that knows 0 to 4 is taught digits of its pad."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from nn.data.digits import DataError
from nn.data.pendigits import TABLET_SIDE, load_pendigits
from nn.evaluation.classifier_metrics import wilson_interval
from tests.browser.hands import Mouse, expect_last_answer

N_OF_EACH = 5
UNKNOWN = range(5, 10)  # to the network that has learnt 0 to 4 alone
LOW, HIGH = 0.15, 0.7  # the part of the pad that a drawing takes
FEWEST_TO_LEARN_FROM = 20  # of 25: an answer that is not certain is no label


def drawings() -> list[list[list[tuple[float, float]]]]:
    """Return 5 to 9 by 25 hands, each as strokes on the pad."""
    try:
        digits = load_pendigits()
    except DataError as error:
        pytest.skip(f"needs pendigits: {error}")
    rng = np.random.default_rng(1)
    writers = rng.permutation(sorted({each.writer for each in digits}))
    chosen = []
    for place, writer in enumerate(writers[: N_OF_EACH * len(UNKNOWN)]):
        label = UNKNOWN[place % len(UNKNOWN)]
        written = [each for each in digits if (each.writer, each.label) == (writer, label)]
        chosen.append(written[rng.integers(len(written))])
    return [
        [[tuple(LOW + HIGH * point) for point in stroke / TABLET_SIDE] for stroke in each.strokes]
        for each in chosen
    ]


def counts(page: Page, row: str) -> list[tuple[int, int]]:
    """Return how many digits are read right, of how many, before and after."""
    text = page.locator("#both-figures tr").filter(has_text=row).inner_text()
    found = re.findall(r"([\d,]+) of ([\d,]+)", text)
    return [(int(right.replace(",", "")), int(total.replace(",", ""))) for right, total in found]


@pytest.mark.timeout(600)
def test_a_network_of_0_to_4_learns_5_to_9_of_the_pad(offline: Page, standalone_file: Path) -> None:
    offline.emulate_media(reduced_motion="reduce")  # runs are not played, but shown at their end
    offline.goto(f"{standalone_file.as_uri()}?projector")
    for strokes in drawings():
        Mouse(offline).draw(strokes)
        expect(offline.locator("#digit")).not_to_be_empty()
        expect_last_answer(offline)
        offline.locator("#clear").click()
    offline.goto(f"{standalone_file.as_uri()}?page=teach&present")
    phase = offline.locator("[data-phase='1-5']")
    phase.get_by_role("link", name="Train on 0 to 4 alone").click()
    offline.get_by_label("How many of 100 test digits").fill("90")
    offline.get_by_role("button", name="Bet, and show it").click()
    offline.locator("#playback [data-part=play]").click()
    expect(offline.locator("#run-explanation")).to_contain_text("5 to 9 it reads 0 right")
    said = offline.locator("#own-digits").inner_text()
    found = re.search(r"and (\d+) of the pad", said)
    assert found is not None
    assert int(found[1]) >= FEWEST_TO_LEARN_FROM
    offline.get_by_role("button", name="Teach it, remembering").click()
    offline.get_by_label("How many of 100 of your digits").fill("50")
    offline.get_by_role("button", name="Bet, and show it").click()
    offline.locator("#playback [data-part=play]").click()
    expect(offline.locator("#run-explanation")).to_contain_text("right, before 0.")
    own, strangers, known = (
        counts(offline, row)
        for row in ("Your digits 5 to 9", "test digits 5 to 9", "test digits 0 to 4")
    )
    assert own[0][0] == strangers[0][0] == 0
    assert own[1][0] > 0
    assert wilson_interval(*strangers[1])[0] > 0.25
    assert wilson_interval(*known[1])[0] > 0.75
