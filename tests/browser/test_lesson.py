"""The lesson: ten steps with the visitor's own digit, four words, ten questions."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import digits
from tests.browser.clock import stop_clock
from tests.browser.hands import Mouse
from tests.browser.screen import (
    SCROLLS,
    assert_accessible,
    assert_not_wider,
    n_pages,
    note_shifts,
    places,
    shifts,
)

STEPS = [
    *("data", "sigmoid", "network", "feed-forward", "words", "sgd", "mini-batch", "back-prop"),
    *("cost-derivative", "together", "classifier", "questions"),
]
WITHOUT_CODE = ("words", "questions")
MAX_PAGES = 8  # of paper
LINES_OF_FORMULAS = """() => [...document.querySelectorAll(".is-shown .formula span")].map(
  (part) => Math.round(part.offsetHeight / parseFloat(getComputedStyle(part).lineHeight)))"""
STATE = "#own-state"


def open_with(page: Page, strokes: list[digits.Stroke]) -> None:
    """Draw on the drawing page, then open the lesson, which finds the drawing."""
    page.goto("/")
    Mouse(page).draw(strokes)
    page.goto("/lesson")
    expect(page.locator(STATE)).to_contain_text("Your digit. The 15 neurons give")


def expect_step(page: Page, step: str) -> None:
    expect(page).to_have_url(re.compile(rf"/lesson(\?\S*)?#{step}$"))
    expect(page.locator(".step:visible")).to_have_attribute("id", step)
    expect(page.locator("[aria-current=step]")).to_have_attribute("href", f"#{step}")


def test_the_keyboard_leads_through_all_steps_with_the_digit_that_was_drawn(page: Page) -> None:
    open_with(page, digits.THREE)
    numbers = page.locator("#data .pixel-table td").all_inner_texts()
    assert len([number for number in numbers if number not in ("", "0")]) > 50
    expect(page.locator("#data [data-part=target]")).to_have_text(
        "y = (0, 0, 0, 1, 0, 0, 0, 0, 0, 0)"
    )
    assert_accessible(page)
    for step in STEPS[1:]:
        page.keyboard.press("ArrowRight")
        expect_step(page, step)
        expect(page.locator(f"#{step}-title")).to_be_focused()
        expect(page.locator(f"#{step}-title")).to_have_css("outline-style", "none")
        expect(page.locator(f"#{step} .source")).to_have_count(int(step not in WITHOUT_CODE))
        try_step(page, step)
        assert_accessible(page, within=f"#{step}")
    page.keyboard.press("ArrowRight")  # there is no other
    expect_step(page, STEPS[-1])
    page.emulate_media(color_scheme="dark")
    for step in STEPS[-2::-1]:
        page.keyboard.press("ArrowLeft")
        expect_step(page, step)
        if step == "back-prop":
            assert_accessible(page, within="#back-prop")


def try_step(page: Page, step: str) -> None:
    """Do what a step invites to, and expect what it shows then."""
    part = page.locator(f"#{step}").locator
    if step == "sigmoid":
        part("select").select_option("output-3")
        expect(part("[data-part=values]")).to_have_text(
            re.compile(r"z = [+−]\d.*a = σ\(z\) = 0\.\d{3}")
        )
    elif step == "network":
        page.get_by_role("button", name="Output 7").click()
        expect(part("#hidden-neurons button")).to_have_count(15)
    elif step == "feed-forward":
        expect(part("select")).to_have_value("output-7")  # chosen in the step before
        expect(part("[data-part=sum] dd")).to_have_count(6)
    elif step == "words":
        expect(part("[data-part=chain]")).to_contain_text("x · a (1 − a) · (a − y) = ")
    elif step == "sgd":
        page.get_by_role("button", name="Ten epochs").click()
        expect(part("[data-part=state]")).to_contain_text("After 10 epochs")
        assert "0.5" in part("[data-part=path] text").all_text_contents()
    elif step == "mini-batch":
        expect(part("[data-part=examples] li")).to_have_count(10)
        page.get_by_role("button", name="Take a step").click()
        costs = part("[data-part=mean]").inner_text().removeprefix("C = ").split(" → ")
        assert float(costs[1]) < float(costs[0])
    elif step == "back-prop":
        costs = part(".formula[data-part=cost]").inner_text().removeprefix("C = ").split(" → ")
        assert float(costs[1]) < float(costs[0])
    elif step == "cost-derivative":
        page.get_by_label("It is a").select_option("8")
        expect(part("tbody tr").nth(8)).to_contain_text("1")
        assert float(part("[data-part=cost]").inner_text().removeprefix("C = ")) > 0.5
    elif step == "together":
        page.get_by_role("button", name="Take 20 steps").click()
        said = part("[data-part=state]").first
        expect(said).to_contain_text("After 20 steps: of 100 other digits")
        assert float(part("tbody tr").nth(8).locator("td").nth(1).inner_text()) > 0.5
        expect(part("tbody tr .level").nth(8)).to_be_visible()
    elif step == "classifier":
        page.get_by_role("button", name="Send your digit").click()
        expect(part("[data-part=answer]")).to_contain_text('"digit": 3')
    page.locator("h2:visible").evaluate("title => title.focus()")


def test_reload_and_history_keep_the_step_and_a_clicker_scrolls(page: Page) -> None:
    page.goto("/lesson?lang=de#back-prop")
    expect_step(page, "back-prop")
    page.reload()
    expect_step(page, "back-prop")
    page.get_by_role("link", name="Weiter").click()
    expect_step(page, "cost-derivative")
    page.go_back()
    expect_step(page, "back-prop")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"lang=en#back-prop$"))
    expect_step(page, "back-prop")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.keyboard.press("PageUp")  # there is nothing to scroll up to
    expect_step(page, "mini-batch")
    page.keyboard.press("PageDown")
    expect(page.locator("#mini-batch-title")).not_to_be_in_viewport()
    expect_step(page, "mini-batch")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("PageDown")
    expect_step(page, "back-prop")


def test_arrow_keys_draw_and_choose_without_leading_on(page: Page) -> None:
    page.goto("/lesson")
    hint = "This is an example: draw your own digit in part 1."
    expect(page.locator(STATE)).to_contain_text(hint)
    expect(page.locator("#own-label")).to_have_value("4")
    page.locator("#pad").focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator(STATE)).to_contain_text("Your digit.")
    page.locator("#own-label").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#data")).to_be_visible()
    expect(page.locator(".tour [aria-current]")).to_have_attribute("href", "#data")
    page.get_by_role("button", name="Clear").click()
    Mouse(page).draw(digits.NUMBER_207)
    expect(page.locator("#digits label")).to_have_count(3)
    page.locator("#digits label").first.click()
    expect(page.locator("#own-label")).to_have_value("2")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(STATE)).to_contain_text("This is an example")
    expect(page.locator("#digits")).to_be_hidden()


def test_without_the_articles_network_the_data_and_the_code_are_shown(page: Page) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=404, body="")

    page.route("**/models/weights*", fail)
    page.goto("/lesson")
    expect(page.locator(STATE)).to_have_text("This is an example: draw your own digit in part 1.")
    expect(page.locator("#lesson-problem")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sigmoid .source")).to_be_visible()
    expect(page.locator("#sigmoid .live")).to_be_hidden()


def test_nothing_moves_while_a_step_is_loaded_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/lesson#mini-batch")
    expect(page.locator(STATE)).to_contain_text("The 15 neurons give")
    expect(page.locator("#mini-batch .live")).to_be_visible()
    note_shifts(page, of_opening=True)
    assert sum(shifts(page)) < 0.01


def test_on_any_screen_nothing_is_wider_and_the_way_on_is_in_sight(page: Page) -> None:
    page.goto("/lesson?lang=de")
    expect(page.locator(STATE)).to_contain_text("Das ist ein Beispiel")
    for step in STEPS:
        expect(page.locator(f"#{step}")).to_be_visible()
        following = page.locator(".step-links:visible a").last
        for width, height in [(320, 180), (360, 740), (1920, 1080)]:
            assert_not_wider(page, width, height=height)
            if height > 500:
                expect(following).to_be_in_viewport()
        if step != STEPS[-1]:
            following.click()


def test_every_step_is_there_without_scripts(browser: Browser, base_url: str, page: Page) -> None:
    open_with(page, digits.SEVEN)
    assert n_pages(page) <= MAX_PAGES
    page.emulate_media(media="print")
    expect(page.locator(".step:visible")).to_have_count(len(STEPS))
    expect(page.locator("#feed-forward [data-part=sum] dd")).to_have_count(6)  # as in the tour
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto("/lesson")
        expect(plain.locator(".step:visible")).to_have_count(len(STEPS))
        expect(plain.locator(".live:visible, button:visible, select:visible")).to_have_count(0)
        plain.get_by_role("link", name="7 Back propagation").click()
        expect(plain.locator("#back-prop")).to_be_in_viewport()


def open_step(page: Page, step: str) -> None:
    page.goto(f"/lesson#{step}")
    expect(page.locator(STATE)).to_contain_text("The 15 neurons give")


def test_back_propagation_is_drawn_and_can_be_played_paused_and_stepped(page: Page) -> None:
    open_step(page, "back-prop")
    part = page.locator("[data-part=flow]").locator
    flowing = part(".line:not(.is-faint)")
    sentence, film, play = (part(f"[data-part={name}]") for name in ("sentence", "place", "play"))

    def expect_picture(number: int) -> None:
        expect(film).to_have_attribute("aria-valuetext", f"Picture {number} of 14")

    expect_picture(14)  # all of it is shown first
    expect(sentence).to_contain_text("is δ = ")
    expect(flowing).to_have_count(10)
    part("summary").click()
    terms = [
        float(term.replace("−", "-")) for term in part("tbody td:nth-child(4)").all_inner_texts()
    ]
    assert sum(terms[:10]) == pytest.approx(terms[10], abs=1e-5)
    assert f"{terms[10]:+.6f}".replace("-", "−") in page.locator("[data-part=delta]").inner_text()
    page.get_by_role("button", name="One frame back").click()
    expect(sentence).to_contain_text("Ten terms w·δ flow into Hidden neuron")
    page.get_by_role("button", name="One frame back").click()
    expect(sentence).to_contain_text("Output 9 should fall")
    expect(flowing).to_have_count(15)
    page.get_by_label("It is a").select_option("9")
    expect(sentence).to_contain_text("Output 9 should rise")  # at the same place
    stop_clock(page)
    play.click()
    expect(play).to_have_text("Pause")
    page.clock.run_for(2000)
    expect_picture(14)
    expect(play).to_have_text("Play")
    play.click()  # from the beginning
    page.clock.run_for(500)
    expect_picture(2)
    play.click()
    expect(play).to_have_text("Play")
    film.press("Home")
    page.get_by_role("button", name="One frame on").click()
    expect_picture(2)
    part("[data-layer=output][data-neuron='0']").click()  # a shortcut for the pointer
    expect_picture(3)
    expect(sentence).to_contain_text("Output 0 should fall")
    part("[data-layer=hidden][data-neuron='4']").click()
    expect(sentence).to_contain_text("Ten terms w·δ flow into Hidden neuron 5")
    expect(page.locator("#back-prop [data-part=neuron]")).to_have_value("5")
    page.get_by_role("button", name="One frame back").click()
    page.clock.resume()
    page.emulate_media(reduced_motion="reduce")
    play.click()
    expect_picture(14)
    expect(flowing).to_have_count(10)


def test_a_weight_that_is_wiggled_has_the_slope_that_back_propagation_computes(page: Page) -> None:
    open_step(page, "back-prop")
    page.get_by_label("It is a").select_option(
        "8"
    )  # a wrong label, for slopes that are not nearly 0
    part = page.locator("[data-part=wiggle]").locator
    slider = page.get_by_label("Its value")
    for parameter in range(4):
        page.get_by_label("Weight or bias").select_option(index=parameter)
        least = float(slider.get_attribute("min") or "")
        seen = set()
        for value in (least + 1, least + 7, least + 15):
            slider.fill(str(value))
            shown, cost, *slopes = [
                float(text.replace("−", "-")) for text in part("dd").all_inner_texts()
            ]
            assert shown == pytest.approx(value, abs=0.006)
            assert slopes[0] == pytest.approx(slopes[1], abs=2e-6)
            seen.add((cost, slopes[1]))
        assert len(seen) == 3


def test_a_word_that_is_touched_shows_its_meaning(
    browser: Browser, base_url: str, page: Page
) -> None:
    open_step(page, "sgd")
    meaning = page.locator("#meaning")
    word = page.locator("#sgd").get_by_role("link", name="gradient", exact=True)
    word.click()
    expect(meaning).to_contain_text("All partial derivatives of the cost together")
    assert_accessible(page)
    expect_step(page, "sgd")
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()
    word.press("Enter")
    expect(meaning).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(meaning).to_be_hidden()
    word.click()
    page.keyboard.press("ArrowRight")
    expect_step(page, "mini-batch")
    expect(meaning).to_be_hidden()
    page.get_by_text("All words").click()
    expect(page.locator(".word:visible")).not_to_have_count(0)
    page.goto("/lesson")
    page.goto("/lesson#word-cost")  # from another page
    expect(page.locator("#word-cost")).to_be_in_viewport()
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto("/lesson")
        plain.locator("#sgd").get_by_role("link", name="gradient", exact=True).click()
        expect(plain.locator("#word-gradient")).to_be_in_viewport()


def test_a_learning_rate_of_30_is_tried_and_linked_to(page: Page) -> None:
    page.goto("/lesson?rate=30#sgd")
    state = page.locator("#sgd [data-part=state]")
    page.get_by_role("button", name="Ten epochs").click()
    expect(state).to_contain_text("After 10 epochs: 10 of the 100 digits")
    page.get_by_label("Learning rate").select_option("3")
    expect(state).to_be_empty()
    expect(page).to_have_url(re.compile(r"/lesson#sgd$"))
    page.get_by_role("button", name="Ten epochs").click()
    expect(state).to_contain_text(re.compile(r"After 10 epochs: 9\d of the 100 digits"))
    page.goto("/lesson?rate=7#sgd")  # there is no such choice
    expect(page.get_by_label("Learning rate")).to_have_value("3")


def test_a_network_that_learns_from_few_digits_overfits(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/lesson#overfitting")  # a place in part 9
    expect(page.locator("#overfitting-title")).to_be_in_viewport()
    part = page.locator("#overfitting").locator
    others = []
    for count in ("10", "100"):
        page.get_by_label("Learn from").select_option(count)
        expect(part("[data-part=state]")).to_be_empty()
        page.get_by_role("button", name="Train for 50 epochs").click()
        expect(part("[data-part=state]")).to_contain_text(f"it reads {count} of the {count} digits")
        said = part("[data-part=state]").inner_text()
        others.append(int(said.split("and ")[1].split(" of")[0]))
        expect(part(".curve > svg path.test:not(.is-other)")).to_have_attribute(
            "d", re.compile("L")
        )
    assert others[0] < others[1] < 100


def begin_large_view(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/lesson")
    page.get_by_role("button", name="Large view").click()
    expect(page.locator(STATE)).to_contain_text("The 15 neurons give")


def test_the_large_view_lasts_over_all_steps_until_back_leads_out(page: Page) -> None:
    large = page.locator("html[data-projector]")
    begin_large_view(page)
    for step in STEPS[1:]:
        page.keyboard.press("ArrowRight")
        expect_step(page, step)
        expect(large).to_have_count(1)
    page.reload()
    expect_step(page, STEPS[-1])
    expect(large).to_have_count(1)
    for step in STEPS[-2:0:-1]:
        page.go_back()
        expect_step(page, step)
        expect(large).to_have_count(1)
    page.go_back()  # the first step, in the large view
    expect(page.locator("#data")).to_be_visible()
    expect(large).to_have_count(1)
    page.go_back()
    expect(large).to_have_count(0)
    page.go_forward()
    page.go_forward()
    expect_step(page, STEPS[1])
    page.get_by_role("button", name="Large view").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")  # it ends here, at this step
    expect(large).to_have_count(0)
    expect_step(page, STEPS[2])


def test_in_the_large_view_a_clicker_leads_on_also_after_drawing(page: Page) -> None:
    begin_large_view(page)
    assert page.evaluate(SCROLLS)
    for following, previous in [
        ("PageDown", "PageUp"),
        ("ArrowRight", "ArrowLeft"),
        ("Space", "PageUp"),
    ]:
        Mouse(page).draw(digits.THREE)
        page.keyboard.press(following)
        expect_step(page, "sigmoid")
        page.keyboard.press(previous)
        expect_step(page, "data")
    page.locator("#pad").focus()  # for a pen of keys
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect_step(page, "data")
    page.keyboard.press("PageDown")
    expect_step(page, "sigmoid")
    page.locator("#sigmoid select").focus()
    page.keyboard.press("PageDown")
    expect_step(page, "network")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    page.locator("#feed-forward .scrollable").first.focus()
    page.keyboard.press("PageDown")
    expect_step(page, "words")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect_step(page, "sgd")
    page.get_by_role("button", name="One epoch").press("Space")  # it uses the key itself
    expect(page.locator("#sgd [data-part=state]")).to_contain_text("After 1 epoch")
    expect_step(page, "sgd")


def test_the_whole_frame_of_the_pad_is_drawn_on_and_all_steps_are_in_sight(page: Page) -> None:
    sizes = [(1280, 720), (1920, 1080), (820, 1180), (390, 844), (360, 640), (320, 640)]
    for address in ("/lesson", "/lesson?projector"):
        page.goto(address)
        expect(page.locator(STATE)).to_contain_text("This is an example")  # nothing moves any more
        for width, height in sizes:
            assert_not_wider(page, width, height=height)
            frame, pad = places(page.locator("#pad-frame, #pad"))
            assert frame == pytest.approx(pad, abs=1)
            assert page.evaluate(LINES_OF_FORMULAS) == [1, 1]
            links = page.locator(".tour a")
            for link in links.all():
                expect(link).to_be_in_viewport(ratio=0.99)
            assert len({each["y"] for each in places(links)}) == 1
