"""The lessons of the presenter's page, from the first bet to the exit ticket.

On one laptop, with a photographed sheet and the phones of a whole class.
"""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from benchmarks.pages.perspective import Pose
from benchmarks.sheets import filled
from benchmarks.sheets.photograph import KINDS
from tests.browser import digits, phones
from tests.browser.hands import Mouse
from tests.browser.strangers import hands
from tests.data_sets import needs_data
from tests.drawing import as_file

N_PHONES = 30
PUPILS = 10  # on paper
TILTED_FAR = Pose(25, 60, 8, distance=1.3, filled=0.95, shift=(0.5, 0.5))
EXPLANATION = "#run-explanation"


def begin(page: Page, phase: str, link: str) -> None:
    """Go back to the plan, and open a page of a phase in the large view."""
    to_plan = page.get_by_role("link", name=re.compile(r"^Plan"))
    if "present" not in page.url:
        to_plan.click()
    page.locator(f"[data-phase='{phase}']").get_by_role("link", name=link).click()
    expect(page.locator("html")).to_have_attribute("data-projector", "")


def bet_and_play(page: Page) -> str:
    """Bet on the training that the page begins, play it, and return what is said of it."""
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")
    page.get_by_label("How many of 100 test digits").fill("90")
    page.get_by_role("button", name="Bet, and show it").click()
    page.locator("#playback [data-part=play]").click()
    expect(page.locator("#bets")).to_contain_text("Bet: 90 %. It was ")
    return page.locator(EXPLANATION).inner_text()


def photographed_sheet() -> FilePayload:
    """Return a sheet filled in by unseen writers, in perspective, with a shadow across it."""
    options = {"pose": TILTED_FAR, "kind": KINDS["hard shadow"], "megapixels": 5, "empty": 0.0}
    file = as_file(filled.photograph(PUPILS, **options).picture, "JPEG", quality=90)
    return {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": file}


@pytest.fixture
def of_pupils() -> list[list[list[digits.Stroke]]]:
    """Return ten digits of each pupil who has a phone."""
    return hands(N_PHONES)


def draw_on_phones(
    class_page: Page, of_pupils: list[list[list[digits.Stroke]]], browser: Browser, base_url: str
) -> None:
    """Open a room, and let one phone after another send its ten digits to it."""
    class_page.get_by_role("button", name="Open a room").click()
    code = class_page.locator("[data-part=code]")
    expect(code).to_have_text(re.compile("^[A-Z2-9]{4} [A-Z2-9]{4}$"))
    for number, hand in enumerate(of_pupils, 1):
        with phones.joined(browser, base_url, code.inner_text()) as phone:
            phones.draw_and_send(phone, hand)
            expect(phone.get_by_role("heading")).to_have_text(
                "All ten digits are there. Thank you!"
            )
            expect(phone.locator("#place")).to_contain_text(f"phone {number}")


def right_of(text: str) -> tuple[int, int]:
    """Return the numbers of a score such as "98 of 116 right"."""
    found = re.search(r"(\d+) of (\d+) right", text)
    assert found is not None, text
    return int(found[1]), int(found[2])


@needs_data
@pytest.mark.timeout(600)
def test_a_class_plays_bets_draws_photographs_its_sheet_and_teaches(
    page: Page,
    of_pupils: list[list[list[digits.Stroke]]],
    browser: Browser,
    base_url: str,
) -> None:
    page.emulate_media(reduced_motion="reduce")  # runs are not played, but shown at their end
    page.goto("/teach?present")

    begin(page, "1-1", "Open the pad")
    page.locator("#invitation").get_by_role("button", name="Close").click()
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#digit")).to_have_text("3")

    begin(page, "1-1", "Bet on six hard digits")
    readings = ["1", "7", "9", "3", "9", "0"]
    for label, reading in zip("179396", readings, strict=True):  # in the worksheet's order
        page.locator("#bet-choice").get_by_role("button", name=label, exact=True).click()
        outcome = f"You: {label}. The network: {reading}. It was: {label}."
        expect(page.locator("#bet-result")).to_contain_text(outcome)
        page.get_by_role("button", name="Next example").click()

    begin(page, "1-2", "Open a training")
    bet_and_play(page)

    begin(page, "1-3", "Open neuron 3")
    expect(page.locator("#neuron")).to_contain_text("784")
    page.get_by_role("button", name="Silence it").click()
    sentence = re.compile(r"With your changes: 4, .* Before: 9, ")
    expect(page.locator("#network-sentence")).to_have_text(sentence)

    begin(page, "1-4", "The class’s digits")
    page.locator("#upload").set_input_files(photographed_sheet())
    scores = page.locator("[data-model]")
    expect(scores.last).to_contain_text(f"of {10 * PUPILS} right")
    draw_on_phones(page, of_pupils, browser, base_url)
    n_digits = 10 * (PUPILS + N_PHONES)
    expect(scores.last).to_contain_text(f"of {n_digits} right")
    expect(page.locator("[data-part=counts]")).to_contain_text(f"{N_PHONES} phones")
    article, _, convnet = (right_of(text) for text in scores.all_inner_texts())
    assert convnet[0] >= 0.95 * n_digits
    expect(page.get_by_role("radio", name="15 neurons")).to_be_checked()
    mistakes = page.locator(".matrix .is-wrong button")
    counts = [int(text) for text in mistakes.all_inner_texts()]
    assert sum(counts) == article[1] - article[0]
    mistakes.nth(int(np.argmax(counts))).click()
    expect(page.locator("[data-part=cell] button")).to_have_count(max(counts))
    expect(page.get_by_role("heading", name="Digits that look alike")).to_be_visible()
    expect(page.locator(".groups li li")).to_have_count(PUPILS + N_PHONES)

    begin(page, "1-5", "Train on 0 to 4 alone")
    assert "5 to 9 it reads 0 right" in bet_and_play(page)
    page.get_by_role("button", name="Teach it, remembering").click()
    page.get_by_label("How many of 100 of your digits").fill("50")
    page.get_by_role("button", name="Bet, and show it").click()
    page.locator("#playback [data-part=play]").click()
    n_held_back = n_digits // 2 // 3
    taught = re.compile(rf"Your digits 5 to 9: \d+ of {n_held_back} right, before 0\.")
    expect(page.locator("#run-explanation")).to_contain_text(taught)

    page.get_by_role("link", name=re.compile(r"^Plan")).click()
    page.get_by_role("button", name="Start the time").click()
    page.get_by_role("link", name="Plan, worksheets and answers").click()
    expect(page.locator("#worksheet-1 .teach-ticket li")).to_have_count(5)


def test_a_class_predicts_what_spoils_a_training_and_tries_its_own_idea(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/teach?present=2")
    begin(page, "2-1", "2 hidden neurons instead of 15")
    assert bet_and_play(page).split(" %")[0] < "50"
    begin(page, "2-2", "Open a training with its knobs")
    # Not the broken run, which the tab keeps.
    expect(page.get_by_label("Neurons between pixels and outputs")).to_have_value("15")
    page.get_by_role("link", name=re.compile(r"^Plan")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Break a training")


def test_a_class_misleads_networks_and_finds_whose_digits_are_missing(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/teach?present=3")
    begin(page, "3-1", "Open the game for two teams")
    game = page.locator("#fool-it")
    expect(game.get_by_label("Two players")).to_be_checked()
    game.get_by_role("button", name="Start").click()
    expect(game.locator("#fool-task b")).to_have_count(2)
    game.get_by_role("button", name="End the game").click()

    begin(page, "3-2", "Open a 4 and its pixels")
    puzzle = page.locator(".what-if")
    expect(puzzle).to_contain_text("Turn this 4 into the digit 9")
    puzzle.get_by_role("button", name="Show a solution").click()
    expect(puzzle).to_contain_text("The search changes 2 of 784 pixels")
    expect(puzzle).to_contain_text("Now they give 9 instead of 4.")
    puzzle.get_by_role("button", name=re.compile("^Ask ")).click()
    expect(puzzle.locator("[data-part=asked]")).to_have_text(re.compile("gives 4"))

    for link, learnt in (
        ("Learn digits that lean to the right", "lean to the right"),
        ("Learn the others", "are upright or lean to the left"),
    ):
        begin(page, "3-3", link)
        said = re.search(
            rf"learnt only digits that {learnt}.* reads (\d+)\.\d % right, .* (\d+)\.\d %",
            bet_and_play(page),
        )
        assert said is not None
        assert int(said[1]) > 85
        assert int(said[2]) < 70
    begin(page, "3-3", "Learn all")
    assert bet_and_play(page) > "85"
    page.get_by_role("link", name=re.compile(r"^Plan")).click()
    expect(page.locator(".is-current h2")).to_contain_text("Whose digits are missing?")
