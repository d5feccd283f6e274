"""Requests made from the API's own description, good and bad: what it says is what happens."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case
from schemathesis.config import SchemathesisConfig

from app import create_app
from app.config import Settings
from app.security import rate_limit
from app.service.upload import IMAGE_TYPES
from nn.decoding.picture_errors import FORMATS
from tests.drawing import as_file, data_url, draw

KEY = "a key of some length"
BY_KEY = {"X-API-Key": KEY}
UNLIMITED = "1000000 per second"
UNCOMPRESSED = {"Accept-Encoding": "identity"}  # schemathesis does not decompress
REFUSED = ["400", "401", "404", "405", "413", "415", "422"]
# A batch tells of a bad picture in its item; of an empty list of `allowed`, a form holds nothing; a
# page ignores parameters that it does not have.
TAKEN_TOO = {"checks": {"negative_data_rejection": {"expected-statuses": ["200", *REFUSED]}}}
# The pictures are of digits: tests/app/routes/test_class_sheet.py posts sheets.
NO_SHEET = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["422"]},
    }
}
# A schema cannot say that a minimum is below the maximum, or how long the texts of a pattern are.
TEXTS = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401"]}}}
CONFIG = {
    # Bytes in the app's source code are no pictures of digits.
    "analysis": {"constants": {"enabled": False}},
    "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
    "operations": [
        {"include-name": "POST /predict/batch"} | TAKEN_TOO,
        {"include-name": "POST /read/batch", "checks": TAKEN_TOO["checks"] | TEXTS["checks"]},
        {"include-name": "POST /read", "checks": TAKEN_TOO["checks"] | TEXTS["checks"]},
        {"include-name": "POST /sheet"} | NO_SHEET,
        {"include-name": "GET /sheet"} | TAKEN_TOO,
    ],
}


# What the description calls a file is a picture of a digit here, or nothing would ever be read.
pictures = st.sampled_from(
    [as_file(draw(digit).resize((64, 64)), name) for digit in (1, 7) for name in FORMATS]
)
schemathesis.openapi.format("binary", pictures)
schemathesis.openapi.format("data-url", pictures.map(data_url))
for media_type in IMAGE_TYPES:
    schemathesis.openapi.media_type(media_type, pictures)


def describe(app: Flask, **others: Any) -> BaseSchema:
    config = SchemathesisConfig.from_dict(CONFIG | others)
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=config, headers=BY_KEY)


# Made here and not in fixtures: each operation is then a test of its own.
open_api = describe(create_app(Settings()))
with pytest.MonkeyPatch.context() as patch:
    patch.setattr(rate_limit, "WRONG_KEYS_LIMIT", UNLIMITED)
    guarded = create_app(Settings(api_key=KEY, rate_limit=UNLIMITED))
guarded_api = describe(guarded, auth={"openapi": {"bearer": {"bearer": KEY}}})


# pytest 9.2 leaves the operation out of the id of schemathesis' tests, and pytest-xdist runs one
# test an id: with a parameter each operation has an id of its own.
of_each_operation = pytest.mark.parametrize("headers", [UNCOMPRESSED], ids=["uncompressed"])
same_each_time = settings(
    derandomize=True,
    database=None,
)


@of_each_operation
@open_api.parametrize()
@settings(same_each_time, max_examples=25)
def test_every_request_is_answered_as_described(case: Case, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers)


@of_each_operation
@guarded_api.parametrize()
@settings(same_each_time, max_examples=5)
def test_with_a_key_all_is_as_described_and_without_it_nothing_is_answered(
    case: Case, headers: dict[str, str]
) -> None:
    case.call_and_validate(headers=headers)
