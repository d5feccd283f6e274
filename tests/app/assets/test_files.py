import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app.assets import files

TEXT = "p { color: black }\n" * 100
ZIPPED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "page.css").write_text('@import "base.css";\n')
    (tmp_path / "css" / "base.css").write_text(TEXT)
    (tmp_path / "main.js").write_text('import { a } from "./a.js";\n')
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "noise.jpg").write_bytes(bytes(range(256)))
    return tmp_path


def app_with(folder: Path) -> Flask:
    app = Flask("files", static_folder=folder, static_url_path="/static")
    files.register(app)
    return app


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


@pytest.fixture
def app(folder: Path) -> Flask:
    return app_with(folder)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_address_of_a_file_changes_with_any_file(folder: Path) -> None:
    before = address(app_with(folder), "css/page.css")
    assert re.fullmatch(r"/static/v-[0-9a-f]{12}/css/page\.css", before)
    assert address(app_with(folder), "css/page.css") == before
    (folder / "css" / "base.css").write_text(TEXT + "a {}")
    assert address(app_with(folder), "css/page.css") != before


def test_a_file_that_is_renamed_changes_the_address(folder: Path) -> None:
    before = address(app_with(folder), "css/page.css")
    (folder / "noise.jpg").rename(folder / "noise.jpeg")
    assert address(app_with(folder), "css/page.css") != before


def test_what_python_has_compiled_does_not_change_the_address(folder: Path) -> None:
    before = address(app_with(folder), "css/page.css")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "client.pyc").write_bytes(b"3.13")
    assert address(app_with(folder), "css/page.css") == before


def test_browsers_keep_a_file_for_a_year(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "css/page.css"))
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.mimetype == "text/css"
    assert response.text == TEXT


def test_at_the_address_of_another_version_a_file_is_not_cached(client: FlaskClient) -> None:
    response = client.get("/static/v-0123456789ab/css/page.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


def test_a_file_that_changes_later_does_not_change_what_its_address_gives(
    app: Flask, client: FlaskClient, folder: Path
) -> None:
    (folder / "css" / "base.css").write_text("a {}")
    assert client.get(address(app, "css/base.css")).text == TEXT
    assert client.get("/static/css/base.css", buffered=True).text == "a {}"


def test_a_script_holds_what_it_imports(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "main.js"))
    assert response.mimetype in ("text/javascript", "application/javascript")
    assert "const a = 1;" in response.text
    as_written = client.get("/static/main.js", buffered=True).text
    assert as_written == 'import { a } from "./a.js";\n'


def test_in_debug_mode_pages_load_the_files_themselves(app: Flask) -> None:
    app.debug = True
    assert address(app, "main.js") == "/static/main.js"


def test_a_client_that_accepts_gzip_gets_gzip(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "css/page.css"), headers=ZIPPED)
    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) == len(response.data) < len(TEXT) / 10
    assert gzip.decompress(response.data).decode() == TEXT


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0, br"])
def test_another_client_gets_the_file_itself(
    accepted: str, app: Flask, client: FlaskClient
) -> None:
    headers = {"Accept-Encoding": accepted}
    response = client.get(address(app, "css/page.css"), headers=headers)
    assert "Content-Encoding" not in response.headers
    assert response.text == TEXT


def test_caches_keep_both_forms_of_a_file_separately(app: Flask, client: FlaskClient) -> None:
    plain, zipped = (client.get(address(app, "css/page.css"), headers=h) for h in ({}, ZIPPED))
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != zipped.headers["ETag"]


def test_a_file_that_would_hardly_be_smaller_is_not_compressed(
    app: Flask, client: FlaskClient
) -> None:
    response = client.get(address(app, "noise.jpg"), headers=ZIPPED)
    assert response.mimetype == "image/jpeg"
    assert "Content-Encoding" not in response.headers
    assert "Vary" not in response.headers


@pytest.mark.parametrize("headers", [{}, ZIPPED], ids=["plain", "gzip"])
def test_a_file_that_the_client_has_is_not_sent_again(
    headers: dict[str, str], app: Flask, client: FlaskClient
) -> None:
    at = address(app, "css/page.css")
    first = client.get(at, headers=headers)
    again = client.get(at, headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert again.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("headers", [{}, ZIPPED], ids=["plain", "gzip"])
def test_head_has_the_headers_of_get_and_no_body(
    headers: dict[str, str], app: Flask, client: FlaskClient
) -> None:
    at = address(app, "css/page.css")
    got, head = client.get(at, headers=headers), client.head(at, headers=headers)
    assert head.data == b""
    assert head.headers == got.headers


@pytest.mark.parametrize("headers", [{}, ZIPPED], ids=["plain", "gzip"])
def test_a_range_is_of_the_form_that_is_sent(
    headers: dict[str, str], app: Flask, client: FlaskClient
) -> None:
    at = address(app, "css/page.css")
    whole = client.get(at, headers=headers).data
    part = client.get(at, headers=headers | {"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert part.data == whole[10:20]


@pytest.mark.parametrize(
    "path", ["css", "css/gone.css", "../files.py", "css/../main.js", "%2e%2e/x", "", "/main.js"]
)
def test_what_is_not_there_is_not_found(path: str, app: Flask, client: FlaskClient) -> None:
    at = address(app, "main.js").replace("main.js", path)
    assert client.get(at).status_code == 404
