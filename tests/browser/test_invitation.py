"""The address and QR code on the projector, read as a phone's camera reads them."""

import re
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.requests.server_address import machine_addresses
from tests.browser.screen import THEMES, assert_accessible
from tests.serving import Server, serving

pytestmark = pytest.mark.skipif(not machine_addresses(), reason="needs a network")
FAR = 8  # how many times smaller a camera sees the projected picture from the last row


@pytest.fixture(scope="module")
def open_server() -> Iterator[Server]:
    """A server that accepts connections from the network."""
    with serving(HOST="0.0.0.0") as server:
        yield server


def scanned(page: Page) -> str:
    """Return what OpenCV reads in the QR code on the screen, seen from far away."""
    screen = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    size = (screen.shape[1] // FAR, screen.shape[0] // FAR)
    seen = cv2.resize(screen, size, interpolation=cv2.INTER_AREA)
    enlarged = cv2.resize(seen, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(enlarged)
    return str(text)


def test_a_phone_in_the_last_row_reads_the_address(page: Page, open_server: Server) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"http://127.0.0.1:{open_server.port}/?projector")
    invitation, opener = page.locator("#invitation"), page.get_by_role("button", name="Phones")
    expect(invitation).to_be_hidden()
    opener.click()
    code = invitation.get_by_role("img")
    expect(code).to_be_in_viewport(ratio=1)
    expect(code).to_have_js_property("complete", True)
    url = f"http://{machine_addresses()[0]}:{open_server.port}/"
    expect(invitation.get_by_text(url, exact=True)).to_be_in_viewport(ratio=1)
    for theme in THEMES:
        assert_accessible(page, theme)
        assert scanned(page) == url
    page.goto(f"http://127.0.0.1:{open_server.port}/?projector&invite")
    expect(invitation).to_be_visible()  # by the address
    page.keyboard.press("Escape")
    expect(invitation).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?projector=$"))
    expect(page.locator("html[data-projector]")).to_have_count(1)
    opener.click()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(invitation).to_be_hidden()


def test_a_server_for_this_machine_alone_says_how_to_open_it(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/?projector&invite")
    expect(page.locator("#invitation")).to_contain_text("make run HOST=0.0.0.0")
    expect(page.locator("#invitation img")).to_have_count(0)
    assert_accessible(page)
