"""A script joined with the modules that it imports, so that a page loads one file instead of many.

The modules stay as they are: browsers run them from ``static/`` too. Each becomes a function that
returns what it exports, before the functions that use it. What cannot be joined is refused, such as
modules that import each other, and exports of a variable or of another module's names.
"""

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath

_IMPORT = re.compile(r'^import\s+(?:([^"\';]+?)\s+from\s+)?"(\.[^"\n]+)";$', re.M)
_BINDINGS = re.compile(r"(\w+)?(?:,\s*)?(?:\*\s+as\s+(\w+)|\{([^}]*)\})?")
_EXPORT = re.compile(r"^export (default )?((?:async )?function\*?|class|const) (\w+)", re.M)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\};?$", re.M)
_OTHER_IMPORT = re.compile(r"^import\s.*", re.M)
_OTHER_EXPORT = re.compile(r"^export\s.*", re.M)
_AS = re.compile(r"\s+as\s+")


def join_modules(name: str, sources: Mapping[str, str]) -> str:
    """Return a script after the modules that it imports, directly or not, in the order they run.

    Parameters
    ----------
    name
        Path of the script, such as "js/main.js". What it exports is exported still.
    sources
        The text of each script by its path.

    Raises
    ------
    ValueError
        When a module is missing or cannot be joined; the message says which and why.
    """
    modules = _Modules(sources)
    script = modules.with_constants(name, ())
    return "".join([*modules.functions.values(), script])


class _Modules:
    """The modules that a script imports, as functions by their paths, in the order they run."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self.functions: dict[str, str] = {}

    def with_constants(self, name: str, importers: tuple[str, ...]) -> str:
        """Return a module with constants in place of its imports, which are added first."""
        if name in importers:
            raise ValueError(f"{name} imports {importers[-1]}, which imports it")
        if name not in self._sources:
            raise ValueError(f"{importers[-1]} imports {name}, which is not there")

        def constants(match: re.Match[str]) -> str:
            path = normpath(join(dirname(name), match[2]))
            if path not in self.functions:
                module = self.with_constants(path, (*importers, name))
                self.functions[path] = _as_function(path, module)
            return _constants(match[1] or "", path)

        source = _IMPORT.sub(constants, self._sources[name])
        _refuse(_OTHER_IMPORT, name, source)
        return source


def _constants(bindings: str, path: str) -> str:
    """Return declarations for what stands between ``import`` and ``from``."""
    match = _BINDINGS.fullmatch(bindings)
    if not match:
        raise ValueError(f"cannot join 'import {bindings} from' {path}")
    default, everything, names = match.groups()
    patterns = [f"{{ default: {default} }}"] if default else []
    patterns += [everything] if everything else []
    patterns += [f"{{{_AS.sub(': ', names)}}}"] if names else []
    return " ".join(f"const {pattern} = {_variable(path)};" for pattern in patterns)


def _as_function(path: str, source: str) -> str:
    """Return a module as a constant: an object of what it exports."""
    exported = {
        ("default" if is_default else local): local
        for is_default, _, local in _EXPORT.findall(source)
    }
    for listed in ",".join(_EXPORT_LIST.findall(source)).split(","):
        local, *public = _AS.split(listed.strip())
        exported[public[0] if public else local] = local
    exported.pop("", None)
    body = _EXPORT_LIST.sub("", _EXPORT.sub(r"\2 \3", source))
    _refuse(_OTHER_EXPORT, path, body)
    members = ", ".join(f"{public}: {local}" for public, local in exported.items())
    return f"const {_variable(path)} = (() => {{\n{body}\nreturn {{ {members} }};\n}})();\n"


def _refuse(statement: re.Pattern[str], path: str, source: str) -> None:
    """Raise ValueError where a module has such a statement."""
    if match := statement.search(source):
        raise ValueError(f"{path}: cannot join '{match[0]}'")


def _variable(path: str) -> str:
    """Return the name of a module's constant, which no module uses for its own."""
    return "$" + re.sub(r"\W", "_", path)
