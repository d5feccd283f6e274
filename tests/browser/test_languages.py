"""The page in another language than English."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from app import languages
from tests.browser import digits
from tests.browser.hands import expect_last_answer, read
from tests.browser.inside import SUMMARY, VIEWS
from tests.browser.options import press_option
from tests.browser.screen import assert_accessible

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


def assert_says_nothing_in_english(page: Page, code: str) -> None:
    """Fail where a page in another language has an English text, with any values."""
    language = languages.load(code)
    translations = {**language.texts, **language.scripts}
    texts = [english for english, text in translations.items() if plain(text) != english]
    # "1st" may be a number and letters, "Y" a key.
    texts = [each for each in texts if not re.fullmatch(r"\{place\}\w\w|\w", each)]
    values = re.compile(r"\\{\w+\\}")
    english = re.compile("|".join(values.sub(r"\\S+", re.escape(text)) for text in texts))
    assert [text for text in page.evaluate(SAID) if english.fullmatch(text)] == []


def plain(text: str | list[str]) -> str:
    """Return a text, or that for one, with ordinary spaces."""
    return re.sub(r"[\xa0\u202f]", " ", text if isinstance(text, str) else text[0])


def test_the_api_page_shows_a_german_what_was_answered_and_english_only_in_code(page: Page) -> None:
    page.goto("/api?lang=de")
    form = page.get_by_role("form", name="predict ausprobieren", exact=True)
    form.get_by_role("button", name="Beispiel nehmen").click()
    expect(form.get_by_role("img", name="seven.png")).to_be_visible()  # it is loaded first
    form.get_by_role("button", name="Senden").click()
    expect(form.get_by_role("status")).to_have_text(re.compile(r"^200 OK, \d+ ms, [\d.]+ Bytes$"))
    expect(form.get_by_role("region")).to_contain_text("weitere Zeichen")
    assert_says_nothing_in_english(page, "de")


def test_another_language_keeps_the_state_and_says_everything(drawing_page: Page) -> None:
    page = drawing_page
    read(page, digits.THREE, "3")
    press_option(page, "Wide pad")
    page.locator(SUMMARY).click()
    page.get_by_role("link", name="Français").click()
    expect(page.locator("#message")).to_have_text("Cela ressemble à un 3.")
    expect(page.locator("#diagram")).to_be_visible()
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"pad": ["wide"], "inside": ["network"], "lang": ["fr"]}
    page.goto("/?lang=de&inside=network")
    expect(page.locator("#message")).to_have_text("Das sieht wie eine 3 aus.")
    expect(page.locator("#activations .activation").first).to_have_text(re.compile(r"\d,\d %"))
    for view in VIEWS:
        page.locator(f"[name=inside-view][value={view}]").check(force=True)
        filled = page.locator(f"[data-view~={view}] :is(canvas, img, td):visible").first
        expect(filled).to_be_visible()
        expect_last_answer(page)
        assert_says_nothing_in_english(page, "de")
    assert "lang=de" in page.url
    assert_accessible(page)
