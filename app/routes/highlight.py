"""Python code as HTML, its keywords, strings and comments marked."""

import keyword
import tokenize
from io import StringIO

from markupsafe import Markup, escape

_BEFORE_STATEMENT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
_SPACE = {tokenize.NL, tokenize.COMMENT}


def highlight(code: str) -> list[Markup]:
    """Return the lines of code as HTML: spans of class keyword, string, docstring or comment."""
    lines = code.splitlines()
    shown = [Markup() for _ in lines]
    ends = [0] * len(lines)  # of what is shown of each line
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(StringIO(code).readline):
        if name := _class_of(token, before):
            (first, start), (last, end) = token.start, token.end
            for place in range(first - 1, last):
                line = lines[place]
                left = start if place == first - 1 else len(line) - len(line.lstrip())
                right = end if place == last - 1 else len(line)
                span = Markup('<span class="{}">{}</span>').format(name, line[left:right])
                shown[place] += escape(line[ends[place] : left]) + span
                ends[place] = right
        before = before if token.type in _SPACE else token.type
    return [text + escape(line[end:]) for text, line, end in zip(shown, lines, ends, strict=True)]


def _class_of(token: tokenize.TokenInfo, before: int) -> str | None:
    """Return the class of a token, given the type of the one before; None for no mark."""
    if token.type == tokenize.STRING:
        return "docstring" if before in _BEFORE_STATEMENT else "string"
    if token.type == tokenize.COMMENT:
        return "comment"
    return "keyword" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else None
