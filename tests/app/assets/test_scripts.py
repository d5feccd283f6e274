import re

import pytest

from app.assets.scripts import join_modules
from app.config import ROOT

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
        "return { one: one };\n"
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
        ("whole", "const { default: whole } = $js_a_js;"),
        ("whole, { a }", "const { default: whole } = $js_a_js; const { a } = $js_a_js;"),
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
        ("export function f() {}", "function f() {}", "f: f"),
        ("export async function f() {}", "async function f() {}", "f: f"),
        ("export class A {}", "class A {}", "A: A"),
        ("export default class A {}", "class A {}", "default: A"),
        ("const a = 1;\nexport { a };", "const a = 1;\n", "a: a"),
        ("const a = 1;\nexport { a as b };", "const a = 1;\n", "b: a"),
        ("class A {}\nexport {\n  A as default\n};", "class A {}\n", "default: A"),
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
    sources = {"js/main.js": 'import A from "../vendor/a/a.js";', "vendor/a/a.js": ""}
    assert "$vendor_a_a_js" in join_modules("js/main.js", sources)


@pytest.mark.parametrize(
    "source",
    [
        "export let a = 1;",
        "export default 1;",
        'export * from "./b.js";',
        "import a from 'b';",
        'import a from "b";',
        'import a, b from "./b.js";',
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
