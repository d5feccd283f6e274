"""The states of the pages, on sheets of small pictures: `python -m tests.browser.states FOLDER`.

A state is an address that a page links to, or a view that an address or a few actions open.
"""

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit
from urllib.request import urlopen

from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect, sync_playwright

from app.config import ROOT
from app.routes.rooms import KEY_HEADER
from tests.browser import digits
from tests.browser.chromium import LAUNCH
from tests.browser.class_sheets import show_part_of_a_sheet
from tests.browser.hands import Mouse
from tests.browser.inside import SHOWN
from tests.browser.options import open_options
from tests.browser.screen import TWO_FRAMES
from tests.browser.test_live import draw_until_live
from tests.serving import serving

SIZES: dict[str, ViewportSize] = {
    "projector": {"width": 1280, "height": 720},
    "large screen": {"width": 1920, "height": 1080},
    "tablet": {"width": 820, "height": 1180},
    "phone": {"width": 390, "height": 844},
    "small phone": {"width": 360, "height": 640},
}
WIDE_PX = 1280  # from this width on, the main content takes over half of it

EXAMPLES = ROOT / "static" / "examples"
PATIENCE_MS = 60_000

# Of the sheets of pictures.
_LABEL_PX, _PICTURE_PX, _GAP_PX, _ROWS = 16, 240, 8, 8


def _nothing(_: Page) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class State:
    """What a page shows at an address, after some actions.

    Attributes
    ----------
    address
        Its path and query.
    name
        What the actions do; empty without actions.
    act
        The actions.
    """

    address: str
    name: str = ""
    act: Callable[[Page], None] = _nothing

    def __str__(self) -> str:
        return f"{self.address} {self.name}".strip()


def _open_menu(page: Page) -> None:
    page.locator(".navigation summary").click()


def _read_sheet(page: Page) -> None:
    page.locator("#example").click()
    expect(page.locator("#sheets svg")).to_have_count(1)


def _open_room(page: Page) -> None:
    page.locator("#room [data-part=open]").click()
    expect(page.locator("#room [data-part=code]")).not_to_be_empty()


def _present_room(page: Page) -> None:
    _open_room(page)
    page.goto("/teach?present&lang=fr")
    page.locator("#room > summary").click()


def _join(page: Page) -> None:
    """Open a room, join it, send a digit, and begin the next."""
    code = page.request.post("/room", headers={KEY_HEADER: "0123456789abcdef"}).json()["code"]
    page.goto(f"/join?room={code}&lang=fr")
    Mouse(page).draw(digits.SEVEN)
    page.locator("#send").click()
    expect(page.locator("#digits [data-state=sent]")).to_have_count(1)
    Mouse(page).draw(digits.ONE)


def _choose_sheet(page: Page) -> None:
    show_part_of_a_sheet(page)
    expect(page.locator("#answer")).to_have_attribute("data-certain", "false")


def _review(page: Page) -> None:
    pictures = [EXAMPLES / name for name in ("seven.png", "letter.png", "number.jpg")]
    page.locator("#files").set_input_files(pictures)
    expect(page.locator(".reading-row[data-status=certain]")).to_have_count(2)


def _draw_two(page: Page) -> None:
    """Draw ink that may be two digits, and leave the pen down."""
    page.evaluate("() => { performance.now = () => 0; }")  # no device is slow
    draw_until_live(page)
    page.mouse.up()
    page.locator("#clear").click()
    Mouse(page).draw(digits.in_a_row(digits.SEVEN, height=0.42, squares=1))
    Mouse(page).press(digits.in_a_row(digits.SEVEN, digits.ONE, height=0.42, squares=1)[1])
    expect(page.locator("#answer[data-faded]")).to_be_visible()


def _decide(page: Page) -> None:
    expect(page.locator("#decision [data-part=sentence]")).to_have_text(re.compile(r"\.$"))


def _keep_readings(page: Page) -> None:
    """Leave a reading that is corrected, one in doubt, and one on the pad."""
    for count, name in enumerate(("letter.png", "number.jpg", "seven.png"), 1):
        page.locator("#upload").set_input_files(EXAMPLES / name)
        expect(page.locator("#readings li")).to_have_count(count)
    field = page.locator("#readings input").nth(1)
    field.fill("5378")
    field.press("Enter")
    page.locator("#readings").scroll_into_view_if_needed()


def _read_several(page: Page) -> None:
    names = ("seven.png", "letter.png", "number.jpg", "page.webp", "photograph.webp", "README.md")
    page.locator("#upload").set_input_files([EXAMPLES / name for name in names])
    expect(page.locator("#readings [data-status=waiting]")).to_have_count(0)


def _read_page(page: Page) -> None:
    page.locator("#upload").set_input_files(EXAMPLES / "page.webp")
    expect(page.locator(".line-mark")).to_have_count(3)


def _bet(page: Page) -> None:
    page.locator("#bet-choice button").first.click()
    expect(page.locator("#bet-result")).not_to_be_empty()


def _play(page: Page) -> None:
    page.locator("#fool-it [value=start]").click()


def _play_to_the_end(page: Page) -> None:
    _play(page)
    Mouse(page).draw(digits.SEVEN)
    for _ in range(8):
        page.locator("#fool-it [value=skip]").click()


def _train(page: Page) -> None:
    page.locator("#playback [data-part=play]").click()
    expect(page.locator("#run-explanation")).to_contain_text("%")


def _touch_word(page: Page) -> None:
    page.locator("#sgd [href='#word-gradient']").click()


ACTIONS = (
    State("/", "with its menu", _open_menu),
    State("/", "with its options", open_options),
    State("/class", "with a sheet", _read_sheet),
    State("/class", "with a room", _open_room),
    State("/class?projector&lang=de", "with a room", _open_room),
    State("/class?lang=fr", "with a room, presented", _present_room),
    State("/join", "in a room", _join),
    State("/class?projector", "with a sheet", _read_sheet),
    State("/", "with many lines", _choose_sheet),
    State("/", "with a second digit begun", _draw_two),
    State("/", "with readings", _keep_readings),
    State("/", "with several files", _read_several),
    State("/", "with a page", _read_page),
    State("/review?lang=de", "with pictures", _review),
    State("/learn?hidden=5&epochs=1", "after a training", _train),
    State("/lesson?lang=es#sgd", "with a word", _touch_word),
    State("/?fool=9&players=2&lang=de", "in a round", _play),
    State("/?fool=9&lang=fr", "at the end of the game", _play_to_the_end),
    State("/?projector&bet&example=flag&lang=fr", "after a bet", _bet),
    State("/?projector&bet&example=flag&lang=es", "after a bet", _bet),
)


def named_states() -> Iterator[State]:
    """Yield the views that addresses open, beside those that pages link to."""
    for path, flags in product(
        ("/", "/lesson", "/learn", "/class", "/?pad=wide", "/?example=messy", "/?example=decimal"),
        ("", "projector", "bet", "projector&bet"),
    ):
        if path != "/lesson" or "bet" not in flags:
            separator = "&" if "?" in path else "?"
            yield State(f"{path}{separator}{flags}" if flags else path)
    for view, shown in product(SHOWN, ("model=convnet", "model=article&projector")):
        yield State(f"/?example=messy&{shown}&inside={view}")
    for shown in ("model=convnet", "model=article&projector", "model=mlp"):
        yield State(f"/?example=messy&{shown}&decision", "decided", _decide)
    yield State("/?bet&example=messy&inside=layers")
    yield State("/?example=page")
    yield State("/?example=photograph")
    yield from (State(f"/?example={name}&columns") for name in ("decimal", "messy", "page"))
    yield State("/learn?start=zero&biases=no&penalty=0.01")
    yield from (
        State(f"/learn?plane=circle&lines=8&line=2{flags}") for flags in ("", "&projector&lang=de")
    )
    yield State("/?fool=9&projector&lang=es")
    yield State("/sheet?pupils=1")
    yield State("/join")
    # Where another language has the longest words.
    yield State("/?projector&bet&example=messy&lang=fr")
    yield State("/lesson?projector&lang=de#back-prop")
    yield State("/lesson?lang=fr#words")
    yield State("/lesson?projector&lang=de#questions")
    yield State("/learn?projector&lang=fr")
    yield from ACTIONS


def linked_states(base_url: str) -> list[State]:
    """Return a state for each page that another page links to, from the first page on."""
    found = ["/"]
    for address in found:
        with urlopen(urljoin(base_url, address)) as response:
            links = _Links()
            links.feed(response.read().decode())
        for link in links.targets:
            target = urlsplit(urljoin(base_url + address, link))
            linked = target._replace(scheme="", netloc="", fragment="").geturl()
            is_page = base_url.endswith(target.netloc) and "." not in target.path
            # Other languages, and the other files of code, are laid out alike.
            is_alike = re.search("lang=|file=(?!nn%2Fcore%2Fnetwork)", target.query)
            if is_page and not is_alike and linked not in (*found, "/models"):
                found.append(linked)
    return [State(address) for address in found]


class _Links(HTMLParser):
    """Where the links of a page lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.targets += [value for name, value in attrs if name == "href" and value]


@contextmanager
def opened(context: BrowserContext, state: State) -> Iterator[tuple[Page, list[str]]]:
    """Open a state in a tab of its own, and wait until it is complete.

    Beside the page it gives the errors in its console, also those that are still to come.
    """
    errors: list[str] = []
    with context.new_page() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.extend([said.text] * (said.type == "error")))
        page.emulate_media(reduced_motion="reduce")
        page.goto(state.address)
        state.act(page)
        page.wait_for_load_state("networkidle")
        settle(page)
        yield page, errors


def settle(page: Page) -> None:
    """Wait until the page has nothing to read or to draw."""
    expect(page.locator("#busy:not([hidden])")).to_have_count(0)
    expect(page.locator("#playback:disabled")).to_have_count(0)  # until the digits are loaded
    page.evaluate(TWO_FRAMES)


def all_states(base_url: str) -> list[State]:
    """Return each state once, under the address of the link to it where there is one."""
    states: dict[object, State] = {}
    for state in (*linked_states(base_url), *named_states()):
        address = urlsplit(state.address)
        query = frozenset(parse_qsl(address.query, keep_blank_values=True))
        states.setdefault((address.path, query, address.fragment, state.name), state)
    return list(states.values())


def faults(page: Page) -> list[str]:
    """Return the faults of the layout, each as a sentence."""
    script = Path(__file__).with_name("layout_faults.js").read_text("utf-8")
    found: list[str] = page.evaluate(script, {"widePx": WIDE_PX})
    return found


def draw_sheets(folder: Path, states: Sequence[State], context: BrowserContext) -> None:
    """Draw the top of each state at each size: a state a row, eight rows a PNG file."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(states), _ROWS):
        rows = [_row(state, context) for state in states[first : first + _ROWS]]
        sheet = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "grey")
        for place, row in enumerate(rows):
            sheet.paste(row, (0, place * row.height))
        sheet.save(folder / f"states-{first // _ROWS + 1:02}.png")


def _row(state: State, context: BrowserContext) -> Image.Image:
    """Return the pictures of a state, side by side under its name."""
    pictures = []
    with opened(context, state) as (page, _):
        for size in SIZES.values():
            page.set_viewport_size(size)
            settle(page)
            picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
            width = round(picture.width * _PICTURE_PX / picture.height)
            pictures.append(picture.resize((width, _PICTURE_PX), Image.Resampling.LANCZOS))
    width = sum(picture.width + _GAP_PX for picture in pictures)
    row = Image.new("RGB", (width, _LABEL_PX + _PICTURE_PX + _GAP_PX), "grey")
    ImageDraw.Draw(row).text((2, 2), str(state), "white")
    left = 0
    for picture in pictures:
        row.paste(picture, (left, _LABEL_PX))
        left += picture.width + _GAP_PX
    return row


def main() -> None:
    """Draw the states whose address or name has a text in it, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.states", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the PNG files are written")
    parser.add_argument("--only", default="", help="a text in the addresses that are drawn")
    asked = parser.parse_args()
    expect.set_options(timeout=PATIENCE_MS)
    patient = {"INKLING_MAX_WAIT_SECONDS": str(PATIENCE_MS // 1000)}
    with serving(**patient) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        base_url = f"http://{server.address}"
        states = [state for state in all_states(base_url) if asked.only in str(state)]
        context = browser.new_context(base_url=base_url)
        context.set_default_timeout(PATIENCE_MS)
        draw_sheets(asked.folder, states, context)
        browser.close()


if __name__ == "__main__":
    main()
