"""Write Inkling as one file that needs no server: ``python -m app.standalone inkling.html``.

It holds the pages in each language as the server gives them, their style sheets, scripts and
pictures, and two networks. ``static/js/standalone/start.js`` opens a page of it; what pages ask a
server for is computed by the other scripts beside that one.
"""

import base64
import gzip
import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flask import Flask

from app import create_app, languages
from app.config import ROOT, Settings
from app.service.models import load_certainty, page_files
from app.static_files import join_modules, join_style_sheets, translated_texts
from nn.files import write_atomically

PAGES = {"draw": "/", "lesson": "/lesson", "learn": "/learn", "teach": "/teach"}
NETWORKS = ("article", "convnet")
FETCHED = ("lesson/digits.png",)  # by scripts, at these addresses
LESSON_SET = "lesson/digits.bin"  # likewise, by the page that trains alone
WORKERS = ("js/learn/worker.js", "js/live/stroke_reader.js")
SERVER = "http://localhost:8000"  # in examples of requests on any machine

_NAMES = {path: name for name, path in PAGES.items()}
_STATIC = re.compile(r'(?<=")/static/v-[0-9a-f]+/([^"]+)(?=")')
_LINK = re.compile(r'(?<= href=")(/[^"]*|\?[^"]*)(?=")')
_NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_DYNAMIC_IMPORT = re.compile(r'(?:(?<=await )|(?<==> ))import\("(\.[^"\n]+)"\)')
_LATER_STYLES = re.compile(r'(?:loadStyles\("css/|loadDoor\(")(\w+)')
_FONT = re.compile(r'url\("\.\./(fonts/[\w.-]+)"\)')
_TYPES = {
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}

# The rule makes the browser refuse what would leave the file, or come from elsewhere.
FRAME = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; \
connect-src data: blob:; worker-src blob:; form-action 'none'; base-uri 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Inkling</title>
  </head>
  <body>
    <noscript>Inkling needs JavaScript.</noscript>
    <p id="old-browser" hidden>Inkling needs a browser of 2023 or later.</p>
{packed}
    <script>
{start}
    </script>
  </body>
</html>
"""


def main(arguments: list[str]) -> None:
    """Write the file that the command line names, whole or not at all."""
    path = Path(arguments[0] if arguments else "inkling.html")
    try:
        content = standalone_file().encode()
        write_atomically(path, content)
    except OSError as error:
        sys.exit(f"python -m app.standalone: {error}")
    print(f"{path}: {len(content) / 1e6:.1f} MB. Open it by double click.")


def standalone_file() -> str:
    """Return Inkling as one HTML document."""
    with TemporaryDirectory() as folder:
        for name in NETWORKS:
            for ending in ("npz", "json"):
                copy(ROOT / "models" / f"{name}.{ending}", folder)
        settings = Settings(models_directory=Path(folder), public_address=SERVER)
        app = create_app(settings)
        networks = page_files(settings)
        certainty = load_certainty(settings)
    app.jinja_env.globals |= {"is_standalone": True, "script_texts": _script_texts}
    parts = {f"pages/{code}": _as_json(_pages(app, code)) for code in languages.NAMES}
    html = "".join(part.decode() for part in parts.values())
    named = sorted(set(re.findall(r"static:([\w/.-]+)", html)))
    scripts = _scripts([each for each in named if each.endswith(".js")])
    parts["scripts"] = _as_json(scripts)
    sheets = {each for each in named if each.endswith(".css")}
    later = _LATER_STYLES.findall("".join(scripts.values()))
    sheets.update(f"css/{name}.css" for name in later)
    parts["styles"] = _as_json(_style_sheets(sorted(sheets)))
    parts["files"] = _as_json(_files(app, [each for each in named if Path(each).suffix in _TYPES]))
    parts |= {f"networks/{name}": file.content for name, file in networks.items()}
    parts["certainty"] = _as_json(certainty.of_plain_digits())
    parts[LESSON_SET] = app.test_client().get(f"/{LESSON_SET}").data
    packed = "\n".join(_packed(name, part) for name, part in parts.items())
    start = (ROOT / "static" / "js" / "standalone" / "start.js").read_text("utf-8")
    return FRAME.format(packed=packed, start=start)


def _packed(name: str, content: bytes) -> str:
    """Return an element that browsers neither show nor run."""
    text = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return f'<script type="text/plain" data-packed="{name}">{text}</script>'


def _as_json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _pages(app: Flask, language: str) -> dict[str, object]:
    """Return the pages in a language by their names, and the texts of answers."""
    query = {"lang": language}
    client = app.test_client()
    pages = {
        name: client.get(path, query_string=query).get_data(as_text=True)
        for name, path in PAGES.items()
    }
    return {
        "pages": {name: within_file(html, name) for name, html in pages.items()},
        "texts": dict(languages.load(language).texts),
    }


def within_file(html: str, page: str) -> str:
    """Return the HTML of a page with addresses that lead into the file.

    Of static files these are their names after "static:", which ``start.js`` replaces. What is for
    browsers without scripts is left out.
    """

    def address(match: re.Match[str]) -> str:
        parts = urlsplit(match[1])
        name = _NAMES[parts.path] if parts.path else page
        query = f"&amp;{parts.query}" if parts.query else ""
        return f"?page={name}{query}" + (f"#{parts.fragment}" if parts.fragment else "")

    return _LINK.sub(address, _STATIC.sub(r"static:\1", _NO_SCRIPT.sub("", html)))


def _scripts(names: list[str]) -> dict[str, str]:
    """Return scripts, joined with what they import, after the one that answers their requests.

    Workers make none.
    """
    sources = {name: _imported_at_once(text) for name, text in _static_texts("js").items()}
    answers = 'import "./standalone/answers.js";\n'
    for name in names:
        sources[f"{name}:entry"] = sources[name] if name in WORKERS else answers + sources[name]
    return {name: join_modules(f"{name}:entry", sources) for name in names}


@cache
def _script_texts(name: str) -> list[str]:
    """Return the texts of a page's script, with those of what it imports later elsewhere."""
    return translated_texts(_scripts([name])[name])


def _imported_at_once(source: str) -> str:
    """Return a script that imports at its start what it imports when it is needed."""
    imports: list[str] = []

    def bound(match: re.Match[str]) -> str:
        imports.append(f'import * as imported_later_{len(imports)} from "{match[1]}";\n')
        return f"Promise.resolve(imported_later_{len(imports) - 1})"

    changed = _DYNAMIC_IMPORT.sub(bound, source)
    return "".join(imports) + changed


def _style_sheets(names: list[str]) -> dict[str, str]:
    sources = _static_texts("css")

    def font(match: re.Match[str]) -> str:
        return f'url("{_data_url(match[1], (ROOT / "static" / match[1]).read_bytes())}")'

    return {name: _FONT.sub(font, join_style_sheets(name, sources)) for name in names}


def _static_texts(ending: str) -> dict[str, str]:
    """Return the static files with this ending by their paths."""
    static = ROOT / "static"
    paths = sorted(static.rglob(f"*.{ending}"))
    return {path.relative_to(static).as_posix(): path.read_text("utf-8") for path in paths}


def _files(app: Flask, names: list[str]) -> dict[str, str]:
    """Return the pictures of the pages, and what scripts fetch, as data URLs."""
    contents = {name: (ROOT / "static" / name).read_bytes() for name in names}
    client = app.test_client()
    contents |= {address: client.get(f"/{address}").data for address in FETCHED}
    return {name: _data_url(name, content) for name, content in contents.items()}


def _data_url(name: str, content: bytes) -> str:
    return f"data:{_TYPES[Path(name).suffix]};base64,{base64.b64encode(content).decode()}"


if __name__ == "__main__":
    main(sys.argv[1:])
