"""The languages of the page and of answers in words."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from urllib.parse import urlencode

from flask import Flask, Response, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from app.config import ROOT

NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
"""The languages by their codes (BCP 47), in the order in which the page offers them."""

_FOLDER = ROOT / "app" / "translations"
_SEPARATORS = {  # of thousands and of decimals (Unicode CLDR)
    "en": (",", "."),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "es": (".", ","),
}


ScriptTexts = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Language:
    """A language and its texts.

    Attributes
    ----------
    code
        A key of NAMES.
    texts
        Translations of the server's English texts. A text that is missing stays English.
    scripts
        Translations of the texts of the pages' scripts; a list holds the singular and the plural.
    """

    code: str
    texts: Mapping[str, str] = field(repr=False)
    scripts: ScriptTexts = field(repr=False)

    def text(self, english: str, **values: object) -> str:
        """Return a text in this language, with values in place of its ``{names}``.

        A text without values is not formatted: model descriptions may contain braces.
        """
        text = self.texts.get(english, english)
        return text.format(**values) if values else text

    def of_script(self, texts: Iterable[str]) -> ScriptTexts:
        """Return the translations of a script's texts; none in English."""
        return {text: self.scripts[text] for text in texts if text in self.scripts}

    def markup(self, english: str, **values: object) -> Markup:
        """Return a text as HTML: it may hold tags; the values are escaped."""
        return Markup(self.texts.get(english, english)).format(**values)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with this language's separators of thousands and decimals."""
        separators = dict(zip(",.", _SEPARATORS[self.code], strict=True))
        return "".join(separators.get(sign, sign) for sign in f"{value:,.{decimals}f}")

    def output_percent(self, activation: float) -> str:
        """Return an output's activation as ``outputPercent`` of the pages' scripts does.

        One decimal; never 100 % and never 0 %, because no sigmoid and no softmax gives either.
        """
        rounded = float(Decimal(str(100 * activation)).quantize(Decimal("0.1"), ROUND_HALF_UP))
        percent = self.number(min(max(rounded, 0.1), 99.9), 1)
        sign = {0.0: "<", 100.0: ">"}.get(rounded, "")
        return str(self.scripts.get("{percent} %", "{percent} %")).format(percent=sign + percent)


@cache
def load(code: str) -> Language:
    """Return the language of a code of NAMES."""
    if code == "en":
        return Language(code, {}, {})
    files = [json.loads(path.read_text("utf-8")) for path in (_FOLDER / code).glob("*.json")]
    texts, scripts = (
        {english: text for file in files for english, text in file[kind].items()}
        for kind in ("server", "scripts")
    )
    return Language(code, texts, scripts)


ENGLISH = load("en")


def of_answer() -> Language:
    """Return the language that a request names with ``lang``, English where it does not.

    An answer to a program does not depend on the browser that sends its request.
    """
    code = _query().get("lang", "en")
    return load(code if code in NAMES else "en")


def of_page() -> Language:
    """Return the language that the address names with ``lang``, or that the browser prefers."""
    preferred = [tag.partition("-")[0].lower() for tag in request.accept_languages.values()]
    codes = [_query().get("lang"), *preferred, "en"]
    return load(next(code for code in codes if code in NAMES))


def _query() -> dict[str, str]:
    """Return the parameters of the address, or none if they cannot be read."""
    try:
        return request.args.to_dict()
    except HTTPException:
        return {}


def _address_in(code: str) -> str:
    return urlencode(_query() | {"lang": code})


def _page_address(path: str, **query: str) -> str:
    """Return the address of a page, in the language that the address of this one names."""
    named = {key: value for key, value in _query().items() if key == "lang" and value in NAMES}
    parameters = urlencode(query | named)
    return f"{request.script_root}{path}{'?' if parameters else ''}{parameters}"


def register(app: Flask) -> None:
    """Give templates the ``language`` of the page and ``_``, which translates a text into it.

    All languages are loaded now: a damaged file stops the start, not a request.
    """
    for code in NAMES:
        load(code)

    @app.context_processor
    def texts() -> dict[str, object]:
        language = of_page()
        return {
            "_": language.markup,
            "language": language,
            "language_names": NAMES,
            "address_in": _address_in,
            "page_address": _page_address,
        }

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.add("Accept-Language")
        return response
