"""What ``pip install .`` installs: the folders of the project in one package, named inkling.

Their own names are too general to be installed beside other packages, so ``from nn.x import y``
gets the package's name in front. Relative imports would need no such step, but pupils copy these
lines from the lesson into programs of their own.
"""

import ast
import os
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

FOLDERS = ("nn", "app", "static", "templates", "models")
FILES = {  # the file, and its name in the package
    "deploy/inkling.py": "__init__.py",
    "deploy/command.py": "__main__.py",
    "deploy/serve.py": "serve.py",
    "gunicorn.conf.py": "gunicorn_conf.py",
    "pyproject.toml": "pyproject.toml",
}
LEFT_OUT = ("nn/pictures/*", "models/**/*.png", "models/**/*.csv", "nn/**/*.md", "app/**/*.md")


RELATIVE_LINK = re.compile(r"(!?)\[((?:[^][]|\[[^][]*\])*)\]\((?!https?://)([^)]+)\)")


class InklingMetadata(MetadataHookInterface):
    """Makes the links of the package's description absolute, and names the project's addresses.

    A build is told where the project's files are seen, such as https://example.org/inkling/blob/main,
    by PROJECT_FILES. Without it there is no address, and links are their words alone.
    """

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the description and the addresses."""
        files = os.environ.get("PROJECT_FILES", "").rstrip("/")
        text = with_absolute_links(Path(self.root, "README.md").read_text("utf-8"), files)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        pages = {
            "Documentation": "README.md",
            "Changelog": "CHANGELOG.md",
            "Source": "README.md#code-map",
        }
        metadata["urls"] = {name: f"{files}/{page}" for name, page in pages.items() if files}


def with_absolute_links(text: str, files: str) -> str:
    """Return a page of the project's root with its links below an address, or without them."""

    def absolute(link: re.Match[str]) -> str:
        is_image, words, target = link.groups()
        if not files:
            return "" if is_image else words
        address = f"{files}/{'README.md' if target.startswith('#') else ''}{target}"
        return f"{is_image}[{words}]({address}{'?raw=true' if is_image else ''})"

    return RELATIVE_LINK.sub(absolute, text)


class InklingPackage(BuildHookInterface[Any]):
    """Puts the package together in a temporary folder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the package to the wheel."""
        self._folder = TemporaryDirectory()
        package = Path(self._folder.name)
        copy_package(Path(self.root), package)
        build_data["force_include"][str(package)] = "inkling"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder."""
        self._folder.cleanup()


def copy_package(project: Path, package: Path) -> None:
    """Write the package to an empty folder."""
    for folder in FOLDERS:
        compiled = shutil.ignore_patterns("__pycache__")
        shutil.copytree(project / folder, package / folder, ignore=compiled)
    for path in [path for pattern in LEFT_OUT for path in package.glob(pattern)]:
        path.unlink()
    for source, name in FILES.items():
        shutil.copy(project / source, package / name)
    for path in package.rglob("*.py"):
        path.write_text(within_package(path.read_text("utf-8")), "utf-8")
    (package / "py.typed").touch()


def within_package(source: str) -> str:
    """Return the source of a module with the package's name before those of the folders in it.

    Raises
    ------
    ValueError
        When it imports one of them without ``from``, which would bind another name.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level and _is_ours(node.module or ""):
            place = node.lineno - 1
            lines[place] = lines[place].replace("from ", "from inkling.", 1)
        elif isinstance(node, ast.Import) and any(_is_ours(each.name) for each in node.names):
            raise ValueError(f"import with from: {ast.unparse(node)}")
    return "".join(lines)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in FOLDERS
