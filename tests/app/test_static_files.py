"""Static files are joined, compressed, and kept by browsers until one of them changes."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app import static_files
from app.config import ROOT
from app.static_files import join_modules, join_style_sheets

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
    static_files.register(app)
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


SCRIPTS = {
    path.relative_to(ROOT / "static").as_posix(): path.read_text()
    for path in (ROOT / "static").rglob("*.js")
}
ENTRIES = [
    name
    for page in sorted((ROOT / "templates").glob("*.html"))
    for name in re.findall(r"filename='(js/[^']+)'", page.read_text())
]


def joined(entry: str, **modules: str) -> str:
    sources = {f"js/{name}.js": source for name, source in modules.items()}
    return join_modules("js/main.js", sources | {"js/main.js": entry})


def test_a_script_without_imports_stays_as_it_is() -> None:
    assert joined("export const one = 1;\n") == "export const one = 1;\n"


def test_an_imported_module_becomes_a_function_that_returns_its_exports() -> None:
    script = joined('import { one } from "./numbers.js";\none;\n', numbers="export const one = 1;")
    assert script == (
        "const $js_numbers_js = (() => {\n"
        "const one = 1;\n"
        "return { one };\n"
        "})();\n"
        "const { one } = $js_numbers_js;\n"
        "one;\n"
    )


@pytest.mark.parametrize(
    ("bindings", "constants"),
    [
        ("{ a, b }", "const { a, b } = $js_a_js;"),
        ("{ a as c, b }", "const { a: c, b } = $js_a_js;"),
        ("{\n  a,\n  b,\n}", "const {\n  a,\n  b,\n} = $js_a_js;"),
        ("* as all", "const all = $js_a_js;"),
    ],
)
def test_an_import_becomes_constants(bindings: str, constants: str) -> None:
    script = joined(f'import {bindings} from "./a.js";\n', a="")
    assert script.endswith(f"}})();\n{constants}\n")


def test_a_module_that_is_imported_for_its_effect_runs() -> None:
    assert joined('import "./a.js";\nb();', a="a();") == (
        "const $js_a_js = (() => {\na();\nreturn {  };\n})();\n\nb();"
    )


@pytest.mark.parametrize(
    ("source", "body", "members"),
    [
        ("export function f() {}", "function f() {}", "f"),
        ("export async function f() {}", "async function f() {}", "f"),
        ("export class A {}", "class A {}", "A"),
        ("export const a = 1;\nexport const b = 2;", "const a = 1;\nconst b = 2;", "a, b"),
    ],
)
def test_what_a_module_exports_is_returned(source: str, body: str, members: str) -> None:
    script = joined('import "./a.js";', a=source)
    assert script.startswith(f"const $js_a_js = (() => {{\n{body}\nreturn {{ {members} }};\n}})")


def test_each_module_runs_once_and_before_those_that_import_it() -> None:
    script = joined(
        'import "./a.js";\nimport "./b.js";',
        a='import "./c.js";',
        b='import "./c.js";',
        c="",
    )
    assert re.findall(r"const \$js_(\w)_js", script) == ["c", "a", "b"]


def test_a_module_of_another_folder_is_found() -> None:
    sources = {"js/main.js": 'import { A } from "../vendor/a/a.js";', "vendor/a/a.js": ""}
    assert "$vendor_a_a_js" in join_modules("js/main.js", sources)


@pytest.mark.parametrize(
    "source",
    [
        "export let a = 1;",
        "export default class A {}",
        "const a = 1;\nexport { a };",
        'export * from "./b.js";',
        "import a from 'b';",
        'import a from "b";',
        'import a from "./b.js";',
    ],
)
def test_what_cannot_be_joined_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="cannot join"):
        joined('import "./a.js";', a=source, b="")


def test_an_import_that_cannot_be_joined_is_refused_in_the_script_itself() -> None:
    with pytest.raises(ValueError, match=r"js/main\.js: cannot join"):
        joined("import a from './a.js';", a="")


def test_modules_that_import_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match=r"js/a\.js imports js/b\.js, which imports it"):
        joined('import "./a.js";', a='import "./b.js";', b='import "./a.js";')


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"js/main\.js imports js/gone\.js, which is not there"):
        joined('import "./gone.js";')


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_script_of_each_page_can_be_joined(entry: str) -> None:
    script = join_modules(entry, SCRIPTS)
    assert not re.search(r"^import\s", script, re.M)


def test_each_page_with_scripts_is_tested() -> None:
    assert {"js/main.js", "js/api_page.js"} <= set(ENTRIES)


def test_a_style_sheet_holds_those_that_it_imports_each_once_and_first() -> None:
    sources = {
        "css/page.css": '/* A page. */\n\n@import "base.css";\n@import "more.css";\n\np {}\n',
        "css/base.css": '@import "tokens.css";\nbody {}\n',
        "css/more.css": '@import "base.css";\na {}\n',
        "css/tokens.css": ":root {}\n",
    }
    joined = join_style_sheets("css/page.css", sources)
    assert joined == "/* A page. */\n\n:root {}\nbody {}\na {}\n\np {}\n"


def test_a_style_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"^css/gone\.css is imported"):
        join_style_sheets("css/page.css", {"css/page.css": '@import "gone.css";'})


@pytest.mark.parametrize("rule", ['@import "a.css" print;', "@import url(a.css);"])
def test_another_way_to_import_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="cannot join an @import"):
        join_style_sheets("css/page.css", {"css/page.css": rule, "css/a.css": ""})
