"""Every text of the page is translated: into every language, with the same values and tags."""

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, nodes
from werkzeug.exceptions import InternalServerError, NotFound

from app import languages
from app.config import ROOT
from app.errors import ProblemCode
from app.languages import Language
from app.service import class_sheet, messages
from app.service.answer_types import STAGES
from app.service.models import TITLES

TEMPLATES = sorted(Path(ROOT, "templates").rglob("*.html"))
SCRIPTS = sorted(Path(ROOT, "static", "js").rglob("*.js"))
TRANSLATED = [code for code in languages.NAMES if code != "en"]
STRING = r'"(?:[^"\\]|\\.)*"'
TEXT = rf"({STRING}(?:\s*\+\s*{STRING})*)"  # strings joined with +
IN_SCRIPT = re.compile(rf"\btranslate\(\s*{TEXT}")
PLURAL_IN_SCRIPT = re.compile(rf"\btranslatePlural\(\s*{TEXT},\s*{TEXT}")
VALUE_OR_TAG = re.compile(r"\{\w*\}|</?\w+[^>]*>")


def of_templates(app: Flask) -> Iterator[str]:
    """Yield each text that a template translates."""
    for path in TEMPLATES:
        tree = app.jinja_env.parse(path.read_text())
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
                assert isinstance(call.args[0], nodes.Const), f"{path}:{call.lineno}: not a text"
                yield call.args[0].value


def of_answers() -> Iterator[str]:
    """Yield each text that answers in words are made of."""
    yield from (*messages.TEXTS, *class_sheet.TEXTS, *STAGES.values())
    for problem in ProblemCode:
        yield from (problem.title, problem.description)
    yield from (NotFound().name, InternalServerError().name)  # without a code of ours
    for path in sorted(Path(ROOT, "app").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "text":
                for node in ast.walk(call.args[0]):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value


def of_networks() -> Iterator[str]:
    """Yield the title and the description of each network that is shipped."""
    yield from TITLES.values()
    for path in sorted(Path(ROOT, "models").glob("*.json")):
        yield json.loads(path.read_text())["description"]


def of_scripts() -> Iterator[tuple[str, ...]]:
    """Yield each text that a script translates, and its plural where it has one."""
    for path in SCRIPTS:
        script = path.read_text()
        yield from ((_joined(text),) for text in IN_SCRIPT.findall(script))
        for texts in PLURAL_IN_SCRIPT.findall(script):
            yield tuple(_joined(text) for text in texts)


def _joined(strings: str) -> str:
    """Return the text of strings in JavaScript that are joined with +."""
    return "".join(json.loads(string) for string in re.findall(STRING, strings))


@pytest.fixture(scope="module")
def server_texts(app: Flask) -> set[str]:
    return {*of_templates(app), *of_answers(), *of_networks()}


def test_answers_are_certain_or_doubtful_and_no_network_is(app: Flask) -> None:
    texts = [*of_templates(app), *(text for texts in of_scripts() for text in texts)]
    personified = re.compile(r"\bnetwork (was|is) (in doubt|certain|sure)\b|^It (was|is) certain\b")
    assert [text for text in texts if personified.search(text)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_each_text_is_translated_once_and_no_other(code: str, server_texts: set[str]) -> None:
    language = languages.load(code)
    assert set(language.texts) == server_texts
    forms = {texts[0]: len(texts) for texts in of_scripts()}
    assert {
        key: 1 if isinstance(text, str) else len(text) for key, text in language.scripts.items()
    } == forms
    for kind in ("server", "scripts"):
        files = Path(ROOT, "app", "translations", code).glob("*.json")
        keys = [key for path in files for key in json.loads(path.read_text("utf-8"))[kind]]
        assert len(keys) == len(set(keys)), kind


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_holds_the_values_and_tags_of_its_text(code: str) -> None:
    language = languages.load(code)
    plurals = {texts[0]: texts for texts in of_scripts()}
    for english, translation in [*language.texts.items(), *language.scripts.items()]:
        originals = plurals.get(english, (english,))
        forms = [translation] if isinstance(translation, str) else translation
        for original, form in zip(originals, forms, strict=True):
            assert sorted(VALUE_OR_TAG.findall(form)) == sorted(VALUE_OR_TAG.findall(original))


@pytest.mark.parametrize(
    ("query", "preferred", "expected"),
    [
        ("", "", "en"),
        ("", "de-AT,en;q=0.8", "de"),
        ("", "ja,fr;q=0.5", "fr"),
        ("", "ja", "en"),
        ("?lang=es", "de", "es"),
        ("?lang=tlh", "de", "de"),
    ],
)
def test_the_address_decides_on_the_language_and_then_the_browser(
    query: str, preferred: str, expected: str, client: FlaskClient
) -> None:
    response = client.get(f"/{query}", headers={"Accept-Language": preferred})
    assert f'<html lang="{expected}">' in response.text
    assert "Accept-Language" in response.vary


def test_another_language_keeps_what_else_the_address_says(client: FlaskClient) -> None:
    page = client.get("/?inside=why&lang=de").text
    assert 'href="?inside=why&amp;lang=fr"' in page


def test_values_in_html_are_escaped_and_numbers_have_the_separators_of_their_language() -> None:
    german = Language("de", {"<b>{name}</b> reads": "<b>{name}</b> liest"}, {})
    assert german.markup("<b>{name}</b> reads", name="<i>") == "<b>&lt;i&gt;</b> liest"
    assert german.number(12345.6, 2) == "12.345,60"
    assert languages.ENGLISH.number(12345.6, 2) == "12,345.60"


def test_french_signs_do_not_begin_a_line() -> None:
    french = languages.load("fr")
    forms = [*french.texts.values()]
    for text in french.scripts.values():
        forms += [text] if isinstance(text, str) else text
    for form in forms:
        form = re.sub(r"&\w+;", "", form)
        assert not re.search(r"(?<!\u202f)[:;!?%»](?=\s|$|<)|«(?!\u202f)", form), form


CODE = re.compile(r"(\{% call code\w*\(.*?%\}).*?(?=\{%-? endcall %\})|<code>POST .*?</code>", re.S)
NAMES = {"Inkling", "Omniglot", "CSV", "PNG", "JSON", "JavaScript", "Python", "curl"}
OF_META = {"width", "device", "initial", "scale", "light", "dark"}


class WordsInHtml(HTMLParser):
    """Collects the words in the texts of HTML, and in those of its attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.words |= set(re.findall(r"[^\W\d_]{2,}", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("aria-label", "title", "alt", "placeholder", "content"):
                self.handle_data(value or "")


def words_outside(environment: Environment, template: str) -> set[str]:
    """Return the words of a template that do not stand in what it translates."""
    parser = WordsInHtml()
    parser.feed("".join(data for _, kind, data in environment.lex(template) if kind == "data"))
    tree = environment.parse(template)
    calls = [call for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") == "_"]
    translated = [id(text) for call in calls for text in call.args]
    others = (each.value for each in tree.find_all(nodes.Const) if id(each) not in translated)
    looks_like_text = re.compile(r"[A-Z][a-z]+|.*\w[,.:;?!]? [a-z].*")
    return parser.words | {
        text for text in others if isinstance(text, str) and looks_like_text.fullmatch(text)
    }


def test_a_template_says_nothing_that_is_not_translated(app: Flask) -> None:
    for path in TEMPLATES:
        template = CODE.sub(r"\1", path.read_text())
        assert words_outside(app.jinja_env, template) - NAMES - OF_META == set(), path


def sentences_outside(script: str) -> list[str]:
    """Return the strings of a script that look like sentences and are not translated."""
    calls = rf"\b(?:translate|translatePlural|serverText)\(\s*(?:{STRING}[\s+,]*)+"
    rest = re.sub(calls, "(", script)
    rest = re.sub(rf"className: {STRING}", "", rest)
    comment = r"//[^\n]*|/\*.*?\*/"
    found = re.findall(rf"{comment}|({STRING}|`(?:[^`\\]|\\.)*`)", rest, re.S)
    texts = (re.sub(r"\$\{[^}]*\}", "1", string[1:-1]) for string in found)
    style = re.compile(r"[\w-]*\(")  # a media query, a colour
    sentence = re.compile(r"[^\W\d_]{2}[,.:;?!]? [^\W\d_]{2}")
    return [text for text in texts if sentence.search(text) and not style.match(text)]


def test_a_script_says_nothing_that_is_not_translated() -> None:
    for path in SCRIPTS:
        assert sentences_outside(path.read_text()) == [], path
