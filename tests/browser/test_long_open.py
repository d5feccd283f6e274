"""A page that is open for a whole lesson: what is drawn and cleared leaves no elements behind."""

from playwright.sync_api import CDPSession, Page, expect

from tests.browser import digits
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.readings import button, fields, open_table, strip

TILES = 24  # of the strip of the last readings
N_MORE = 6  # digits that are drawn when it is full
NODES_OF_TILE = 15  # of its elements, texts, and the field's inner part
# As if they had been drawn: the tab keeps them, with their ids in order.
KEEP_MANY = """(count) => {
  const image = document.createElement("canvas").toDataURL();
  const reading = (id) => ({
    ...{ id, file: null, correction: null, error: "", picture: null, thumbnail: image },
    drawing: {
      strokes: [{ points: [{ x: 0.5, y: 0.2 }], pointerType: "pen", time_ms: id }], squares: 1,
    },
    answer: {
      ...{ text: "1", certain: true, doubt: null, model: "convnet", left_out: [] },
      ...{ width: 9, height: 9 },
      digits: [{ digit: 1, certain: true, image, box: [0, 0, 9, 9] }],
    },
  });
  const kept = Array.from({ length: count }, (_, place) => reading(place + 1));
  sessionStorage.setItem("inkling-readings", JSON.stringify(kept));
}"""


def draw_and_clear(page: Page, count: int) -> None:
    for place in range(count):
        Mouse(page).draw((digits.SEVEN, digits.ONE, digits.ZERO)[place % 3])
        expect(page.locator("#digit")).not_to_be_empty()
        expect_last_answer(page)
        page.locator("#clear").click()
        expect_last_answer(page)


def nodes(page: Page, devtools: CDPSession) -> tuple[int, int]:
    """Return how many elements are in the page, and how many nodes are in memory."""
    devtools.send("HeapProfiler.collectGarbage")
    measured = devtools.send("Performance.getMetrics")["metrics"]
    in_memory = next(each["value"] for each in measured if each["name"] == "Nodes")
    return page.evaluate("document.querySelectorAll('*').length"), int(in_memory)


def test_drawing_and_clearing_adds_no_nodes_once_the_strip_is_full(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate(KEEP_MANY, TILES)
    page.reload()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    draw_and_clear(page, 3)
    expect(fields(page)).to_have_count(TILES)
    n_elements, n_in_memory = nodes(page, devtools)
    draw_and_clear(page, N_MORE)
    assert nodes(page, devtools)[0] == n_elements
    assert nodes(page, devtools)[1] < n_in_memory + NODES_OF_TILE * N_MORE / 2


def test_the_table_has_the_readings_that_the_strip_does_not_show(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate(KEEP_MANY, TILES + 6)
    page.reload()
    expect(fields(page)).to_have_count(TILES)
    expect(button(page, "More rows")).to_be_hidden()
    newest = strip(page).locator("li").first
    expect(newest).to_have_attribute("data-id", str(TILES + 6))
    open_table(page)
    expect(fields(page)).to_have_count(TILES + 6)
    page.keyboard.press("Escape")
    expect(fields(page)).to_have_count(TILES)
