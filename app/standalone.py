"""Write Inkling so that it needs no server of its own, as one file or as a site of files.

``python -m app.standalone inkling.html`` writes one file, ``python -m app.standalone site`` a
folder for any web space, whose pages browsers keep. Both hold the pages in each language as the
server gives them, their style sheets, scripts and pictures, and two networks.
``static/js/standalone/start.js`` opens a page of it; what pages ask a server for is computed by the
other scripts beside that one.
"""

import base64
import gzip
import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flask import Flask

from app import create_app, languages
from app.config import ROOT, Settings
from app.service.class_sheet import printed_sheets
from app.service.models import load
from app.static_files import (
    StaticFiles,
    data_url,
    join_modules,
    join_style_sheets,
    short_hash,
    shortened,
    translated_texts,
)
from nn.files import write_all_atomically, write_atomically

PAGES = {
    "draw": "/",
    "lesson": "/lesson",
    "learn": "/learn",
    "class": "/class",
    "sheet": "/sheet",
    "join": "/join",
    "teach": "/teach",
}
QUERIES = {"sheet": {"pupils": "30"}}  # of what is printed: two pages
NETWORKS = ("article", "convnet")
FETCHED = ("lesson/digits.png",)  # by scripts, at these addresses
LESSON_SET = "lesson/digits.bin"  # likewise, by the page that trains alone
WORKERS = ("js/learn/worker.js", "js/live/stroke_reader.js", "js/standalone/sheet_reader.js")
SERVER = "http://localhost:8000"  # in examples of requests on any machine
FILE = "inkling.html"
PARTS = "parts"  # the folder of a site's parts
STATIC = StaticFiles(ROOT / "static")

_NAMES = {path: name for name, path in PAGES.items()}
_STATIC = re.compile(r'(?<=")/static/v-[0-9a-f]+/([^"]+)(?=")')
_LINK = re.compile(r'(?<= href=")(/[^"]*|\?[^"]*)(?=")')
_NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_DYNAMIC_IMPORT = re.compile(r'(?:(?<=await )|(?<==> ))import\("(\.[^"\n]+)"\)')
_LATER_STYLES = re.compile(r'(?:loadStyles\("css/|new LazyView\(")(\w+)')
_FONT = re.compile(r'url\("\.\./(fonts/[\w.-]+)"\)')

# The rule makes the browser refuse what would leave the page, or come from elsewhere.
FRAME = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src {own}data: blob:; \
font-src data:; connect-src {own}data: blob:; worker-src {own}blob:; {manifest}\
form-action 'none'; base-uri 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Inkling</title>{links}
  </head>
  <body>
    <noscript>Inkling needs JavaScript.</noscript>
    <p id="not-opened" hidden>{not_opened}</p>
{packed}
    <script>
{start}
    </script>
  </body>
</html>
"""
OF_FILE = {
    "own": "",
    "manifest": "",
    "links": "",
    "not_opened": "Inkling needs a browser of 2023 or later.",
}
OF_SITE = {
    "own": "'self' ",
    "manifest": "manifest-src 'self'; ",
    "links": """
    <link rel="manifest" href="manifest.webmanifest">
    <link rel="apple-touch-icon" href="icon.png">""",
    "not_opened": "Inkling was not loaded: try again. It needs a browser of 2023 or later. From a "
    "folder of your own computer, open inkling.html instead.",
}
MANIFEST = {
    "name": "Inkling",
    "short_name": "Inkling",
    "start_url": "./",
    "scope": "./",
    "display": "standalone",
    "background_color": "#f6f5f1",
    "theme_color": "#f6f5f1",
    "icons": [
        {"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"},
        {"src": "icon.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ],
}


def main(arguments: list[str]) -> None:
    """Write the file or the folder that the command line names, whole or not at all."""
    path = Path(arguments[0] if arguments else FILE)
    try:
        if path.suffix == ".html":
            files = {path.name: standalone_file().encode()}
            write_atomically(path, files[path.name])
            advice = "Open it by double click."
        else:
            files = site_files()
            write_site(path, files)
            advice = "Copy it to any web space."
    except OSError as error:
        sys.exit(f"python -m app.standalone: {error}")
    print(f"{path}: {sum(map(len, files.values())) / 1e6:.1f} MB. {advice}")


def write_site(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a site by their paths, and remove the parts of the version before."""
    parts = folder / PARTS
    for each in (folder, parts):
        each.mkdir(exist_ok=True)
    write_all_atomically({folder / name: content for name, content in files.items()})
    for path in parts.glob("*.bin"):
        if f"{PARTS}/{path.name}" not in files:
            path.unlink()


def standalone_file() -> str:
    """Return Inkling as one HTML document."""
    return _as_file(compressed_parts())


def site_files() -> dict[str, bytes]:
    """Return Inkling as the files of a site by their paths, the one file among them.

    The parts have a hash in their names: no page loads another version's. Their names do not end
    in ".gz", for which some servers tell browsers to unpack what the page unpacks.
    """
    parts = compressed_parts()
    names = {name: f"{PARTS}/{short_hash(part)}.bin" for name, part in parts.items()}
    elements = [_element(name, address=address) for name, address in names.items()]
    static = ROOT / "static"
    kept = {
        **{names[name]: part for name, part in parts.items()},
        "manifest.webmanifest": json.dumps(MANIFEST).encode(),
        "icon.svg": (static / "favicon.svg").read_bytes(),
        "icon.png": (static / "icon.png").read_bytes(),
        "index.html": _document(elements, OF_SITE).encode(),
    }
    worker = (static / "js" / "standalone" / "service_worker.js").read_text("utf-8")
    return {FILE: _as_file(parts).encode(), **kept, "service_worker.js": _with_list(worker, kept)}


def _with_list(worker: str, files: Mapping[str, bytes]) -> bytes:
    """Return the service worker with the addresses and hashes of what it keeps, and a version."""
    hashes = {
        "./" if name == "index.html" else name: _integrity(content)
        for name, content in files.items()
    }
    listed = json.dumps(hashes, indent=1)
    version = short_hash(f"{listed}{worker}".encode())
    return f'const VERSION = "{version}";\nconst FILES = {listed};\n\n{worker}'.encode()


def _integrity(content: bytes) -> str:
    """Return a hash as browsers check it (Subresource Integrity)."""
    return f"sha256-{base64.b64encode(sha256(content).digest()).decode()}"


def _as_file(parts: Mapping[str, bytes]) -> str:
    elements = [_element(name, base64.b64encode(part).decode()) for name, part in parts.items()]
    return _document(elements, OF_FILE)


def _document(elements: list[str], of_kind: Mapping[str, str]) -> str:
    start = (ROOT / "static" / "js" / "standalone" / "start.js").read_text("utf-8")
    return FRAME.format(packed="\n".join(elements), start=start, **of_kind)


def _element(name: str, text: str = "", address: str = "") -> str:
    """Return an element that browsers neither show nor run, for a part or its address."""
    where = f' data-address="{address}"' if address else ""
    return f'<script type="text/plain" data-packed="{name}"{where}>{text}</script>'


def compressed_parts() -> dict[str, bytes]:
    """Return what pages are made of by names, compressed."""
    with TemporaryDirectory() as folder:
        for name in NETWORKS:
            for ending in ("npz", "json"):
                copy(ROOT / "models" / f"{name}.{ending}", folder)
        settings = Settings(models_directory=Path(folder), public_address=SERVER)
        app = create_app(settings)
        models = load(settings)
    app.jinja_env.globals |= {"is_standalone": True, "script_texts": _script_texts}
    app.testing = True  # a page that fails stops the build
    pages = {code: _pages(app, code) for code in languages.NAMES}
    parts = {
        f"pages/{code}": _as_json({"pages": each, "texts": dict(languages.load(code).texts)})
        for code, each in pages.items()
    }
    for name in PAGES:
        html = "".join(each[name] for each in pages.values())
        parts[f"assets/{name}"] = _as_json(_assets(app, html))
    parts |= {f"networks/{name}": each.page_file for name, each in models.digits.items()}
    parts["certainty"] = _as_json(models.certainty.of_plain_digits())
    parts["class_sheet"] = _as_json(printed_sheets())
    parts[LESSON_SET] = app.test_client().get(f"/{LESSON_SET}").data
    # Level 9 takes 3.5 seconds instead of 0.3 for the lesson set, and saves 2 %.
    return {name: gzip.compress(part, 6, mtime=0) for name, part in parts.items()}


def _as_json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _pages(app: Flask, language: str) -> dict[str, str]:
    client = app.test_client()
    queries = {name: {"lang": language} | QUERIES.get(name, {}) for name in PAGES}
    return {
        name: within_file(client.get(path, query_string=queries[name]).text, name)
        for name, path in PAGES.items()
    }


def _assets(app: Flask, html: str) -> dict[str, Mapping[str, str]]:
    named = sorted(set(re.findall(r"static:([\w/.-]+)", html)))
    scripts = _scripts([each for each in named if each.endswith(".js")])
    in_scripts = "".join(scripts.values())
    sheets = {each for each in named if each.endswith(".css")}
    sheets |= {f"css/{each}.css" for each in _LATER_STYLES.findall(in_scripts)}
    files = {each: STATIC.data_url(each) for each in named if not each.endswith((".js", ".css"))}
    client = app.test_client()
    fetched = [address for address in FETCHED if f'"{address}"' in in_scripts]
    files |= {address: data_url(address, client.get(f"/{address}").data) for address in fetched}
    return {"scripts": scripts, "styles": _style_sheets(sorted(sheets)), "files": files}


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
    sources = {name: _imported_at_once(text) for name, text in STATIC.texts(".js").items()}
    answers = 'import "./standalone/answers.js";\n'
    for name in names:
        sources[f"{name}:entry"] = sources[name] if name in WORKERS else answers + sources[name]
    return {name: shortened(join_modules(f"{name}:entry", sources)) for name in names}


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
    sources = STATIC.texts(".css")

    def font(match: re.Match[str]) -> str:
        return f'url("{STATIC.data_url(match[1])}")'

    return {name: _FONT.sub(font, shortened(join_style_sheets(name, sources))) for name in names}


if __name__ == "__main__":
    main(sys.argv[1:])
