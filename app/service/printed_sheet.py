"""The class sheet as it is printed: its shapes, in millimetres, for the page's template."""

from dataclasses import dataclass

from app.errors import Problem, ProblemCode
from nn.reading.class_sheet.layout import (
    BORDER_GREY,
    BORDER_MM,
    MAX_PUPILS,
    PAGE_MM,
    Label,
    Rectangle,
    SheetPage,
    black_squares,
    pages_of,
)

PUPILS = range(1, MAX_PUPILS + 1)  # that a class may have
DEFAULT_PUPILS = 15  # one page


@dataclass(frozen=True)
class PrintedPage:
    """A page as shapes of an SVG (W3C, "Scalable Vector Graphics 2").

    Attributes
    ----------
    page
        Which it is.
    markers, borders
        Data of paths: what is black, and the lines around the boxes.
    """

    page: SheetPage
    markers: str
    borders: str

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        return PAGE_MM

    @property
    def border_mm(self) -> float:
        """Width of the lines around the boxes."""
        return BORDER_MM

    @property
    def border_colour(self) -> str:
        """Of these lines."""
        return colour(BORDER_GREY)

    @property
    def labels(self) -> list[tuple[Label, str]]:
        """The printed numbers with their colours."""
        return [(label, colour(label.grey)) for label in self.page.labels]


def printed_pages(pupils: str) -> list[PrintedPage]:
    """Return the pages of a class of so many pupils.

    Raises
    ------
    Problem
        400 when that is not a whole number of ``PUPILS``.
    """
    if pupils not in map(str, PUPILS):
        detail = f"pupils must be a whole number from 1 to {PUPILS[-1]}, but is {pupils!r}."
        raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
    return [
        PrintedPage(
            page,
            markers=" ".join(map(_path, black_squares(page))),
            borders=" ".join(_path(box.place) for box in page.boxes),
        )
        for page in pages_of(int(pupils))
    ]


def colour(grey: float) -> str:
    """Return a light, 0 to 1, as a colour of CSS."""
    return "#" + 3 * f"{round(255 * grey):02x}"


def _path(place: Rectangle) -> str:
    """Return a rectangle as data of a path, to a micrometre."""
    x, y, width, height = (f"{value:.3f}".rstrip("0").rstrip(".") for value in place)
    return f"M{x} {y}h{width}v{height}h-{width}z"
