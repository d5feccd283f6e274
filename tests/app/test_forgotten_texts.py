"""No text of the page is forgotten: each stands in what is translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, nodes

from tests.app.test_languages import SCRIPTS, STRING, TEMPLATES

ENGLISH_ALONE = {"api.html", "api_page.js", "api_words.js"}  # the page for programs
NAMES = {"Inkling", "Omniglot", "CSV", "PNG", "JSON"}


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


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_that_is_not_translated(path: Path, app: Flask) -> None:
    if path.name not in ENGLISH_ALONE:
        attributes = {
            "width",
            "device",
            "initial",
            "scale",
            "light",
            "dark",
        }  # of the meta elements
        assert words_outside(app.jinja_env, path.read_text()) - NAMES - attributes == set()


@pytest.mark.parametrize(
    ("template", "forgotten"),
    [
        ('<p title="{{ _("A pad") }}">{{ _("Draw") }} CSV</p>', {"CSV"}),
        ("<p>{{ _('Draw') }} here</p>", {"here"}),
        ('<p aria-label="Digits" class="pad"></p>', {"Digits"}),
        ('{% for name in ["Why", _("Layers"), "wide"] %}{{ name }}{% endfor %}', {"Why"}),
        ('{{ "" if certain else "? Not certain." }}', {"? Not certain."}),
    ],
)
def test_a_forgotten_text_of_a_template_is_found(
    template: str, forgotten: set[str], app: Flask
) -> None:
    assert words_outside(app.jinja_env, template) == forgotten


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


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_nothing_that_is_not_translated(path: Path) -> None:
    if path.name not in ENGLISH_ALONE:
        assert sentences_outside(path.read_text()) == []


@pytest.mark.parametrize(
    ("script", "forgotten"),
    [
        ('f(translate("Pen down"), "(prefers-color-scheme: dark)") // it\'s "not seen"', []),
        ('translatePlural("One digit", "{count} digits", 2) + "Pen down"', ["Pen down"]),
        ("`${count} pixels changed`", ["1 pixels changed"]),
    ],
)
def test_a_forgotten_sentence_of_a_script_is_found(script: str, forgotten: list[str]) -> None:
    assert sentences_outside(script) == forgotten
