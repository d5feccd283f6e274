"""The page in another language than English."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from app import languages
from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.inside import SUMMARY, VIEWS

SAID = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  while (walker.nextNode()) {
    const { nodeValue, parentElement } = walker.currentNode;
    if (!["SCRIPT", "NOSCRIPT"].includes(parentElement.tagName)) said.push(nodeValue);
  }
  for (const name of ["aria-label", "title", "alt"]) {
    for (const each of document.querySelectorAll(`[${name}]`)) said.push(each.getAttribute(name));
  }
  return said.map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => text);
}"""


def english_texts(code: str) -> re.Pattern[str]:
    """Return what matches each English text, with any values, that a language says otherwise."""
    language = languages.load(code)
    translations = {**language.texts, **language.scripts_of(*language.scripts)}
    texts = [english for english, text in translations.items() if plain(text) != english]
    values = re.compile(r"\\{\w+\\}")
    return re.compile("|".join(values.sub(r"\\S+", re.escape(text)) for text in texts))


def plain(text: str | list[str]) -> str:
    """Return a text, or that for one, with ordinary spaces."""
    return re.sub(r"[\xa0\u202f]", " ", text if isinstance(text, str) else text[0])


def test_a_german_page_says_everything_in_german(page: Page) -> None:
    page.goto("/?lang=de")
    Mouse(page).draw(digits.THREE)
    expect_last_answer(page)
    expect(page.locator("#message")).to_have_text("Das sieht wie eine 3 aus.")
    expect(page.locator("#in-percent")).to_contain_text("sonst nichts über")
    expect(page.locator("#activations .activation").first).to_have_text(re.compile(r"0,\d{3}"))
    page.locator(SUMMARY).click()
    english = english_texts("de")
    for view in VIEWS:
        page.locator(f"[name=inside-view][value={view}]").check(force=True)
        filled = page.locator(f"[data-view={view}] :is(canvas, img, td):visible").first
        expect(filled).to_be_visible()
        expect_last_answer(page)
        assert [text for text in page.evaluate(SAID) if english.fullmatch(text)] == []
    assert_accessible(page)


def test_another_language_keeps_the_drawing_and_the_state_of_the_page(page: Page) -> None:
    page.goto("/")
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#digit")).to_have_text("3")
    page.locator("#wide").click()
    page.locator(SUMMARY).click()
    page.get_by_role("link", name="Français").click()
    expect(page.locator("#message")).to_have_text("Cela ressemble à un 3.")
    expect(page.locator("#diagram")).to_be_visible()
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"pad": ["wide"], "inside": ["network"], "lang": ["fr"]}
    page.locator("[name=inside-view][value=why]").check(force=True)
    assert "lang=fr" in page.url
