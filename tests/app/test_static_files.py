"""Static files are joined, compressed, and kept by browsers until one of them changes."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app import static_files
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
    (folder / "css" / "base.css").write_text(TEXT + "a {}")
    changed = address(app_with(folder), "css/page.css")
    (folder / "noise.jpg").rename(folder / "noise.jpeg")
    assert len({before, changed, address(app_with(folder), "css/page.css")}) == 3


def test_comments_and_indentation_are_left_out_and_no_text_that_looks_like_them(
    folder: Path,
) -> None:
    script = 'const a = [\n  "http://b", // where\n  "c; // d",\n]; // e\n'
    (folder / "a.js").write_text(script)
    (folder / "a.css").write_text("/* f */\na {\n  top: 0; /* g */\n}\n")
    app = app_with(folder)
    for name, text in {
        "a.js": 'const a = [\n"http://b",\n"c; // d",\n];\n',
        "a.css": "a {\ntop: 0;\n}\n",
    }.items():
        assert app.test_client().get(address(app, name)).text == text


def test_browsers_keep_a_file_for_a_year(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "css/page.css"))
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.mimetype == "text/css"
    assert response.text == TEXT


@pytest.mark.parametrize(
    ("name", "expected"), [("ink.woff2", "font/woff2"), ("seven.webp", "image/webp")]
)
def test_fonts_and_pictures_have_their_type_whatever_python_knows(
    name: str, expected: str, folder: Path
) -> None:
    (folder / name).write_bytes(b"x")
    app = app_with(folder)
    assert app.test_client().get(address(app, name)).mimetype == expected


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


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed in /proc")
def test_a_file_that_is_not_read_is_not_kept_open(client: FlaskClient, folder: Path) -> None:
    responses = [client.get("/static/css/base.css") for _ in range(3)]
    opened = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert folder / "css" / "base.css" not in opened
    assert {response.text for response in responses} == {TEXT}


def test_a_script_holds_what_it_imports(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "main.js"))
    assert response.mimetype in ("text/javascript", "application/javascript")
    assert "const a = 1;" in response.text
    as_written = client.get("/static/main.js", buffered=True).text
    assert as_written == 'import { a } from "./a.js";\n'


def test_in_debug_mode_pages_load_the_files_themselves(app: Flask) -> None:
    app.debug = True
    assert address(app, "main.js") == "/static/main.js"


@pytest.mark.parametrize("accepted", ["gzip, br", "", "br", "identity", "gzip;q=0, br"])
def test_only_a_client_that_accepts_gzip_gets_gzip_and_caches_keep_both_forms_separately(
    accepted: str, app: Flask, client: FlaskClient
) -> None:
    response = client.get(address(app, "css/page.css"), headers={"Accept-Encoding": accepted})
    is_zipped = "Content-Encoding" in response.headers
    assert is_zipped == (accepted == "gzip, br")
    text = gzip.decompress(response.data).decode() if is_zipped else response.text
    assert text == TEXT
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert (len(response.data) < len(TEXT) / 10) == is_zipped
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["ETag"].endswith('-gzip"') == is_zipped


def test_a_file_that_hardly_shrinks_is_not_compressed(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "noise.jpg"), headers=ZIPPED)
    assert response.mimetype == "image/jpeg"
    assert "Content-Encoding" not in response.headers
    assert "Vary" not in response.headers


@pytest.mark.parametrize("headers", [{}, ZIPPED], ids=["plain", "gzip"])
def test_each_form_of_a_file_has_an_etag_its_head_and_ranges(
    headers: dict[str, str], app: Flask, client: FlaskClient
) -> None:
    at = address(app, "css/page.css")
    whole, head = client.get(at, headers=headers), client.head(at, headers=headers)
    for response in (whole, head):
        response.headers.remove("Date")  # of another second, perhaps
    assert (head.headers, head.data) == (whole.headers, b"")
    again = client.get(at, headers=headers | {"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("Cache-Control", "Vary"):
        assert again.headers[name] == whole.headers[name]
    part = client.get(at, headers=headers | {"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    assert part.data == whole.data[10:20]


@pytest.mark.parametrize(
    "path", ["css", "css/gone.css", "../files.py", "css/../main.js", "%2e%2e/x", "", "/main.js"]
)
def test_what_is_not_there_is_not_found(path: str, app: Flask, client: FlaskClient) -> None:
    at = address(app, "main.js").replace("main.js", path)
    assert client.get(at).status_code == 404


def joined(entry: str, **modules: str) -> str:
    sources = {f"js/{name}.js": source for name, source in modules.items()}
    return join_modules("js/main.js", sources | {"js/main.js": entry})


def test_an_imported_module_becomes_a_function_that_returns_its_exports() -> None:
    script = joined('import { one } from "./numbers.js";\none;\n', numbers="export const one = 1;")
    assert re.sub('"[0-9a-f]{12}"', "VERSION", script) == (
        "const $modules = (globalThis.$modules ??= {})[VERSION] ??= {};\n"
        "const $js_numbers_js = $modules.$js_numbers_js ??= (() => {\n"
        "const one = 1;\n"
        "return { one };\n"
        "})();\n"
        "const { one } = $js_numbers_js;\n"
        "one;\n"
    )
    assert joined("export const one = 1;\n") == "export const one = 1;\n"


@pytest.mark.parametrize(
    ("statement", "constants"),
    [
        ('import { a, b } from "./a.js";', "const { a, b } = $js_a_js;"),
        ('import { a as c, b } from "./a.js";', "const { a: c, b } = $js_a_js;"),
        ('import {\n  a,\n  b,\n} from "./a.js";', "const {\n  a,\n  b,\n} = $js_a_js;"),
        ('import * as all from "./a.js";', "const all = $js_a_js;"),
        ('import "./a.js";', ""),
    ],
)
def test_an_import_becomes_constants(statement: str, constants: str) -> None:
    assert joined(f"{statement}\n", a="").endswith(f"}})();\n{constants}\n")


@pytest.mark.parametrize(
    ("source", "body", "members"),
    [
        ("export function f() {}", "function f() {}", "f"),
        ("export async function f() {}", "async function f() {}", "f"),
        ("export class A {}", "class A {}", "A"),
        ("export const a = 1;\nexport const b = 2;", "const a = 1;\nconst b = 2;", "a, b"),
        ("a();", "a();", ""),
    ],
)
def test_what_a_module_exports_is_returned(source: str, body: str, members: str) -> None:
    script = joined('import "./a.js";', a=source)
    assert f"(() => {{\n{body}\nreturn {{ {members} }};\n}})();\n" in script


def test_each_module_runs_once_and_before_those_that_import_it() -> None:
    script = joined(
        'import "./a.js";\nimport "./b.js";',
        a='import "./c.js";',
        b='import "./c.js";',
        c="",
    )
    assert re.findall(r"const \$js_(\w)_js", script) == ["c", "a", "b"]


def test_the_scripts_of_a_version_share_their_modules() -> None:
    sources = {"a.js": "", "page.js": 'import "./a.js";\n1;', "later.js": 'import "./a.js";\n2;'}

    def shared(name: str, **changed: str) -> str:
        return join_modules(name, sources | changed).partition("??= (()")[0]

    assert shared("page.js") == shared("later.js")
    assert shared("page.js") != shared("later.js", **{"a.js": "3;"})


@pytest.mark.parametrize(
    ("source", "error"),
    [
        *(
            (source, "cannot join")
            for source in (
                "export let a = 1;",
                "export default class A {}",
                "const a = 1;\nexport { a };",
                'export * from "./b.js";',
                "import a from 'b';",
                'import a from "b";',
                'import a from "./b.js";',
            )
        ),
        ('import "./main.js";', r"js/main\.js imports js/a\.js, which imports it"),
        ('import "./gone.js";', r"js/a\.js imports js/gone\.js, which is not there"),
    ],
)
def test_what_cannot_be_joined_is_refused(source: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        joined('import "./a.js";', a=source, b="")


def test_a_style_sheet_holds_those_that_it_imports_each_once_and_first() -> None:
    sources = {
        "css/page.css": '/* A page. */\n\n@import "base.css";\n@import "more.css";\n\np {}\n',
        "css/base.css": '@import "tokens.css";\nbody {}\n',
        "css/more.css": '@import "base.css";\na {}\n',
        "css/tokens.css": ":root {}\n",
    }
    joined = join_style_sheets("css/page.css", sources)
    assert joined == "/* A page. */\n\n:root {}\nbody {}\na {}\n\np {}\n"


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ('@import "gone.css";', r"^css/gone\.css is imported"),
        ('@import "a.css" print;', "cannot join an @import"),
        ("@import url(a.css);", "cannot join an @import"),
    ],
)
def test_a_style_sheet_that_cannot_be_joined_is_refused(rule: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        join_style_sheets("css/page.css", {"css/page.css": rule, "css/a.css": ""})


def test_the_texts_of_a_script_are_those_that_it_and_its_imports_translate(folder: Path) -> None:
    (folder / "a.js").write_text(
        'export const a = (n) => translatePlural("{count} digit", "{count} digits", n);\n'
        'const b = translate(\n  "It is \\"long\\", " +\n    "in two parts.",\n  { n },\n);\n'
    )
    (folder / "main.js").write_text(
        'import { a } from "./a.js";\ntranslate("Draw"); untranslate("x");\n'
    )
    (folder / "later.js").write_text('translate("Later");\n')
    texts = app_with(folder).jinja_env.globals["script_texts"]
    assert texts("main.js") == ["{count} digit", 'It is "long", in two parts.', "Draw"]  # type: ignore[operator]
