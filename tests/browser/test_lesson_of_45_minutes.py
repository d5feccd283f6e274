"""The lesson of the presenter's page, from the first bet to the exit ticket, on one laptop."""

import re

import numpy as np
from playwright.sync_api import FilePayload, Page, expect

from benchmarks.pages.perspective import Pose
from benchmarks.sheets import filled
from benchmarks.sheets.photograph import KINDS
from tests.browser import digits
from tests.browser.hands import Mouse
from tests.drawing import as_file

PUPILS = 10
TILTED_FAR = Pose(25, 60, 8, distance=1.3, filled=0.95, shift=(0.5, 0.5))
EXPLANATION = "#run-explanation"


def begin(page: Page, phase: int, link: str) -> None:
    """Go back to the plan, and open a page of a phase in the large view."""
    if phase > 1:
        page.get_by_role("link", name=re.compile(r"^Plan")).click()
    page.locator(f"[data-phase='{phase}']").get_by_role("link", name=link).click()
    expect(page.locator("html")).to_have_attribute("data-projector", "")


def bet_and_play(page: Page) -> str:
    """Bet on the training that the page begins, play it, and return what is said of it."""
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")
    page.get_by_label("How many of 100 test digits").fill("90")
    page.get_by_role("button", name="Bet, and show it").click()
    page.locator("#play").click()
    expect(page.locator("#bets")).to_contain_text("Bet: 90 %. It was ")
    return page.locator(EXPLANATION).inner_text()


def photographed_sheet() -> FilePayload:
    """Return a sheet filled in by unseen writers, in perspective, with a shadow across it."""
    options = {"pose": TILTED_FAR, "kind": KINDS["hard shadow"], "megapixels": 5, "empty": 0.0}
    file = as_file(filled.photograph(PUPILS, **options).picture, "JPEG", quality=90)
    return {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": file}


def right_of(text: str) -> tuple[int, int]:
    """Return the numbers of a score such as "98 of 116 right"."""
    found = re.search(r"(\d+) of (\d+) right", text)
    assert found is not None, text
    return int(found[1]), int(found[2])


def test_a_class_plays_bets_photographs_its_sheet_and_teaches(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # runs are not played, but shown at their end
    page.goto("/teach?present")

    begin(page, 1, "Open the pad")
    page.locator("#invitation").get_by_role("button", name="Close").click()
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#digit")).to_have_text("3")

    page.get_by_role("link", name=re.compile(r"^Plan")).click()
    begin(page, 1, "Bet on six hard digits")
    readings = ["1", "7", "9", "3", "no digit", "6"]
    for label, reading in zip("179395", readings, strict=True):  # in the worksheet's order
        page.locator("#bet-choice").get_by_role("button", name=label, exact=True).click()
        outcome = f"You: {label}. The network: {reading}. It was: {label}."
        expect(page.locator("#bet-result")).to_contain_text(outcome)
        page.get_by_role("button", name="Next example").click()

    begin(page, 2, "Open a training")
    bet_and_play(page)

    begin(page, 3, "Open neuron 3")
    expect(page.locator("#neuron")).to_contain_text("784")
    page.get_by_role("button", name="Silence it").click()
    sentence = re.compile(r"With your changes: 4, .* Before: 9, ")
    expect(page.locator("#network-sentence")).to_have_text(sentence)

    begin(page, 4, "Upload the photographs")
    page.locator("#upload").set_input_files(photographed_sheet())
    scores = page.locator("[data-model]")
    expect(scores.last).to_contain_text(f"of {10 * PUPILS} right")
    article, _, convnet = (right_of(text) for text in scores.all_inner_texts())
    assert convnet[0] >= 0.95 * 10 * PUPILS
    expect(page.get_by_role("radio", name="15 neurons")).to_be_checked()
    mistakes = page.locator(".matrix .is-wrong button")
    counts = [int(text) for text in mistakes.all_inner_texts()]
    assert sum(counts) == article[1] - article[0]
    mistakes.nth(int(np.argmax(counts))).click()
    expect(page.locator("[data-part=cell] button")).to_have_count(max(counts))
    expect(page.get_by_role("heading", name="Digits that look alike")).to_be_visible()

    begin(page, 5, "Train on 0 to 4 alone")
    assert "5 to 9 it reads 0 right" in bet_and_play(page)
    page.get_by_role("button", name="Teach it, remembering").click()
    page.get_by_label("How many of 100 of your digits").fill("50")
    page.get_by_role("button", name="Bet, and show it").click()
    page.locator("#play").click()
    taught = re.compile(r"Your digits 5 to 9: \d+ of 16 right, before 0\.")
    expect(page.locator("#run-explanation")).to_contain_text(taught)

    page.get_by_role("link", name=re.compile(r"^Plan")).click()
    page.get_by_role("button", name="Start the time").click()
    page.get_by_role("link", name="Plan, worksheets and answers").click()
    expect(page.locator("#worksheet .teach-ticket li")).to_have_count(5)
