"""The learning page: a training is played, broken, taught, saved, compared and bet on."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from nn.data.lesson_set import load_lesson_set
from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.hands import Mouse
from tests.browser.test_languages import SAID, english_texts
from tests.browser.test_print import n_pages
from tests.serving import serving

TRAINING = re.compile(r"/training(\?|$)")
SMALL = {"hidden": 5, "epochs": 1}  # a tenth of a second
N_OWN = 60


@pytest.fixture
def still_page(page: Page) -> Page:
    """Return a page that does not play a run by itself."""
    page.emulate_media(reduced_motion="reduce")
    return page


def train(page: Page, query: str = "hidden=5&epochs=1") -> None:
    page.goto(f"/learn?{query}")
    page.locator("#train").click()
    expect(page.locator("#run-title")).to_have_text(re.compile("^(Your|A recorded) run$"))


def wait_for_run(page: Page, words: str) -> None:
    """Wait until the page explains a run with these words."""
    expect(page.locator("#run-explanation")).to_contain_text(re.compile(words))


def show_position(page: Page, position: int) -> None:
    page.locator("#position").fill(str(position))


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
    page.evaluate(
        "text => sessionStorage.setItem('inkling-class', text)", json.dumps({"sheets": [sheet]})
    )


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


def test_a_run_is_stepped_scrubbed_and_played_and_shows_the_servers_figures(
    still_page: Page,
) -> None:
    page = still_page
    run = page.request.post("/training", data=SMALL).json()
    page.goto("/")
    page.get_by_role("link", name="Watch it learn").click()
    for name, value in SMALL.items():
        page.locator(f"#knob-{name}").fill(str(value))
    page.locator("#train").press("Enter")
    place, test = page.locator("#place"), page.locator("[data-figure=test] dd")
    expect(place).to_have_text("Mini-batch 1,200 of 1,200, epoch 1.00")
    expect(test).to_have_text(f"{100 * run['frames'][-1]['test_accuracy']:.1f} %")
    page.locator("#position").press("Home")
    expect(place).to_have_text("Before the first mini-batch")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    expect(place).to_have_text("Mini-batch 2 of 1,200, epoch 0.00")
    expect(test).to_have_text(f"{100 * run['frames'][2]['test_accuracy']:.1f} %")
    expect(page.locator("#announcement")).to_contain_text("Mini-batch 2 of 1,200, epoch 0.00: ")
    page.get_by_role("button", name="One frame back").click()
    expect(place).to_contain_text("Mini-batch 1 of")
    page.get_by_role("button", name="Slow motion").click()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(place).not_to_contain_text("Mini-batch 1 of")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.locator("#announcement")).to_contain_text("Paused. ")
    expect(page.locator(".curve path.line.test")).to_have_count(4)  # two and their legends
    page.locator("#frames > summary").click()
    expect(page.locator("#frame-rows tbody tr")).to_have_count(len(run["frames"]))
    expect(page.locator("#neuron-pictures button")).to_have_count(5)
    page.locator("#worst-part > summary").click()
    expect(page.locator("#worst canvas")).to_have_count(len(run["worst"]))
    page.locator("#matrix-part > summary").click()
    shown = page.locator("#matrix tbody td").all_inner_texts()
    assert [int(count) for count in shown] == [each for row in run["confusion"] for each in row]
    page.get_by_role("link", name="Français").click()
    expect(page.locator("#run-title")).to_have_text("Votre dernier essai dans cet onglet")
    expect(place).to_contain_text(re.compile("^Mini-lot 1.200 sur 1.200"))


def test_each_way_to_break_it_is_explained_from_its_numbers_and_reset_brings_the_run_back(
    still_page: Page,
) -> None:
    page = still_page
    train(page)
    healthy = page.locator("#run-explanation").inner_text()
    url = page.url
    for name, words in [
        ("Silence a neuron", r"Hidden neuron \d is silenced: .* Of 2,000 test digits"),
        ("Shake the weights", "A random number as large as the weights"),
        ("No biases", "Without biases .* With biases: "),
        ("Half of the labels wrong", r"50\.0 % of the labels were wrong"),
        ("All weights 0", "all 5 hidden neurons .*have the same weights"),
    ]:
        page.get_by_role("button", name=name).click()
        wait_for_run(page, words)
    expect(page).to_have_url(re.compile("start=zero"))
    assert "wrong=" not in page.url
    page.route(TRAINING, lambda route: route.fulfill(status=400, json={"detail": "Why."}))
    page.locator("#train").click()
    expect(page.locator("#problem")).to_have_text("The server refuses this training: Why.")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#run-explanation")).to_have_text(healthy)
    expect(page).to_have_url(url)
    expect(page.get_by_role("button", name="Reset")).to_be_hidden()


def test_a_hand_is_taught_with_and_without_remembering_and_both_figures_are_shown(
    still_page: Page,
) -> None:
    page = still_page
    page.goto("/learn")
    keep_class_digits(page)
    page.goto("/learn?epochs=1")
    expect(page.locator("#own-digits")).to_contain_text(f"{N_OWN} digits of the class’s sheets")
    page.get_by_role("button", name="remembering MNIST").click()
    wait_for_run(page, r"Your hand: \d+ of 20 right, before \d+\. Everybody else’s: \d+\.\d %")
    page.get_by_role("button", name="Now without remembering").click()
    wait_for_run(page, "MNIST’s digits were not in this training")
    cells = page.locator("#both-figures td").all_inner_texts()
    right = [int(re.sub(r" of .*|,", "", cell)) for cell in cells]
    own_before, own_now, _, others_before, others_now, others_alone = right
    assert own_now >= own_before
    assert others_alone < others_now <= others_before + 100
    expect(page).to_have_url(re.compile("digits=class-alone"))


def test_a_saved_run_is_opened_compared_and_reads_what_is_drawn(
    still_page: Page, tmp_path: Path
) -> None:
    page = still_page
    train(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this run").click()
    saved = tmp_path / "run.json"
    download.value.save_as(saved)
    train(page, "hidden=10&epochs=1&wrong=20")
    page.get_by_role("button", name="Compare the next runs").click()
    page.locator("#open-run").set_input_files(saved)
    expect(page.locator("#run-title")).to_have_text("A run from a file")
    expect(page.locator("#comparison")).to_contain_text(re.compile(r"hidden neurons\s*5\s*10 ≠"))
    expect(page.locator("#comparison")).to_contain_text(re.compile(r"label noise\s*0 %\s*20 % ≠"))
    expect(page.locator("path.line.is-other.test")).to_have_count(4)
    text = saved.read_text()
    for content in (text[: len(text) // 2], "{}", text.replace('"version":1', '"version":9')):
        (tmp_path / "bad.json").write_text(content)
        page.locator("#open-run").set_input_files(tmp_path / "bad.json")
        expect(page.locator("#file-problem")).to_contain_text("This ")
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#try-answer")).to_contain_text("This run’s network reads ")
    page.get_by_role("button", name="Hidden neuron 1", exact=True).click()
    page.get_by_role("button", name="Silence it on the pad").click()
    expect(page.locator("#try-answer")).to_contain_text("Without hidden neuron 1: ")


def test_nothing_of_a_run_is_shown_before_the_bet(still_page: Page) -> None:
    page = still_page
    page.goto("/learn?bet&hidden=5&epochs=1")
    for bet in (70, 90):
        page.locator("#train").click()
        page.get_by_label("How many of 100").fill(str(bet))
        assert "of the test digits" not in page.locator("main").inner_text()
        expect(page.locator("#player")).to_be_hidden()
        page.get_by_role("button", name="Bet, and show it").click()
        expect(page.locator("#player")).to_be_visible()
    expect(page.locator("#bets li")).to_have_text(
        [re.compile(r"^Bet: 70 %\. It was \d+"), re.compile(r"^Bet: 90 %\. It was \d+")]
    )


def test_the_queue_is_counted_and_a_second_click_asks_no_second_time(page: Page) -> None:
    asked: list[str] = []

    def wait(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=202, json={"ticket": "t", "place": 3, "seconds": 7.5})

    page.route(TRAINING, wait)
    page.goto("/learn")
    page.locator("#train").dblclick()
    state = page.locator("#training-state")
    expect(state).to_have_text("Place 3 in the queue: about 8 seconds")
    expect(page.locator("#announcement")).to_have_text("Place 3 in the queue: about 8 seconds")
    expect(state).to_have_text("Place 3 in the queue: about 7 seconds")
    assert len(asked) == 1
    page.locator("#cancel").press("Enter")
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("#train")).to_be_focused()
    expect(page.locator("#announcement")).to_have_text("Cancelled.")


@pytest.fixture(scope="module")
def page_without_training(browser: Browser) -> Iterator[Page]:
    """Return the page of a server on which training is switched off."""
    with serving(INKLING_TRAINING="off") as server:
        context: BrowserContext = browser.new_context(
            base_url=f"http://{server.address}", reduced_motion="reduce"
        )
        yield context.new_page()
        context.close()


def test_where_training_is_off_a_recorded_run_is_shown_and_the_page_says_so(
    page_without_training: Page,
) -> None:
    train(page_without_training, "hidden=100")
    expect(page_without_training.locator("#problem")).to_contain_text("switched off")
    expect(page_without_training.locator("#run-title")).to_have_text("A recorded run")
    expect(page_without_training.locator("#run-knobs")).to_contain_text("hidden neurons: 15")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    still_page: Page, theme: Literal["light", "dark"]
) -> None:
    page = still_page
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/learn")
    keep_class_digits(page)
    train(page)
    page.get_by_role("button", name="Now without remembering").click()
    wait_for_run(page, "Everybody else’s: ")
    page.get_by_role("button", name="Hidden neuron 1", exact=True).click()
    page.get_by_role("button", name="Compare the next runs").click()
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small: list[Any] = page.locator("main .button:visible, main summary:visible").all()
    assert all((control.bounding_box() or {"height": 0})["height"] >= 44 for control in small)
    assert_accessible(page)


def test_the_frame_that_is_shown_is_printed_on_one_page(still_page: Page) -> None:
    train(still_page, "hidden=100&epochs=1")
    show_position(still_page, 10)
    assert n_pages(still_page) == 1
    still_page.emulate_media(media="print")
    for shown in ("#run-knobs", "#place", "#accuracy-curve", "#cost-curve", "#neuron-pictures"):
        expect(still_page.locator(shown)).to_be_visible()
    expect(still_page.locator("main button:visible:not(:has(canvas))")).to_have_count(0)


def test_a_german_page_says_everything_in_german(still_page: Page) -> None:
    page = still_page
    page.goto("/learn")
    keep_class_digits(page)
    page.goto("/learn?lang=de&hidden=5&epochs=1&bet")
    page.locator("#train").click()
    page.locator("#bet-form button").click()
    expect(page.locator("#run-explanation")).to_contain_text("der Testziffern werden richtig")
    page.locator("#keep").click()
    page.locator("#teach-alone").click()
    page.locator("#bet-form button").click()
    wait_for_run(page, "Deine Hand: ")
    english = english_texts("de")
    assert [text for text in page.evaluate(SAID) if english.fullmatch(text)] == []
