"""What the standalone file is made of; tests/browser/test_standalone*.py open it."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app import languages, standalone
from app.config import ROOT
from app.standalone import FRAME, within_file
from nn.reading.mnist import BLANK
from tests.app.test_languages import of_answers, of_networks

STANDALONE = ROOT / "static" / "js" / "standalone"
SERVER_TEXT = re.compile(r'serverText\(\s*(?:digit === 8 \? )?"([^"]+)"(?: : "([^"]+)")?')
STAGE = re.compile(r'^  \w+: "([^"]+)",$', re.MULTILINE)


@pytest.mark.parametrize(
    ("served", "in_file"),
    [
        ('<a href="/lesson?lang=de">', '<a href="?page=lesson&amp;lang=de">'),
        ('<a href="/">', '<a href="?page=draw">'),
        (
            '<a href="/?inside=why&amp;lang=fr#x">',
            '<a href="?page=draw&amp;inside=why&amp;lang=fr#x">',
        ),
        ('<a href="?lang=es">', '<a href="?page=teach&amp;lang=es">'),
        ('<a href="#plan">', '<a href="#plan">'),
        ('<a href="https://ai4k12.org">', '<a href="https://ai4k12.org">'),
        (
            '<img src="/static/v-0123456789ab/examples/bar.png">',
            '<img src="static:examples/bar.png">',
        ),
        ("<p><noscript><b>Read it</b></noscript></p>", "<p></p>"),
    ],
)
def test_addresses_lead_into_the_file(served: str, in_file: str) -> None:
    assert within_file(served, "teach") == in_file


@pytest.mark.parametrize("path", ["/class", "/review", "/api", "/sheet", "/lesson/source?file=x"])
def test_a_link_to_a_page_that_is_not_in_the_file_stops_the_build(path: str) -> None:
    with pytest.raises(KeyError):
        within_file(f'<a href="{path}">', "lesson")


def test_the_browser_is_told_to_load_nothing_from_elsewhere() -> None:
    (rule,) = re.findall(r'Security-Policy" content="([^"]+)"', FRAME)
    assert "default-src 'none'" in rule
    assert "http" not in rule
    assert "*" not in rule


@pytest.mark.parametrize("path", sorted(STANDALONE.glob("*.js")), ids=lambda path: path.name)
def test_the_texts_of_answers_are_the_servers(path: Path, app: Flask) -> None:
    script = path.read_text()
    used = {text for texts in SERVER_TEXT.findall(script) for text in texts if text}
    used |= set(STAGE.findall(script))
    used -= {f"{BLANK} Write one digit, large."}  # a detail: details are in English alone
    assert used <= {*of_answers(), *of_networks()}
    assert used <= set(languages.load("de").texts)


def test_a_file_that_cannot_be_written_ends_the_command_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standalone, "standalone_file", str)
    path = tmp_path / "absent" / "inkling.html"
    with pytest.raises(SystemExit) as ended:
        standalone.main([str(path)])
    assert str(ended.value).startswith(f"python -m app.standalone: {path} cannot be written (No ")
    assert "\n" not in str(ended.value)
    path.parent.mkdir()
    standalone.main([str(path)])
    assert [*path.parent.iterdir()] == [path]
