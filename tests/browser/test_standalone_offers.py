"""What the standalone file offers works: links lead somewhere, buttons do something."""

import re
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.standalone import PAGES
from tests.browser.digits import SEVEN
from tests.browser.hands import Mouse
from tests.waiting import wait_for

SIZES = [(1280, 720), (390, 844)]
VIEWS = ("network", "why", "picture", "layers", "compare")  # of the inside
TRAINING = "page=learn&hidden=3&epochs=1&rate=3"
STATES = {
    "draw": [
        "page=draw&example=neat",
        *(f"page=draw&model=article&example=neat&inside={view}" for view in VIEWS),
    ],
    "lesson": ["page=lesson#classifier"],
    "learn": [TRAINING, f"{TRAINING}&digits=half&bet"],
    "class": ["page=class"],
    "sheet": ["page=sheet"],
    "join": ["page=join"],
    "teach": ["page=teach", *(f"page=teach&present={lesson}" for lesson in (1, 2, 3))],
}
ELSEWHERE = (
    "creativecommons.org",
    "github.com",
    "doi.org",
    "ai4k12.org",
    "proceedings.mlr.press",
)  # sources and licences

# What only Inkling's server does, and the sentences that say so or say what a server is.
OF_THE_SERVER = re.compile(
    r"server|\bphones?\b|\bQR\b|folder of|review|curl|make run|notebook:|for programs",
    re.IGNORECASE,
)
WITH_PHOTOGRAPHS = re.compile("upload|drop |paste|camera|scanner|photo", re.IGNORECASE)
OF_SHEETS = ("learn", "class", "sheet", "teach")  # pages that speak of photographs of sheets
SAID_PLAINLY = {
    "Deleted\tAfter the lesson: “Forget all” is pressed, the tab is closed, the photographs are "
    "deleted from the phone or camera, the sheets are given back.",
    "Your drawing is read on this device, by the page itself, and sent nowhere. The network does "
    "not learn from it. This page reads one drawn digit at a time. Numbers and their photographs "
    "need Inkling’s server.",
    "These pages need no server. They read drawn digits and class sheets; numbers and their "
    "photographs need one.",
    "A server keeps the trained network: a picture comes in, its 784 numbers go through the "
    "network, and the largest of the ten outputs is the answer.",
    "This page needs no server: it answers by itself, as the server does.",
    "One laptop, no phones: pupils come to the laptop in pairs to draw. They bet on paper and with "
    "raised fingers. Photograph the sheet with a document camera, a scanner or your phone.",
}

# Counts whatever a page does: changes of the document, what is drawn on a canvas, a print.
COUNT = """
  window.done = 0;
  window.print = () => window.done++;
  for (const event of ["hashchange", "focusin"]) addEventListener(event, () => window.done++);
  const observed = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(() => window.done++).observe(document, observed);
  const context = CanvasRenderingContext2D.prototype;
  for (const name of ["clearRect", "fillRect", "drawImage", "putImageData"]) {
    const draw = context[name];
    context[name] = function (...values) {
      window.done++;
      return draw.apply(this, values);
    };
  }
"""
CLOSE_MENU = "document.querySelector('.navigation details').open = false"  # it covers what is below
# Whether nothing has happened for six frames; asked at each frame.
QUIET = """() => {
  window.quietFrames = window.done === window.lastDone ? (window.quietFrames ?? 0) + 1 : 0;
  window.lastDone = window.done;
  return window.quietFrames >= 6;
}"""
# The things to press that are in sight, by what they are called; one of each kind.
OFFERED = """() => {
  window.offered = new Map();
  const inPage = /^[#?h]/; // other addresses are long: they hold a picture
  const reached = document.querySelector("dialog[open]") ?? document; // it covers all else
  for (const each of reached.querySelectorAll("a[href], button, summary, .upload > label")) {
    const isOff = each.disabled || each.ariaDisabled === "true" || each.closest("[inert]");
    if (isOff || !each.checkVisibility({ visibilityProperty: true })) continue;
    const { localName, id, innerText, ariaLabel } = each;
    const href = each.getAttribute("href") ?? "";
    const called = [localName, id, innerText, ariaLabel, href.match(inPage) ? href : ""];
    const name = called.join(" ").replace(/\\s+/g, " ").replace(/\\d+/g, "9");
    if (!window.offered.has(name)) window.offered.set(name, each);
  }
  return [...window.offered].map(([name, each]) => [name, each.getAttribute("href")]);
}"""
SHOWN = """() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const shown = document.body.innerText.split("\\n");
  for (const name of ["title", "aria-label", "placeholder", "alt"]) {
    for (const each of document.querySelectorAll(`[${name}]`)) {
      if (each.checkVisibility()) shown.push(each.getAttribute(name));
    }
  }
  return shown.map((line) => line.trim());
}"""


@pytest.mark.parametrize("name", PAGES)
def test_every_button_and_link_works(disconnected: Page, standalone_file: Path, name: str) -> None:
    page = disconnected
    page.add_init_script(COUNT)
    tried: set[str] = set()  # what several states and sizes of a page offer is pressed in the first
    for (width, height), state in product(SIZES, STATES[name]):
        page.set_viewport_size({"width": width, "height": height})
        open_state(page, f"{standalone_file.as_uri()}?{state}")
        while untried := [each for each in offered(page) if each[0] not in tried]:
            called, href = untried[0]
            tried.add(called)
            if href and leads_away(page, href):
                continue
            press(page, called)
            assert page.url.startswith(standalone_file.as_uri()), called
            assert not any(page.locator("[role=alert]").all_inner_texts()), called
    assert len(tried) > 10


def offered(page: Page) -> list[list[str]]:
    """Return the name and the address of each thing to press, once a dialog that opens is there."""
    page.wait_for_function(QUIET)
    found: list[list[str]] = page.evaluate(OFFERED)
    return found


def open_state(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")  # runs are not played, but shown at their end
    page.goto(address)
    expect(page.locator("main h1").first).to_be_attached()
    if "page=learn" in address:
        expect(page.locator("#place")).to_have_text("Before the first mini-batch")
    if "example=neat" in address:
        expect(page.locator("#digit")).to_have_text("4")


def leads_away(page: Page, href: str) -> bool:
    """Return whether a link leads to another page or place, after a look at the address."""
    parts = urlsplit(href)
    if parts.scheme == "https":
        assert parts.hostname in ELSEWHERE
    elif href.startswith("?"):
        assert parse_qs(parts.query)["page"][0] in PAGES
    elif href.startswith("#"):
        assert page.locator(f"[id='{parts.fragment}']").count() == 1, href
        # Without a press: nothing happens where this place of the page is shown already.
    return parts.scheme != "data"


def press(page: Page, name: str) -> None:
    """Press what has this name, and wait until something happens."""
    if re.search("Clear|Undo", name) and page.locator("#pad").is_visible():
        Mouse(page).draw(SEVEN)
    page.evaluate(CLOSE_MENU)
    page.wait_for_function(QUIET)
    before = page.evaluate("window.done")
    element = page.evaluate_handle("name => window.offered.get(name)", name).as_element()
    assert element is not None
    happened: list[str] = []
    page.once("filechooser", lambda _: happened.append("it asks for a file"))
    page.once("download", lambda _: happened.append("it saves a file"))
    is_for_keys = element.evaluate("each => each.closest('.visually-hidden') !== null")
    if name.startswith("a ") or is_for_keys:
        element.press("Enter")  # the link to skip what comes first is for the keyboard alone, too
    else:
        element.click()
    has_changed = "before => window.done > before"
    wait_for(lambda: happened or page.evaluate(has_changed, before), f"what {name} does")


@pytest.mark.parametrize("name", PAGES)
def test_no_use_of_a_server_is_offered(
    disconnected: Page, standalone_file: Path, name: str
) -> None:
    for state in STATES[name]:
        open_state(disconnected, f"{standalone_file.as_uri()}?{state}")
        shown = disconnected.evaluate(SHOWN)
        assert len(shown) > 20
        assert {line for line in shown if OF_THE_SERVER.search(line)} <= SAID_PLAINLY
        if name not in OF_SHEETS:
            assert {line for line in shown if WITH_PHOTOGRAPHS.search(line)} <= SAID_PLAINLY


@pytest.mark.parametrize("language", ["en", "fr"])
def test_links_open_the_page_they_name(offline: Page, standalone_file: Path, language: str) -> None:
    links = {"draw": f"?lang={language}"}  # the first one to each page
    titles: dict[str, str] = {}
    while new := links.keys() - titles.keys():
        name = min(new)
        offline.goto(standalone_file.as_uri() + links[name])
        expect(offline.locator("main h1").first).to_be_attached()
        expect(offline.locator("html")).to_have_attribute("lang", language)
        titles[name] = offline.title()
        hrefs = offline.locator("a[href^='?']").evaluate_all(
            "links => links.map((each) => each.getAttribute('href'))"
        )
        for href in hrefs:
            query = parse_qs(href[1:])
            if query["lang"] == [language]:
                links.setdefault(query["page"][0], href)
    assert set(titles) == set(PAGES)
    assert len(set(titles.values())) == len(PAGES)
