"""What the standalone file and site are made of; tests/browser/test_standalone*.py open the file.

tests/browser/test_site.py visits the site.
"""

import base64
import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from app import languages, standalone
from app.config import ROOT
from app.standalone import FRAME, OF_FILE, OF_SITE, within_file
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


@pytest.mark.parametrize("path", ["/review", "/api"])
def test_a_link_to_a_page_that_is_not_in_the_file_stops_the_build(path: str) -> None:
    with pytest.raises(KeyError):
        within_file(f'<a href="{path}">', "lesson")


@pytest.mark.parametrize("of_kind", [OF_FILE, OF_SITE], ids=["file", "site"])
def test_the_browser_is_told_to_load_nothing_from_elsewhere(of_kind: dict[str, str]) -> None:
    document = FRAME.format(packed="", start="", **of_kind)
    (rule,) = re.findall(r'Security-Policy" content="([^"]+)"', document)
    assert "default-src 'none'" in rule
    assert "http" not in rule
    assert "*" not in rule
    assert ("'self'" in rule) == (of_kind is OF_SITE)


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


PARTS = {"pages/en": gzip.compress(b"{}"), "scripts": gzip.compress(b'{"js/main.js": ""}')}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a site of two small parts."""
    monkeypatch.setattr(standalone, "compressed_parts", lambda: PARTS)
    folder = tmp_path / "site"
    standalone.main([str(folder)])
    return folder


def listed(folder: Path) -> dict[str, str]:
    """Return the hashes of what the service worker of a site keeps, by address."""
    worker = (folder / "service_worker.js").read_text()
    (files,) = re.findall(r"^const FILES = (\{.*?\});$", worker, re.MULTILINE | re.DOTALL)
    hashes: dict[str, str] = json.loads(files)
    return hashes


def test_a_site_keeps_each_file_that_its_page_names_with_its_hash(site: Path) -> None:
    page = (site / "index.html").read_text()
    named = set(re.findall(r'(?:data-address|href)="([^"]+)"', page))
    icons = json.loads((site / "manifest.webmanifest").read_text())["icons"]
    hashes = listed(site)
    assert set(hashes) == named | {each["src"] for each in icons} | {"./"}
    for address, hashed in hashes.items():
        content = (site / ("index.html" if address == "./" else address)).read_bytes()
        assert hashed == f"sha256-{base64.b64encode(sha256(content).digest()).decode()}"
    parts = {path.stem: path.read_bytes() for path in (site / "parts").iterdir()}
    assert sorted(parts.values()) == sorted(PARTS.values())
    assert all(sha256(part).hexdigest().startswith(name) for name, part in parts.items())


def test_the_icon_has_the_size_that_the_manifest_says(site: Path) -> None:
    icons = json.loads((site / "manifest.webmanifest").read_text())["icons"]
    (sizes,) = (each["sizes"] for each in icons if each["src"] == "icon.png")
    with Image.open(site / "icon.png") as icon:
        assert f"{icon.width}x{icon.height}" == sizes


def test_a_new_version_leaves_no_part_of_the_one_before_and_no_file_of_others_changed(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_others = [site / "CNAME", site / "parts" / "notes.txt"]
    for path in of_others:
        path.write_text("inkling.example")
    before = (site / "service_worker.js").read_text()
    monkeypatch.setattr(
        standalone, "compressed_parts", lambda: PARTS | {"scripts": gzip.compress(b"{}")}
    )
    standalone.main([str(site)])
    assert {path for path in listed(site) if path.startswith("parts/")} == {
        path.relative_to(site).as_posix() for path in site.glob("parts/*.bin")
    }
    assert all(path.exists() for path in of_others)
    version = re.compile(r'^const VERSION = "(\w{12})";$', re.MULTILINE)
    assert version.findall((site / "service_worker.js").read_text()) != version.findall(before)


def test_the_same_pages_are_the_same_version(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standalone.main([str(tmp_path / "again")])
    worker = (tmp_path / "again" / "service_worker.js").read_text()
    assert worker == (site / "service_worker.js").read_text()


def test_the_readme_says_how_large_the_file_is(tmp_path: Path) -> None:
    out = tmp_path / "inkling.html"
    standalone.main([str(out)])
    assert (
        f"one file of about {round(out.stat().st_size / 1e6)} MB" in Path("README.md").read_text()
    )
