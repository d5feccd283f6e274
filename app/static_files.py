"""Static files as pages load them: joined, and at an address that changes with them.

A page loads one script and one style sheet instead of many, without comments and indentation, and
browsers keep them for a year. The files stay as they are: browsers run them from ``static/`` too.
"""

import base64
import json
import mimetypes
import re
from collections.abc import Mapping
from functools import cache
from gzip import compress
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.responses import Response

HASH_LENGTH = 12  # hexadecimal digits of a SHA-256, as a part of addresses
_YEAR_S = 31_536_000
_MAX_COMPRESSED_RATIO = 0.9  # a file that stays larger is served as it is
_TYPES = mimetypes.MimeTypes()  # Python's own: Windows may call a script text/plain
for _ending, _type in {".webp": "image/webp", ".woff2": "font/woff2"}.items():
    _TYPES.add_type(_type, _ending)  # which Python knows since 3.13 and 3.14

_IMPORT = re.compile(r'^import\s+(?:([^"\';]+?)\s+from\s+)?"(\.[^"\n]+)";$', re.M)
_BINDINGS = re.compile(r"(?:\*\s+as\s+(\w+)|\{([^}]*)\})?")
_SHARED = 'const $modules = (globalThis.$modules ??= {{}})["{}"] ??= {{}};\n'
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.M)
_OTHER_IMPORT = re.compile(r"^import\s.*", re.M)
_OTHER_EXPORT = re.compile(r"^export\s.*", re.M)
_AS = re.compile(r"\s+as\s+")
_COMMENT = re.compile(r"^ *(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.M | re.S)  # on lines of its own
_NOTE = re.compile(r"(?<=[;,{}()\[\]]) +(?:/\* [^\n*]* \*/|// [^\n\"`]*)$", re.M)  # behind code
_INDENT = re.compile(r"^\s+", re.M)  # and empty lines
_STRING = r'"(?:[^"\\]|\\.)*"'
_TRANSLATED = re.compile(rf"\btranslate(?:Plural)?\(\s*({_STRING}(?:\s*\+\s*{_STRING})*)")
_STYLE_IMPORT = re.compile(r'^@import "([^"\n]+)";\n?', re.M)


class StaticFiles:
    """The files of a folder, read into memory once.

    Attributes
    ----------
    version
        A shortened hash of all files.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        hashes = [f"{sha256(each).hexdigest()} {name}" for name, each in self._contents.items()]
        self.version = short_hash("\n".join(hashes).encode())
        self._prepared = cache(self._prepare)
        self.script_texts = cache(self._script_texts)

    def data_url(self, name: str) -> str:
        """Return a small file as a data URL: a page that holds it sends no request for it."""
        return data_url(name, self._contents[name])

    def texts(self, kind: str) -> dict[str, str]:
        """Return the text of each file with an ending, such as ".js", by its path."""
        return {path: each.decode() for path, each in self._contents.items() if path.endswith(kind)}

    def respond(self, name: str, version: str) -> Response:
        """Return a file, a script or style sheet joined with its imports, or raise NotFound.

        A page of an older version asks at another address, where the answer is not cached.
        """
        if name not in self._contents:
            raise NotFound
        content, compressed = self._prepared(name)
        is_compressed = bool(compressed and request.accept_encodings["gzip"])
        body = compressed if is_compressed else content
        response = Response(body, mimetype=_TYPES.guess_type(name)[0] or "application/octet-stream")
        if compressed:
            response.vary.add("Accept-Encoding")
        if is_compressed:
            response.content_encoding = "gzip"
        response.set_etag(f"{self.version}-gzip" if is_compressed else self.version)
        if version == self.version:
            response.cache_control.public = True
            response.cache_control.max_age = _YEAR_S
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
        response.make_conditional(request, accept_ranges=True, complete_length=len(body))
        return response

    def _prepare(self, name: str) -> tuple[bytes, bytes]:
        """Return a file, and its compressed content, or nothing if that saves too little."""
        content = self._contents[name]
        kind = Path(name).suffix
        if join_imports := {".js": join_modules, ".css": join_style_sheets}.get(kind):
            content = shortened(join_imports(name, self.texts(kind))).encode()
        compressed = compress(content, mtime=0)
        is_worth_it = len(compressed) < _MAX_COMPRESSED_RATIO * len(content)
        return content, compressed if is_worth_it else b""

    def _script_texts(self, name: str) -> list[str]:
        return translated_texts(join_modules(name, self.texts(".js")))


def register(app: Flask) -> None:
    """Serve the static files of an app, also at an address that names their version.

    ``url_for("static", filename=...)`` returns that address; in debug mode it returns the address
    without a version, at which the file is read again for each request.
    """
    files = StaticFiles(Path(app.static_folder or ""))

    def static(filename: str, version: str = "") -> ResponseReturnValue:
        if version:
            return files.respond(filename, version)
        response = app.send_static_file(filename)
        # Clients that do not read would otherwise keep open all files that a worker may open.
        response.direct_passthrough = False
        response.make_sequence()
        response.close()
        return response

    app.jinja_env.globals["picture_url"] = files.data_url
    app.jinja_env.globals["script_texts"] = files.script_texts
    rule = f"{app.static_url_path}/v-<string(length={HASH_LENGTH}):version>/<path:filename>"
    app.add_url_rule(rule, endpoint="static")
    app.view_functions["static"] = static

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static" and not app.debug:
            values.setdefault("version", files.version)


def short_hash(content: bytes) -> str:
    """Return the first digits of a SHA-256, which name a version of what an address gives."""
    return sha256(content).hexdigest()[:HASH_LENGTH]


def data_url(name: str, content: bytes) -> str:
    """Return the content of a file, whose name says its type, as a data URL."""
    return f"data:{_TYPES.guess_type(name)[0]};base64,{base64.b64encode(content).decode()}"


def shortened(source: str) -> str:
    """Return a script or style sheet without comments, indentation and empty lines."""
    return _INDENT.sub("", _NOTE.sub("", _COMMENT.sub("", source)))


def join_modules(name: str, sources: Mapping[str, str]) -> str:
    """Return a script after the modules that it imports, directly or not, in the order they run.

    Each module becomes a function that returns what it exports, before the functions that use it.
    The scripts of a page share what it returned: a module runs once, also when a script that is
    loaded later imports it. Scripts of another version share nothing with them.

    Parameters
    ----------
    name
        Path of the script, such as "js/main.js". It keeps its exports.
    sources
        The text of each script by its path.

    Raises
    ------
    ValueError
        When a module is missing or cannot be joined: it imports a module that imports it, or it
        exports a variable, a default or a list. The message says which and why.
    """
    functions: dict[str, str] = {}  # the modules by their paths, in the order they run

    def with_constants(name: str, importers: tuple[str, ...]) -> str:
        """Return a module with constants in place of its imports, which are added first."""
        if name in importers:
            raise ValueError(f"{name} imports {importers[-1]}, which imports it")
        if name not in sources:
            raise ValueError(f"{importers[-1]} imports {name}, which is not there")

        def constants(match: re.Match[str]) -> str:
            path = normpath(join(dirname(name), match[2]))
            if path not in functions:
                functions[path] = _as_function(path, with_constants(path, (*importers, name)))
            return _constants(match[1] or "", path)

        source = _IMPORT.sub(constants, sources[name])
        _refuse(_OTHER_IMPORT, name, source)
        return source

    script = with_constants(name, ())
    if functions:
        version = short_hash("\n".join(sources.values()).encode())
        script = "".join([_SHARED.format(version), *functions.values(), script])
    return script


def translated_texts(script: str) -> list[str]:
    """Return the English texts that a script has translated, each once; of a plural the singular.

    Parameters
    ----------
    script
        Text of a script, whose calls of ``translate`` and ``translatePlural`` begin with a text.
    """
    found = (re.findall(_STRING, strings) for strings in _TRANSLATED.findall(script))
    return [*dict.fromkeys("".join(map(json.loads, strings)) for strings in found)]


def _constants(bindings: str, path: str) -> str:
    """Return declarations for what stands between ``import`` and ``from``."""
    match = _BINDINGS.fullmatch(bindings)
    if not match:
        raise ValueError(f"cannot join 'import {bindings} from' {path}")
    everything, names = match.groups()
    if not bindings:
        return ""
    pattern = everything or "{" + _AS.sub(": ", names) + "}"
    return f"const {pattern} = {_variable(path)};"


def _as_function(path: str, source: str) -> str:
    """Return a module as a constant: an object of what it exports."""
    members = ", ".join(name for _, name in _EXPORT.findall(source))
    body = _EXPORT.sub(r"\1 \2", source)
    _refuse(_OTHER_EXPORT, path, body)
    name = _variable(path)
    run = f"(() => {{\n{body}\nreturn {{ {members} }};\n}})()"
    return f"const {name} = $modules.{name} ??= {run};\n"


def _refuse(statement: re.Pattern[str], path: str, source: str) -> None:
    if match := statement.search(source):
        raise ValueError(f"{path}: cannot join '{match[0]}'")


def _variable(path: str) -> str:
    """Return the name of a module's constant, which no module uses for its own."""
    return "$" + re.sub(r"\W", "_", path)


def join_style_sheets(name: str, sources: Mapping[str, str]) -> str:
    """Return a style sheet with the text of others in place of its imports, each once.

    Parameters
    ----------
    name
        Path of the style sheet, such as "css/page.css".
    sources
        The text of each style sheet by its path.

    Raises
    ------
    ValueError
        When one is missing, or an import is not written as ``@import "other.css";``.
    """
    joined: set[str] = set()

    def text(name: str) -> str:
        joined.add(name)
        if name not in sources:
            raise ValueError(f"{name} is imported, but is not there")

        def imported(match: re.Match[str]) -> str:
            path = normpath(join(dirname(name), match[1]))
            return "" if path in joined else text(path)

        return _STYLE_IMPORT.sub(imported, sources[name])

    result = text(name)
    if "@import" in result:
        raise ValueError(f"{name}: cannot join an @import other than '@import \"other.css\";'")
    return result
