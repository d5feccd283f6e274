"""The learning page: a network learns in it, is paused, broken, taught, saved and bet on."""

import base64
import json
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from nn.data.lesson_set import load_lesson_set
from tests.browser import digits
from tests.browser.clock import stop_clock
from tests.browser.hands import Mouse
from tests.browser.screen import (
    THEMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
    n_pages,
    place,
    places,
)
from tests.browser.test_languages import assert_says_nothing_in_english
from tests.browser.test_loading import SLOW

N_OWN = 60
SMALL = "hidden=5&epochs=1&batch=60"  # 200 mini-batches
PICTURE = "(canvas) => canvas.toDataURL()"
LATE_WORKER = """((name) => {
  const post = Worker.prototype.postMessage;
  let posted = Promise.resolve();
  Worker.prototype.postMessage = function (message, transfer) {
    const late_ms = message.name === name ? 500 : 0;
    posted = posted.then(() => new Promise((resolve) => setTimeout(resolve, late_ms)));
    posted.then(() => post.call(this, message, transfer));
  };
})"""  # one kind of its answers takes half a second longer


@pytest.fixture
def page(page: Page) -> Page:
    """Return a page that moves nothing: it shows the end of a run, not the way to it."""
    page.emulate_media(reduced_motion="reduce")
    return page


def wait_for_begin(page: Page) -> None:
    """Wait until a run can be played."""
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")


def train(page: Page) -> None:
    """Train to the end, on a page that moves nothing."""
    page.goto(f"/learn?{SMALL}")
    wait_for_begin(page)
    play_to_the_end(page)


def play_to_the_end(page: Page) -> None:
    page.locator("#playback [data-part=play]").click()
    expect(page.locator("#run-explanation")).not_to_have_text("")


def keep_class_digits(page: Page) -> None:
    """Put digits of a hand that writes mirrored where the class page keeps those of its sheets."""
    _, test = load_lesson_set()
    boxes = [
        {
            **{"id": f"1-{place}", "pupil": 1, "column": int(label), "label": int(label)},
            **{"image": base64.b64encode(np.ascontiguousarray(image[:, ::-1])).decode()},
            **{"cutOut": None, "corners": [], "readings": [], "isRemoved": False},
        }
        for place, (image, label) in enumerate(
            zip(test.images[:N_OWN], test.labels[:N_OWN], strict=True)
        )
    ]
    layout = {"pupils": 6, "first_pupil": 1, "page": 1}
    sheet = {"id": 1, "layout": layout, "width": 1, "height": 1, "photograph": None, "boxes": boxes}
    page.evaluate("text => sessionStorage.setItem('inkling-class', text)", json.dumps([sheet]))


def test_the_knobs_are_in_the_address_and_nonsense_there_is_said(page: Page) -> None:
    page.goto("/learn?hidden=1000&rate=x&wrong=50&hide=seed,layers")
    expect(page.locator("#refused-knobs")).to_contain_text("(hidden, rate)")
    expect(page.locator("[data-knob=hidden] output")).to_have_text("100")
    expect(page.locator("[data-knob=rate] output")).to_have_text("3")
    expect(page.locator("[data-knob=wrong] output")).to_have_text("50 %")
    expect(page.locator("#knob-seed")).to_be_hidden()
    page.locator("#knob-hidden").press("ArrowLeft")
    page.locator("#knob-start").select_option("zero")
    expect(page).to_have_url(re.compile("hidden=99.*wrong=50.*hide=seed.*start=zero"))
    page.locator("#link > summary").click()
    page.get_by_label("learning rate", exact=True).check()
    link = page.get_by_label("Address").input_value()
    assert link.endswith("/learn?hidden=99&wrong=50&start=zero&hide=rate,seed")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beim Lernen zusehen")
    expect(page.locator("[data-knob=hidden] output")).to_have_text("99")
    page.goto(link)
    expect(page.locator("#knob-rate")).to_be_hidden()
    expect(page.locator("#knob-start")).to_have_value("zero")


def test_it_learns_before_the_visitors_eyes_and_pauses_and_goes_back(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    stop_clock(page)
    page.goto("/learn")
    place, play = page.locator("#place"), page.locator("#playback [data-part=play]")
    expect(play).to_have_text("Pause")
    page.clock.run_for(1000)
    expect(place).to_contain_text(re.compile(r"Mini-batch \d+ of 3,600"))
    expect(page.locator("#neuron-pictures canvas")).to_have_count(15)
    expect(page.locator("#try-answer")).to_contain_text("This run’s network reads ")
    play.click()
    expect(page.locator("#announcement")).to_contain_text("Paused. Mini-batch")
    here = place.inner_text()
    page.get_by_role("button", name="One frame back").click()
    expect(place).not_to_have_text(here)
    page.get_by_role("button", name="One frame on").click()
    expect(place).to_have_text(here)
    page.locator("#playback [data-part=place]").press("Home")
    expect(place).to_have_text("Before the first mini-batch")


def test_a_knob_that_can_acts_at_once_and_what_a_run_shows_stays_in_the_tab(page: Page) -> None:
    place = page.locator("#place")
    page.goto("/learn?hidden=5&epochs=1")
    wait_for_begin(page)
    page.locator("#playback [data-part=step]").click()
    expect(place).to_have_text("Mini-batch 1 of 1,200, epoch 0.00")
    page.locator("#knob-epochs").press("ArrowRight")
    page.locator("#playback [data-part=step]").click()
    expect(place).to_have_text("Mini-batch 2 of 2,400, epoch 0.00")
    expect(page).to_have_url(re.compile("epochs=2"))
    page.locator("#knob-hidden").press("ArrowRight")  # begins again
    wait_for_begin(page)
    expect(page.locator("#neuron-pictures canvas")).to_have_count(6)
    page.locator("#knob-epochs").press("ArrowLeft")
    play_to_the_end(page)
    expect(place).to_have_text("Mini-batch 1,200 of 1,200, epoch 1.00")
    page.locator("#matrix-part > summary").click()
    shown = [int(count) for count in page.locator("#matrix tbody td").all_inner_texts()]
    assert sum(shown) == 2000
    right = f"{sum(shown[::11]) / 20:.1f} %"
    expect(page.locator("[data-figure=test] dd")).to_have_text(right)
    page.locator("#frames > summary").click()
    expect(page.locator("#frame-rows tbody tr").last).to_contain_text(right)
    page.get_by_role("button", name="Stretch the beginning").click()
    expect(page.locator("#accuracy-curve text.below").nth(1)).to_have_text("500")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("#run-title")).to_have_text("Votre dernier essai dans cet onglet")
    expect(place).to_contain_text(re.compile("^Mini-lot 1.200 sur 1.200"))


def test_the_visitors_digit_is_read_at_each_frame_with_and_without_a_neuron(page: Page) -> None:
    train(page)
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#try-source")).to_have_text("Your digit, as 28 × 28 pixels")
    at_the_end = page.locator("#try-outputs").inner_text()
    page.locator("#playback [data-part=place]").press("Home")
    assert page.locator("#try-outputs").inner_text() != at_the_end
    page.get_by_role("button", name="Hidden neuron 1", exact=True).click()
    page.get_by_role("button", name="Silence it for this digit").click()
    expect(page.locator("#try-answer")).to_contain_text("Without hidden neuron 1: ")


def test_the_untrained_network_reads_while_the_digits_arrive(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.emulateNetworkConditions", SLOW)
    page.goto("/learn")
    progress = re.compile("^Not trained yet. Loading digits: [0-9]{1,2} %$")
    expect(page.locator("#place")).to_have_text(progress)
    weights = page.locator("#neuron-pictures canvas")
    expect(weights).to_have_count(15)
    random = weights.first.evaluate(PICTURE)
    expect(page.locator("#try-answer")).to_contain_text("This run’s network reads")
    expect(page.locator("#try-source")).to_contain_text("A 7 as an example.")
    example = page.locator("#try-outputs").inner_text()
    Mouse(page).press(digits.THREE[0])  # it reads while a stroke is drawn
    expect(page.locator("#try-source")).to_have_text("Your digit, as 28 × 28 pixels")
    expect(page.locator("#try-outputs")).not_to_have_text(example, use_inner_text=True)
    page.mouse.up()
    page.locator("#knob-hidden").press("ArrowRight")
    expect(weights).to_have_count(16)
    page.locator("#knob-hidden").press("ArrowLeft")
    expect(page.locator("[data-figure=test] dd")).to_have_text("–")
    expect(page.locator("#playback [data-part=play]")).to_be_disabled()
    devtools.send("Network.emulateNetworkConditions", SLOW | {"downloadThroughput": -1})
    wait_for_begin(page)
    assert weights.first.evaluate(PICTURE) == random  # it is the one that learns
    expect(page.locator("[data-figure=test] dd")).to_contain_text("%")


def test_without_the_digits_the_page_says_so_and_offers_nothing_to_teach(page: Page) -> None:
    page.route("**/digits.bin", lambda route: route.fulfill(status=503))
    page.goto("/learn")
    expect(page.locator("#problem")).to_contain_text("cannot be loaded")
    play, slower = (
        page.locator(button).evaluate("button => getComputedStyle(button).backgroundColor")
        for button in ("#playback [data-part=play]", "#slower")
    )
    assert play == slower  # neither can be pressed
    expect(page.locator("#teach")).to_be_hidden()


def test_the_frame_that_is_shown_is_printed_on_one_page(page: Page) -> None:
    page.goto("/learn?hidden=100")
    wait_for_begin(page)
    page.locator("#playback [data-part=step]").click()
    expect(page.locator("#place")).to_contain_text("Mini-batch 1 of")
    assert n_pages(page) == 1
    page.emulate_media(media="print")
    for shown in ("#run-knobs", "#place", "#accuracy-curve", "#cost-curve", "#neuron-pictures"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator("main button:visible:not(:has(canvas))")).to_have_count(0)


def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/teach")
    keep_class_digits(page)
    train(page)
    page.get_by_role("button", name="Hidden neuron 1", exact=True).click()
    page.get_by_role("button", name="Compare the next runs").click()
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert_not_wider(page)
    assert_touchable(page.locator("main .button:visible, main summary:visible"))
    assert_accessible(page, *THEMES)


def test_no_score_is_shown_before_the_bet_and_all_is_said_in_german(page: Page) -> None:
    page.goto("/teach")
    keep_class_digits(page)
    page.goto(f"/learn?lang=de&{SMALL}&bet")
    expect(page.locator("#place")).to_have_text("Vor dem ersten Mini-Batch")
    for part in ("#player-figures", "#accuracy-curve", "#run-explanation"):
        expect(page.locator(part)).to_be_hidden()
    page.locator("#bet-form input").fill("70")
    page.locator("#bet-form button").click()
    play_to_the_end(page)
    expect(page.locator("#player-figures")).to_be_visible()
    expect(page.locator("#run-explanation")).to_contain_text("der Testziffern werden richtig")
    expect(page.locator("#bets li")).to_have_text(re.compile(r"70.* %.*\d+"))
    page.locator("#keep").click()
    assert_says_nothing_in_english(page, "de")


@pytest.mark.parametrize(
    "view", ["bet", "bet&projector", "digits=half", "digits=half&bet&projector"]
)
def test_above_the_run_is_the_whole_width_and_beside_it_the_knobs(view: str, page: Page) -> None:
    page.goto("/teach")
    keep_class_digits(page)  # so that with "half" teaching comes first
    page.goto(f"/learn?{view}")
    wait_for_begin(page)
    for width, height in [(1024, 768), (1280, 720), (1920, 1080)]:
        assert_not_wider(page, width, height=height)
        all_parts, run, knobs = places(page.locator("#learn, .player, .learn-knobs"))
        assert run["width"] > 0.55 * all_parts["width"]
        assert knobs["x"] > run["x"] + run["width"]
        assert knobs["y"] == pytest.approx(run["y"], abs=2)
        assert place(page.locator("#neurons-title"))["height"] < 3 * 25
        for above in page.locator("#learn > :is(.bet, #teach):visible").all():
            assert place(above)["width"] == pytest.approx(all_parts["width"], abs=1)
            assert place(above)["y"] < run["y"]


def test_few_neurons_are_shown_larger(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    pictures = page.locator("#neuron-pictures canvas")
    widths = []
    for hidden in (15, 2):
        page.goto(f"/learn?projector&hidden={hidden}")
        wait_for_begin(page)
        widths.append(place(pictures.first)["width"])
        expect(pictures.last).to_be_in_viewport(ratio=1)
    assert widths[1] > 1.5 * widths[0]


def test_the_large_view_has_its_figures_curves_and_the_pad_on_one_screen(page: Page) -> None:
    page.goto("/learn?projector")
    wait_for_begin(page)
    for width, height in [(1280, 720), (1920, 1080)]:
        page.set_viewport_size({"width": width, "height": height})
        for part in ("#player-figures", "#neuron-pictures", ".curve > svg", "#pad"):
            for shown in page.locator(part).all():
                expect(shown).to_be_in_viewport(ratio=1)
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#try-source")).to_have_text("Your digit, as 28 × 28 pixels")


def test_the_training_waits_for_the_bet_and_begins_with_it(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"/learn?bet&{SMALL}")
    bet, play = page.locator("#bet-form button"), page.locator("#playback [data-part=play]")
    expect(page.locator("#playback")).to_be_enabled()
    for button in (play, page.locator("#playback [data-part=step]")):
        button.click()
        expect(page.locator("#bet-percent")).to_be_focused()
        expect(play).to_have_text("Play")
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")
    bet.click()
    expect(page.locator("#place")).to_contain_text("Mini-batch")
    page.emulate_media(reduced_motion="reduce")  # to its end at once, and the next with a click
    expect(page.locator("#bets")).to_contain_text("Bet: 50 %. It was ")
    page.get_by_role("button", name="Start again").click()  # another training is another bet
    wait_for_begin(page)
    bet.click()
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")
    play.click()
    outcome = page.locator("#bets li").last
    expect(outcome).to_have_text(re.compile("Bet: 50 %. It was .+ points off"))


def test_the_result_comes_into_sight_unless_the_visitor_looks_elsewhere(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"/learn?{SMALL}")
    wait_for_begin(page)
    play_to_the_end(page)
    expect(page.locator("#run-explanation")).to_be_in_viewport(ratio=1)
    page.locator("#train").click()
    wait_for_begin(page)
    page.evaluate("document.querySelector('#playback [data-part=play]').click(); scrollTo(0, 1e6)")
    expect(page.locator("#announcement")).to_contain_text("The training is over")
    expect(page.locator("#run-explanation")).not_to_be_empty()
    expect(page.locator("#run-explanation")).not_to_be_in_viewport()


def test_one_link_shows_two_costs_beside_each_other_and_why_one_is_slow(page: Page) -> None:
    page.goto(f"/learn?{SMALL}")
    page.get_by_role("link", name="Learning slowdown").click()
    wait_for_begin(page)
    expect(page.locator("#knob-start")).to_have_value("wrong")
    play_to_the_end(page)
    told = page.locator("#run-explanation").inner_text()
    found = re.search(
        r"mini-batches (\d+) % are read right with cross-entropy, and (\d+) % with", told
    )
    assert found is not None, told
    assert int(found[1]) >= 50 > 30 > int(found[2])
    other = page.locator("#accuracy-curve path.test.is-other").first
    expect(other).to_have_attribute("d", re.compile("L"))
    page.locator("#playback [data-part=place]").press(
        "Home"
    )  # both are drawn up to the same mini-batch
    expect(other).not_to_have_attribute("d", re.compile("L"))
    expect(page.locator("#accuracy-curve li").last).to_contain_text("cost: cross-entropy")
    expect(page.locator("#comparison tr", has_text="≠")).to_have_count(1)
    page.locator("#backprop-part > summary").click()
    rules = page.locator("#backprop-rules")
    expect(rules).to_contain_text("δ = (a − y) · a · (1 − a)", use_inner_text=True)
    page.get_by_role("button", name="Compare the next runs").click()  # with this one from now on
    expect(page).not_to_have_url(re.compile("beside"))
    page.locator("#knob-cost").select_option("cross-entropy")
    wait_for_begin(page)
    expect(rules).not_to_contain_text("δ = (a − y) · a", use_inner_text=True)
    page.locator("#knob-activation").select_option("relu")
    expect(page).to_have_url(re.compile("cost=cross-entropy&activation=relu"))


def test_what_an_address_asks_for_is_trained_whatever_the_tab_has_kept(page: Page) -> None:
    title = page.locator("#run-title")
    neurons = page.locator("#neuron-pictures canvas")
    train(page)
    expect(page).to_have_url(re.compile("run="))
    page.reload()
    expect(title).to_have_text("Your last run in this tab")
    page.goto("/learn?hidden=2")
    wait_for_begin(page)
    expect(title).to_have_text("Your run")
    expect(neurons).to_have_count(2)
    page.goto("/learn?hidden=15")  # a usual value, too
    wait_for_begin(page)
    expect(neurons).to_have_count(15)
    page.go_back()
    wait_for_begin(page)
    expect(neurons).to_have_count(2)
    page.goto("/learn")
    expect(title).to_have_text("Your last run in this tab")
    expect(neurons).to_have_count(5)
    expect(page).to_have_url(re.compile("run="))
    kept = page.url
    page.locator("#knob-rate").press("ArrowRight")
    page.reload()  # the knob is another one than that of the run
    wait_for_begin(page)
    expect(title).to_have_text("Your run")
    train(page)
    page.goto(kept)  # this run is kept no more
    wait_for_begin(page)


def test_a_run_whose_results_are_late_is_not_in_the_address_of_other_knobs(page: Page) -> None:
    train(page)
    expect(page).to_have_url(re.compile("run="))
    page.add_init_script(f"{LATE_WORKER}('results')")
    page.reload()
    expect(page.locator("#run-title")).to_have_text("Your last run in this tab")
    page.locator("#knob-rate").press("ArrowRight")  # the results are on their way
    wait_for_begin(page)
    expect(page).not_to_have_url(re.compile("run="))


def test_what_a_taught_network_reads_now_is_told_when_it_has_been_taught(page: Page) -> None:
    page.goto("/teach")
    keep_class_digits(page)
    page.goto(f"/learn?{SMALL}&digits=half")
    wait_for_begin(page)
    page.get_by_role("button", name="Teach it, remembering").click()
    headings = page.locator("#both-figures thead th")
    expect(headings).to_have_text(["before"])
    expect(page.locator("#held-back")).to_be_hidden()
    page.locator("#playback [data-part=play]").click()
    expect(headings).to_have_text(["before", "now"])
    before, now = page.locator("#both-figures tbody tr").first.locator("td").all_inner_texts()
    assert before != now
    expect(page.locator("#held-back-digits li")).not_to_have_count(0)


def test_play_pressed_while_a_taught_run_is_on_its_way_plays_that_one(page: Page) -> None:
    page.add_init_script(f"{LATE_WORKER}('disturb')")
    page.goto("/teach")
    keep_class_digits(page)
    page.goto(f"/learn?{SMALL}&digits=half")
    wait_for_begin(page)
    page.get_by_role("button", name="Teach it, remembering").click()
    page.locator("#playback [data-part=play]").click()
    expect(page.locator("#both-figures thead th")).to_have_text(["before", "now"])
    expect(page.locator("#run-explanation")).to_contain_text("Your digits 5 to 9: ")


def test_a_comparison_does_not_tell_what_is_bet_on(page: Page) -> None:
    page.goto(f"/learn?bet&{SMALL}")
    wait_for_begin(page)
    page.locator("#bet-form button").click()
    play_to_the_end(page)
    page.get_by_role("button", name="Compare the next runs").click()
    page.get_by_role("button", name="Start again").click()
    wait_for_begin(page)
    expect(page.locator("#comparison")).to_be_hidden()
    page.locator("#bet-form button").click()
    expect(page.locator("#comparison")).to_contain_text("Test digits right")


def test_the_words_of_a_button_stand_apart(page: Page) -> None:
    page.goto("/teach?present")
    page.get_by_role("link", name="Open a training").click()
    page.locator("#bet-form button").click()
    for button in (page.locator(".plan-link"), page.locator("#stretch")):
        expect(button).to_be_visible()
        first, second = button.evaluate(
            """(button) => [button.firstChild, button.lastElementChild].map((part) => {
              const range = document.createRange();
              range.selectNodeContents(part);
              return range.getBoundingClientRect().toJSON();
            })"""
        )
        assert second["left"] - first["right"] > 3 or second["top"] > first["top"] + 5
