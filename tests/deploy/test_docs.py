"""The documentation as a site: the READMEs as they are, with links that lead somewhere, offline."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import PAGES

CONFIGURATION = Path("deploy/docs/mkdocs.yml")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site, which is not made where a link leads nowhere."""
    pytest.importorskip("material")
    folder = tmp_path_factory.mktemp("docs")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-f",
        CONFIGURATION,
        "-d",
        folder,
    ]
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder


def test_every_readme_is_a_page_and_no_other_text_is(site: Path) -> None:
    pages = {
        page.with_name("index.md" if page.name == "README.md" else page.name) for page in PAGES
    }
    expected = {f"{page.with_suffix('.html')}" for page in pages} | {"404.html"}
    assert {f"{page.relative_to(site)}" for page in site.rglob("*.html")} == expected
    assert not [*CONFIGURATION.parent.rglob("*.md")]
    words = "Inkling reads handwritten digits with a neural network that is written from scratch"
    assert words in (site / "index.html").read_text()


def test_lists_in_lists_and_tables_and_code_in_lists_are_what_they_are_elsewhere(
    site: Path,
) -> None:
    operation = (site / "deploy/index.html").read_text()
    proxy = operation.partition("<strong>Proxy.</strong>")[2].partition("</li>\n</ul>")[0]
    written = Path("deploy/README.md").read_text().partition("- **Proxy.**")[2].partition("\n- ")[0]
    assert proxy.count("<li>") == written.count("\n  - ") > 1
    assert "<th>limit</th>" in operation.partition("Slow clients.")[2].partition("</li>")[0]
    assert "<p>|" not in operation + (site / "app/index.html").read_text()
    for page in site.rglob("*.html"):
        assert "```" not in page.read_text(), page


def test_a_page_loads_nothing_from_other_hosts_and_every_link_leads_to_a_file(site: Path) -> None:
    loaded = re.compile(r'<(?:script|img|link|iframe)\b[^>]*?(?:src|href)="?(https?:[^" >]+)')
    for page in site.rglob("*.html"):
        if page.name == "404.html":
            continue
        text = page.read_text()
        assert not loaded.findall(text), page
        for target in re.findall(r'(?:src|href)="(?!https?:|data:|#)([^"#?]+)', text):
            assert (page.parent / target).exists(), (page, target)


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    pytest.importorskip("material")
    (tmp_path / "deploy" / "docs").mkdir(parents=True)
    for name in ("mkdocs.yml", "pages.py"):
        (tmp_path / "deploy/docs" / name).write_text((CONFIGURATION.parent / name).read_text())
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIGURATION]
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    links = " ".join(f"[A link]({target})" for target in ("#here", "#nowhere", "nowhere.md"))
    (tmp_path / "README.md").write_text(f"# A page\n\n## Here\n\n{links}\n")
    ended = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert ended.returncode != 0
    named = [target in ended.stderr for target in ("#here", "#nowhere", "nowhere.md")]
    assert named == [False, True, True]
