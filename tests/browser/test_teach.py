"""The teacher's page in the browser, before a class and on paper."""

import pytest
from playwright.sync_api import Page, expect

from app.languages import NAMES
from tests.browser.clock import stop_clock
from tests.browser.screen import THEMES, assert_accessible, assert_not_wider, n_pages, place

N_SECTIONS = 13
PRINTED_PX = 688  # A4 without the margins
CUT = """() => [...document.querySelectorAll(".teach-page")].flatMap((section) => {
  const { left, right } = section.getBoundingClientRect();
  const isCut = (part) => {
    const box = part.getBoundingClientRect();
    const isOut = box.left < left - 1 || box.right > right + 1;
    return part.checkVisibility() && box.width > 0 && isOut;
  };
  const parts = [...section.querySelectorAll("*")].filter(isCut);
  return parts.map((part) => `${section.id}: ${part.outerHTML.slice(0, 90)}`);
})"""


@pytest.mark.parametrize("language", NAMES)
def test_each_section_is_a_page_on_paper_and_nothing_is_cut_off(language: str, page: Page) -> None:
    page.goto(f"/teach?lang={language}")
    expect(page.locator(".teach-page")).to_have_count(N_SECTIONS)
    assert_not_wider(page, 320)
    for paper in ("A4", "Letter"):
        assert n_pages(page, paper) == N_SECTIONS
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PRINTED_PX, "height": 1000})
    assert page.evaluate(CUT) == []
    page.emulate_media(media="screen")
    for lesson in (1, 2, 3):
        page.goto(f"/teach?present={lesson}&lang={language}")
        assert_not_wider(page, 320, 1280)


def test_on_a_phone_what_pupils_believe_has_half_of_its_table(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/teach?lang=de")
    believed, shown = (place(cell)["width"] for cell in page.locator("#beliefs thead th").all())
    assert believed == pytest.approx(shown, abs=2)


def test_it_is_accessible_and_a_section_is_printed_alone(page: Page) -> None:
    page.add_init_script("window.print = () => (window.hasPrinted = true)")
    page.goto("/teach?present")
    assert_accessible(page, *THEMES)
    page.goto("/teach")
    assert_accessible(page, *THEMES)
    page.locator("#worksheet-1").get_by_role("button").click()
    assert page.evaluate("hasPrinted")
    assert n_pages(page) == 1
    expect(page.locator(".not-printed")).to_have_count(0)
    page.get_by_role("button", name="Print three pages").nth(1).click()
    expect(page.locator(".teach-page:not(.not-printed)")).to_have_count(3)
    assert n_pages(page) == 3
    assert n_pages(page) == N_SECTIONS


def test_before_a_class_no_answer_is_shown_until_it_is_asked_for(page: Page) -> None:
    page.goto("/teach")
    page.get_by_role("link", name="Present lesson 1").click()
    expect(page.locator("[data-phase]:visible")).to_have_count(6)
    expect(page.locator(".teach-page:visible, details[open]")).to_have_count(0)
    exit_ticket = page.locator("[data-phase='1-6']")
    exit_ticket.get_by_text("Show the answer").click()
    expect(exit_ticket).to_contain_text("1 false, 2 false, 3 true, 4 false, 5 true.")


def test_all_phases_of_a_lesson_are_on_a_projector_of_1280_by_720(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/teach?present")
    for control in page.locator(".presenter :is(.button, summary):visible").all():
        expect(control).to_be_in_viewport(ratio=1)


def test_the_clock_of_a_phase_runs_on_every_page_and_the_plan_is_one_link_away(page: Page) -> None:
    page.goto("/teach?present")
    stop_clock(page)
    page.get_by_role("link", name="Open a training").click()
    to_plan = page.get_by_role("link", name="Plan")
    expect(to_plan).to_have_text("Plan 6:00")
    page.clock.fast_forward("03:00")
    expect(to_plan).to_have_text("Plan 3:00")
    to_plan.click()
    current = page.locator(".is-current")
    expect(current).to_contain_text("Watch it learn")
    page.clock.fast_forward("03:00")
    expect(current.locator(".time")).to_have_text("0:00")
    page.locator("[data-phase='1-6'] button").click()
    expect(current).to_contain_text("Exit ticket")
    expect(page.locator("[data-phase='1-2'] .time")).to_have_text("6:00")  # for another class
    expect(current.locator(".time")).to_have_text("3:00")


def test_without_scripts_all_is_there_but_the_buttons(plain_page: Page) -> None:
    plain_page.goto("/teach")
    expect(plain_page.locator(".teach-page h2:visible")).to_have_count(N_SECTIONS)
    expect(plain_page.locator("main button:visible")).to_have_count(0)
