"""The finale in the standalone file: a network that knows 0 to 4 is taught digits of its pad."""

import re
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nn.evaluation.classifier_metrics import wilson_interval
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.strangers import hands
from tests.data_sets import needs_data

N_PUPILS = 5
FEWEST_TO_LEARN_FROM = 20  # of 25: an answer that is not certain is no label


def counts(page: Page, row: str) -> list[tuple[int, int]]:
    """Return how many digits are read right, of how many, before and after."""
    text = page.locator("#both-figures tr").filter(has_text=row).inner_text()
    found = re.findall(r"([\d,]+) of ([\d,]+)", text)
    return [(int(right.replace(",", "")), int(total.replace(",", ""))) for right, total in found]


@needs_data
@pytest.mark.timeout(600)
def test_a_network_of_0_to_4_learns_5_to_9_of_the_pad(
    disconnected: Page, standalone_file: Path
) -> None:
    of_pupils = hands(N_PUPILS)
    page = disconnected
    page.emulate_media(reduced_motion="reduce")  # runs are not played, but shown at their end
    page.goto(f"{standalone_file.as_uri()}?projector")
    for strokes in chain(*(digits[5:] for digits in of_pupils)):  # which it has not learnt
        Mouse(page).draw(strokes)
        expect(page.locator("#digit")).not_to_be_empty()
        expect_last_answer(page)
        page.locator("#clear").click()
    page.goto(f"{standalone_file.as_uri()}?page=teach&present")
    phase = page.locator("[data-phase='1-5']")
    phase.get_by_role("link", name="Train on 0 to 4 alone").click()
    page.get_by_label("How many of 100 test digits").fill("90")
    page.get_by_role("button", name="Bet, and show it").click()
    page.locator("#playback [data-part=play]").click()
    expect(page.locator("#run-explanation")).to_contain_text("5 to 9 it reads 0 right")
    said = page.locator("#own-digits").inner_text()
    found = re.search(r"and (\d+) of the pad", said)
    assert found is not None
    assert int(found[1]) >= FEWEST_TO_LEARN_FROM
    page.get_by_role("button", name="Teach it, remembering").click()
    page.get_by_label("How many of 100 of your digits").fill("50")
    page.get_by_role("button", name="Bet, and show it").click()
    page.locator("#playback [data-part=play]").click()
    expect(page.locator("#run-explanation")).to_contain_text("right, before 0.")
    own, strangers, known = (
        counts(page, row)
        for row in ("Your digits 5 to 9", "test digits 5 to 9", "test digits 0 to 4")
    )
    assert own[0][0] == strangers[0][0] == 0
    assert own[1][0] > 0
    assert wilson_interval(*strangers[1])[0] > 0.25
    assert wilson_interval(*known[1])[0] > 0.75
