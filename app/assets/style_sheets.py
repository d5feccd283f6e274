"""A style sheet joined with those that it imports, so that a page loads one file for all."""

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath

_IMPORT = re.compile(r'^@import "([^"\n]+)";\n?', re.M)


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
        When one is missing, or is imported in another way than as ``@import "other.css";``.
    """
    joined: set[str] = set()

    def text(name: str) -> str:
        joined.add(name)
        if name not in sources:
            raise ValueError(f"{name} is imported, but is not there")

        def imported(match: re.Match[str]) -> str:
            path = normpath(join(dirname(name), match[1]))
            return "" if path in joined else text(path)

        return _IMPORT.sub(imported, sources[name])

    result = text(name)
    if "@import" in result:
        raise ValueError(f"{name}: cannot join an @import other than '@import \"other.css\";'")
    return result
