"""The whole lesson of 45 minutes, as a teacher gives it by the links of the plan."""

import io
import re

import pytest
from playwright.sync_api import Page, expect

from nn.evaluation.class_sheets.photograph import KINDS
from tests import sheets
from tests.browser import digits
from tests.browser.hands import Mouse

PUPILS = 12


@pytest.fixture
def teacher(page: Page) -> Page:
    """The teacher's tab on a laptop with a projector."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(reduced_motion="reduce")  # runs do not play by themselves
    return page


def follow(page: Page, link: str) -> None:
    """Go back to the plan, and follow one of its links, until the page has loaded its scripts."""
    page.goto("/teach")
    address = page.locator("#plan").get_by_role("link", name=link, exact=True).get_attribute("href")
    page.goto(address or "")


def filled_sheet() -> bytes:
    """Return a tilted photograph of a sheet, in a shadow, by hands that no network learnt from."""
    photograph = sheets.photograph(PUPILS, kind=KINDS["soft shadow"])
    file = io.BytesIO()
    photograph.picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def bet_on_run(page: Page, percent: int) -> None:
    """Train with the knobs of the link, and bet before the figures are shown."""
    page.locator("#train").click()
    page.locator("#bet-percent").fill(str(percent))
    page.get_by_role("button", name="Bet, and show it").click()
    expect(page.locator("[data-figure=test] dd")).to_contain_text("%")


def read_percent(page: Page) -> float:
    """Return the share of the test digits that the run reads."""
    text = page.locator("[data-figure=test] dd").inner_text()
    return float(text.replace("%", ""))


def test_the_45_minutes_from_the_first_drawing_to_the_exit_ticket(teacher: Page) -> None:
    page = teacher
    # Play.
    follow(page, "Open the pad")
    page.locator("#invitation").get_by_role("button", name="Close").click()
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#digit")).to_have_text("3")
    # Bet: the last of the hard digits.
    follow(page, "6")
    page.locator("#bet-choice").get_by_role("button", name="5").click()
    expect(page.locator("#digit")).to_have_text("6")
    # Inside one neuron.
    follow(page, "Open neuron 3")
    expect(page.locator("#neuron")).to_contain_text("Hidden neuron 3")
    page.get_by_role("button", name="Silence it").click()
    expect(page.get_by_role("button", name="Undo all changes")).to_be_enabled()
    # Break it.
    follow(page, "All weights 0 at the start")
    bet_on_run(page, 91)
    assert read_percent(page) < 60
    # Sheet and matrix.
    follow(page, "upload the photographs")
    photograph = {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": filled_sheet()}
    page.locator("#upload").set_input_files(photograph)
    matrix = page.get_by_role("table", name="What was written")
    expect(matrix).to_be_visible()
    # Watch it learn, without and with the class's digits.
    follow(page, "without")
    bet_on_run(page, 50)
    assert read_percent(page) > 85
    follow(page, "with the class’s digits")
    bet_on_run(page, 90)
    expect(page.locator("[data-figure=own] dd")).to_contain_text("%")
    assert read_percent(page) > 85
    # Exit ticket.
    page.goto("/teach")
    expect(page.locator(".teach-ticket li")).to_have_count(5)
    expect(page.locator("#answers")).to_contain_text(re.compile("1 false, 2 false, 3 true"))
