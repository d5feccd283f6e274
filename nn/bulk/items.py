"""The pictures to read, one after another, and what is in their files."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from nn.bulk.addresses import read_name
from nn.decoding.picture_errors import PictureError
from nn.decoding.scans import (
    Scan,
    check_page,
    count_pages,
    has_scan_suffix,
    is_scan,
    open_scan,
    page_name,
    split_page,
)


@dataclass(frozen=True)
class Item:
    """A picture to read.

    Attributes
    ----------
    place
        In the order of all, from 1.
    name
        Of the file, or of a page of it.
    content
        Its bytes if they were read already, another picture that ``to_picture`` takes, or the error
        for which there is none.
    """

    place: int
    name: str
    content: Any = None

    @property
    def file(self) -> str:
        """Name of the file."""
        return split_page(self.name)[0]


def page_names(name: str, content: bytes | None = None) -> Iterator[str]:
    """Yield the name of each page of a scan of several; of any other file its own name.

    That is also what a scan gives that cannot be opened: reading it says why.
    """
    n_pages = 1
    try:
        if content is None and has_scan_suffix(name):
            content = read_name(name)
        if content and is_scan(content):
            n_pages = count_pages(content)
    except (PictureError, OSError):
        pass
    if n_pages < 2:
        yield name
    else:
        yield from (page_name(name, number) for number in range(1, n_pages + 1))


def opened(items: Iterable[Item]) -> Iterator[Item]:
    """Yield each picture with its bytes, a page of a scan as a picture; or with what was raised.

    A file is read once for its pictures that follow one another.
    """
    for _, group in groupby(items, lambda item: (item.file, id(item.content))):
        of_file = list(group)
        content, scan = of_file[0].content, None
        with ExitStack() as stack:
            try:
                content = read_name(of_file[0].file) if content is None else content
                if isinstance(content, bytes) and is_scan(content):
                    scan = stack.enter_context(open_scan(content))
            except Exception as error:  # of the file, a fault of ours, or no memory
                content = error
            for item in of_file:
                yield replace(item, content=_picture(content, scan, item.name))


def _picture(content: Any, scan: Scan | None, name: str) -> Any:
    """Return the page of a scan that a name says, or else the content; or what was raised."""
    _, number = split_page(name)
    try:
        if scan:
            return scan.page(number)
        if isinstance(content, bytes):
            check_page(number)
    except Exception as error:
        return error
    return content
