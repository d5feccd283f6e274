"""Types of the fields of answers; what ``Meta`` holds is for the description of the API."""

from typing import Annotated, TypeVar

from msgspec import Meta

SCHEMAS = "#/components/schemas/"  # of the description

T = TypeVar("T")
_PNG = Meta(pattern="^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$")
_NOT_EMPTY = Meta(min_length=1)

Count = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]
Text = Annotated[str, _NOT_EMPTY]
NotEmpty = Annotated[list[T], _NOT_EMPTY]
Positive = Annotated[float, Meta(gt=0)]
Fraction = Annotated[float, Meta(ge=0, le=1)]
ModelName = Annotated[str, Meta(extra_json_schema={"$ref": SCHEMAS + "ModelName"})]
Png = Annotated[str, _PNG]
