"""Static files under an address that changes with them, so that browsers keep them for a year."""

import mimetypes
from functools import cache
from gzip import compress
from hashlib import sha256
from pathlib import Path

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.assets.scripts import join_modules
from app.assets.style_sheets import join_style_sheets
from app.responses import Response

VERSION_LENGTH = 12
_JOINED = {".js": join_modules, ".css": join_style_sheets}
_YEAR_S = 31_536_000
_WORTH = 0.9  # of its size, at most, that a file has when it is compressed
_TYPES = mimetypes.MimeTypes()  # Python's own: Windows may call a script text/plain


class StaticFiles:
    """The files of a folder as they are when it is made, in memory.

    Attributes
    ----------
    version
        Names all their contents: the beginning of a hash of them.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._contents = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in paths
            if "__pycache__" not in path.parts  # of client.py, other on each machine
        }
        hashes = [f"{sha256(each).hexdigest()} {name}" for name, each in self._contents.items()]
        self.version = sha256("\n".join(hashes).encode()).hexdigest()[:VERSION_LENGTH]
        self._prepared = cache(self._prepare)

    def respond(self, name: str, version: str) -> Response:
        """Return a file, a script or style sheet joined with what it imports; raise NotFound.

        At the address of another version, which an older page asks for, it is not to be cached.
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
        """Return a file, and the same compressed; empty where that saves too little."""
        content = self._contents[name]
        kind = Path(name).suffix
        if join := _JOINED.get(kind):
            sources = {
                path: each.decode() for path, each in self._contents.items() if path.endswith(kind)
            }
            content = join(name, sources).encode()
        compressed = compress(content, mtime=0)
        return content, compressed if len(compressed) < _WORTH * len(content) else b""


def register(app: Flask) -> None:
    """Serve the static files of an app at an address that names their version, too.

    ``url_for("static", filename=...)`` returns that address, but in debug mode the one of the file
    itself, which is read again for each request.
    """
    files = StaticFiles(Path(app.static_folder or ""))

    def static(filename: str, version: str = "") -> ResponseReturnValue:
        if version:
            return files.respond(filename, version)
        return app.send_static_file(filename)

    rule = f"{app.static_url_path}/v-<string(length={VERSION_LENGTH}):version>/<path:filename>"
    app.add_url_rule(rule, endpoint="static")
    app.view_functions["static"] = static

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static" and not app.debug:
            values.setdefault("version", files.version)
