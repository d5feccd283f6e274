"""Files that are written completely or not at all, and the names of files as text."""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePath

# Control characters, C1 among them, which terminals obey; line and paragraph separators; and marks
# that change the direction of a text, so that gnp.exe shows as exe.png.
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(name: PurePath | str) -> str:
    """Return a name as text in one line: bytes that are not UTF-8, and controls, as escapes."""
    return without_controls(os.fsencode(name).decode("utf-8", "backslashreplace"))


def without_controls(text: str, kept: str = "") -> str:
    """Return a text with its controls, but those that are kept, as escapes."""

    def escaped(found: re.Match[str]) -> str:
        return found[0] if found[0] in kept else found[0].encode("unicode_escape").decode()

    return CONTROLS.sub(escaped, text)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it, so that no reader finds a part of it."""
    write_all_atomically({path: content})


def write_all_atomically(contents: Mapping[Path, bytes]) -> None:
    """Write several files under other names, then rename all: none if the disk is full.

    When a rename fails, the files renamed before it get their old content again. A process that is
    killed between two renames may leave new files beside old ones: run it again.

    Raises
    ------
    OSError
        When a file cannot be written. The message names it and says what to do.
    """
    for path in contents:
        if path.is_dir():
            raise IsADirectoryError(
                f"{path}: expected a file to write, but it is a folder: move it"
            )
    old = {path: path.read_bytes() if path.is_file() else None for path in contents}
    partials = {path: path.with_name(f"{path.name}.partial") for path in contents}
    try:
        for path, content in contents.items():
            _write(path, partials[path], content)
        try:
            for path, partial in partials.items():
                partial.replace(path)
        except BaseException:
            renamed = [path for path, partial in partials.items() if not partial.exists()]
            if len(renamed) < len(partials):
                for path in renamed:
                    _restore(path, partials[path], old[path])
            raise
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)  # what a full disk has left


def _write(path: Path, partial: Path, content: bytes) -> None:
    """Write a partial file; the system's own error for a full disk names no file."""
    try:
        partial.write_bytes(content)
    except OSError as error:
        advice = f"nothing was changed: make {path.parent} writable, with space left"
        raise type(error)(f"{path} cannot be written ({error.strerror}), so {advice}") from error


def _restore(path: Path, partial: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        partial.write_bytes(content)
        partial.replace(path)
