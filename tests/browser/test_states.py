"""What holds in every state of every page, at five sizes of the window."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.screen import TWO_FRAMES
from tests.browser.states import SIZES, State, all_states, faults, opened

PAGES = ("/", "/lesson", "/learn", "/class", "/join", "/sheet", "/review", "/teach", "/api")
# A page of many states has them in several tests: one would take minutes on a busy machine.
N_PARTS = dict.fromkeys(PAGES, 1) | {"/": 4, "/learn": 2}
PARTS = [(path, part) for path, n_parts in N_PARTS.items() for part in range(n_parts)]


@pytest.fixture(scope="module")
def states(base_url: str) -> list[State]:
    return all_states(base_url)


def path_of(state: State) -> str:
    return urlsplit(state.address).path


def test_every_page_that_is_linked_to_is_looked_at(states: list[State]) -> None:
    assert {path_of(state) for state in states} == set(PAGES)


def test_every_page_that_a_plan_or_the_presenter_opens_is_looked_at(
    page: Page, states: list[State]
) -> None:
    page.goto("/teach")
    links = "nodes => nodes.map((link) => link.pathname + link.search)"
    opened_there = page.locator(":is(.presenter, .teach-plan) a").evaluate_all(links)
    assert len(set(opened_there)) > 12
    assert {*opened_there} - {"/teach"} <= {state.address for state in states}


@pytest.mark.parametrize(("path", "part"), PARTS)
def test_every_text_has_room_and_every_pad_is_square(
    path: str, part: int, states: list[State], context: BrowserContext
) -> None:
    found = []
    of_page = [state for state in states if path_of(state) == path]
    for state in of_page[part :: N_PARTS[path]]:
        with opened(context, state) as (page, errors):
            for name, size in SIZES.items():
                page.set_viewport_size(size)
                page.evaluate(TWO_FRAMES)
                found += [f"{state}, {name}: {fault}" for fault in faults(page)]
        found += [f"{state}: {error}" for error in errors]
    assert found == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<p style='inline-size: 1ch; overflow-wrap: anywhere'>squeezed", "“squeezed” of"),
        ("<p style='overflow: hidden; inline-size: 3ch; white-space: pre'>cut off", "is cut off"),
        ("<p>below</p><p style='translate: 0 -2em'>above", "stand over each other"),
        ("<p style='inline-size: 2000px'>wide", "The page is 2"),
        ("<button style='inline-size: 3ch; padding: 0'>pressed", "is wider than what"),
        ("<button>below</button><b style='position: relative; left: -4em'>above", "is covered by"),
        ("<p>narrow", "The main content is"),
        (
            "<div><canvas id=pad width=280 height=280 style='inline-size: 9px; block-size: 9em'>",
            "The pad is",
        ),
        (
            "<div style='inline-size: 300px; block-size: 600px'><canvas id=pad width=280>",
            "has a frame of",
        ),
    ],
)
def test_each_fault_of_a_layout_is_found(content: str, fault: str, page: Page) -> None:
    page.set_viewport_size(SIZES["projector"])
    page.set_content(f"<main><p>{300 * 'wide '}</p></main>")
    assert faults(page) == []
    page.set_content(f"<main>{content}")
    assert any(fault in each for each in faults(page))
