"""The query of a request to the API: its type says what is parsed, refused and described."""

from itertools import combinations
from typing import Annotated, Any, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, json

from app.errors import Problem, ProblemCode
from app.languages import NAMES
from app.requests.request import request
from app.service.answer_types import CHECK_NAMES, SCHEMAS, Length, Risk
from app.service.answers import EXPLANATIONS

MAX_SHOWN = 60  # characters of a wrong value that a problem repeats
EXPLAINED: dict[str, tuple[str, ...]] = {"0": (), "1": EXPLANATIONS}
EXPLAINED |= {
    ",".join(names): names
    for count in range(1, len(EXPLANATIONS) + 1)
    for names in combinations(EXPLANATIONS, count)
}
"""What each value of the parameter ``explain`` adds to an answer."""
EXPLAINED_OF_DIGIT = {value: names for value, names in EXPLAINED.items() if "strips" not in value}
KINDS = {"integer": "a whole number", "number": "a number"}

# mypy knows no variables in a Literal.
LanguageCode = Literal[*NAMES]  # type: ignore[valid-type]
Check = Literal[*CHECK_NAMES]  # type: ignore[valid-type]
Model = Annotated[str, Meta(extra_json_schema={"$ref": SCHEMAS + "ModelChoice"})]
Explain = Annotated[
    Literal[*EXPLAINED],  # type: ignore[valid-type]
    Meta(
        description="What is added: the stages from the picture to its ink, what the network of "
        "lines reads in each column, or with 1 both."
    ),
]
ExplainDigit = Annotated[
    Literal[*EXPLAINED_OF_DIGIT],  # type: ignore[valid-type]
    Meta(description="With stages or 1, the stages from the picture to its ink are added."),
]
Pattern = Annotated[str, Meta(max_length=200, examples=["\\d{6}"])]
Limit = Annotated[float, Meta(ge=-1e100, le=1e100)]  # finite; numbers have at most 100 digits


class Query(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every route takes; a parameter that a route does not have is refused, not ignored."""

    lang: Annotated[
        LanguageCode,
        Meta(description="The language of a message, and of the title and detail of a problem."),
    ] = "en"


class DigitsQuery(Query, frozen=True, kw_only=True):
    """How several pictures of one digit are read."""

    model: Annotated[
        Model | UnsetType, Meta(description="The network that reads; empty for the default.")
    ] = UNSET
    risk: Annotated[
        Risk | UnsetType,
        Meta(
            description="Greatest share of errors among certain answers; without it, the server's."
        ),
    ] = UNSET


class DigitQuery(DigitsQuery, frozen=True, kw_only=True):
    """How a picture of one digit is read."""

    explain: ExplainDigit = "0"


class NumbersQuery(DigitsQuery, frozen=True, kw_only=True):
    """How several pictures of numbers are read."""

    pattern: Annotated[
        Pattern | UnsetType,
        Meta(
            description="What each line may hold: digits, \\d, sets such as [0-4], \\., comma and "
            "minus, each with ?, *, +, {6} or {4,6} after it."
        ),
    ] = UNSET
    check: Annotated[
        Check | UnsetType,
        Meta(
            description="The digits of each line have right check digits: Luhn, GTIN (EAN, of 8, "
            "12, 13 or 14 digits), or ISO 7064 MOD 97-10."
        ),
    ] = UNSET
    minimum: Annotated[
        Limit | UnsetType,
        Meta(description="Least value of each line; a comma is a decimal point."),
    ] = UNSET
    maximum: Annotated[Limit | UnsetType, Meta(description="Greatest value of each line.")] = UNSET
    length: Annotated[Length | UnsetType, Meta(description="Number of digits of each line.")] = (
        UNSET
    )


class NumberQuery(NumbersQuery, frozen=True, kw_only=True):
    """How a picture of numbers is read."""

    explain: Explain = "0"


class WeightsQuery(Query, frozen=True, kw_only=True):
    """Which network's weights are sent."""

    model: Annotated[Model | UnsetType, Meta(description="The network; empty for the default.")] = (
        UNSET
    )
    sha256: Annotated[
        str | UnsetType,
        Meta(description="With the hash of what is sent, browsers keep it for a year."),
    ] = UNSET


QUERIES: dict[str, type[Query]] = {
    "/predict": DigitQuery,
    "/predict/batch": DigitsQuery,
    "/read": NumberQuery,
    "/read/batch": NumbersQuery,
    "/sheet": Query,
    "/models": Query,
    "/models/weights": WeightsQuery,
}
"""The type of the query of each route of the API; probes may have any query."""

QueryType = TypeVar("QueryType", bound=Query)


def parse(query_type: type[QueryType]) -> QueryType:
    """Return the query of the request under way.

    Raises
    ------
    Problem
        400 when a parameter does not exist, comes twice, or has a value that it cannot have.
    """
    sent = {name: each[0] if len(each) == 1 else each for name, each in request.args.lists()}
    try:
        return convert(sent, query_type, strict=False)
    except ValidationError as error:
        described = properties(query_type)
        if unknown := [name for name in sent if name not in described]:
            detail = f"{request.path} has no parameter {unknown[0]!r}, but {', '.join(described)}."
        else:
            name = str(error).rpartition("$.")[2].rstrip("`")  # as in "... - at `$.name`"
            if isinstance(value := sent[name], list):
                detail = f"The query has {name!r} more than once. Send it once."
            else:
                came = f"but is {value[:MAX_SHOWN]!r}"
                detail = f"{name} must be {_expected(described[name])}, {came}."
        raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail) from None


def properties(query_type: type[Query]) -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each parameter by its name."""
    _, named = json.schema_components([query_type], ref_template=SCHEMAS + "{name}")
    schemas: dict[str, dict[str, Any]] = named[query_type.__name__]["properties"]
    return schemas


def _expected(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if "maxLength" in schema:
        return f"a text of at most {schema['maxLength']} characters"
    return f"{KINDS[schema['type']]} from {schema['minimum']:g} to {schema['maximum']:g}"
