"""Opens what is inside the network, and reads its numbers."""

import re

from playwright.sync_api import Locator, Page

SUMMARY = "#inside > summary"
VIEWS = {
    "network": "15 neurons",
    "why": "Why",
    "picture": "Pixels",
    "layers": "Layers",
    "compare": "Compare",
}
SHOWN = {  # what each view has when it is complete
    "network": "#neuron dd",
    "why": "#why dd",
    "picture": "#stages img",
    "layers": "#neuron dd",
    "compare": "#networks .given:not(:empty)",
}


def open_inside(page: Page, view: str = "network") -> None:
    page.locator(SUMMARY).click()
    show(page, view)


def show(page: Page, view: str) -> None:
    """Choose one of the views of the insides, which are open.

    By key: a click waits until two frames are drawn, and on a busy machine that has once taken
    more than half a minute.
    """
    page.get_by_label(VIEWS[view], exact=True).press("Space")


def numbers(elements: Locator) -> list[float]:
    """Return the last number in each of these."""
    return [number(text) for text in elements.all_text_contents()]


def number(text: str | None) -> float:
    return float(re.findall(r"[−+]?\d+\.\d+", text or "")[-1].replace("−", "-"))


def show_sums(page: Page, step: int | None = None, opened_by: str = "See how it decided") -> None:
    """Open the sums of the network that answered, from a step of the stage, or else its end."""
    page.get_by_role("button", name=opened_by).click()
    stage = page.locator("#decision")
    stage.get_by_text(re.compile(r"\.$")).wait_for()  # the sentence, at the end
    if step is not None:
        stage.get_by_label("Place on the way").fill(str(step))
    stage.get_by_role("button", name="Show the sums").click()
