"""The pages of the documentation: the READMEs of the project, and the files that they link to."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
DOCS_DIR = ROOT / "deploy"
FOLDERS = ("app", "benchmarks", "deploy", "models", "nn", "static", "tests")
CODE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
INDENT = re.compile(r"^( +)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def on_config(config: Any) -> Any:
    """Set the navigation: pages by their headings, the README first and the root's others last."""
    names = [page.relative_to(ROOT).as_posix() for page in pages()]
    config["nav"] = sorted(names, key=lambda name: (name != "README.md", "/" not in name, name))
    return config


def on_files(files: Files, config: Any) -> Files:
    """Return the theme's files and the pages, in the place of what ``docs_dir`` holds."""
    of_theme = [
        file for file in files if not Path(file.abs_src_path or "").is_relative_to(DOCS_DIR)
    ]
    ours = [
        File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path))
        for path in sorted(linked_files(pages()))
    ]
    return Files(of_theme + ours)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Indent what belongs to a list by four spaces at least, as this parser wants it."""
    code_and_text = CODE.split(markdown)
    code_and_text[::2] = [INDENT.sub(r"\1\1", text) for text in code_and_text[::2]]
    return "".join(code_and_text)


def pages() -> set[Path]:
    """Return the Markdown pages of the project."""
    folders = [page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")]
    return {*ROOT.glob("*.md"), *folders}


def linked_files(pages: set[Path]) -> set[Path]:
    """Return the pages and each file that one of them links to or shows."""
    linked = {
        (page.parent / target).resolve()
        for page in pages
        for target in LINK.findall(page.read_text("utf-8"))
    }
    return pages | {path for path in linked if path.is_file() and path.is_relative_to(ROOT)}
