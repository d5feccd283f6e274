"""The contrast of bars with the ground that they stand on, as WCAG 2.2 computes it (1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path("static/css/tokens.css").read_text()
PROJECTOR = Path("static/css/projector.css").read_text()
THEMES = ["light", "dark"]
ROOM_LIGHT = 0.2  # of the projector's own


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1, of a colour such as "#2f49c8"."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str, room_light: float = 0.0) -> float:
    """Return the contrast ratio of two colours, where light of the room adds to both."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05 + room_light) / (low + 0.05 + room_light)


def colours(style_sheet: str, theme: str) -> dict[str, str]:
    """Return the properties that hold a colour for each of the themes."""
    pairs = re.findall(r"(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", style_sheet)
    return {name: themed[THEMES.index(theme)] for name, *themed in pairs}


def test_the_contrast_is_that_of_wcags_examples() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("bar", ["--bar", "--accent", "--doubt"])
def test_every_bar_is_plain_on_its_ground(theme: str, bar: str) -> None:
    tokens = colours(TOKENS, theme)
    assert contrast(tokens[bar], tokens["--bar-ground"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("bar", ["--bar", "--accent", "--doubt"])
def test_before_a_projector_every_bar_is_plain_in_a_light_room_too(theme: str, bar: str) -> None:
    tokens = colours(TOKENS, theme) | colours(PROJECTOR, theme)
    assert contrast(tokens[bar], tokens["--bar-ground"], ROOM_LIGHT) >= 3
    assert contrast(tokens["--ink-quiet"], tokens["--ground"], ROOM_LIGHT) >= 3
