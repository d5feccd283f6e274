"""The three ways to post a picture, and the check of a refusal."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.errors import ProblemCode
from tests.drawing import data_url

PREDICT = "/predict"
Post = Callable[..., TestResponse]


def post_form(
    client: FlaskClient,
    file: bytes,
    media_type: str = "image/png",
    *,
    path: str = PREDICT,
    **fields: Any,
) -> TestResponse:
    return client.post(path, data={"image": (io.BytesIO(file), "digit", media_type), **fields})


def post_raw(
    client: FlaskClient, file: bytes, media_type: str = "image/png", *, path: str = PREDICT
) -> TestResponse:
    return client.post(path, data=file, content_type=media_type)


def post_json(
    client: FlaskClient,
    file: bytes,
    media_type: str = "image/png",
    *,
    path: str = PREDICT,
    **members: Any,
) -> TestResponse:
    return client.post(path, json={"image": data_url(file, media_type), **members})


def multipart(file: bytes) -> tuple[bytes, str]:
    """Return a form with a file as its bytes, and its media type."""
    disposition = b'Content-Disposition: form-data; name="image"; filename="7.png"'
    form = b"--edge\r\n" + disposition + b"\r\n\r\n" + file + b"\r\n--edge--\r\n"
    return form, "multipart/form-data; boundary=edge"


each_way = pytest.mark.parametrize("post", [post_form, post_raw, post_json])


def ask(client: FlaskClient, file: bytes, path: str = PREDICT) -> Any:
    """Return the JSON of the answer to a picture, or of its problem."""
    return post_raw(client, file, path=path).get_json(force=True)


def check_problem(response: TestResponse, kind: ProblemCode | int, words: str = "") -> None:
    """Check that a response is a whole problem document of this kind, or with this status."""
    problem = response.get_json(force=True)
    assert problem.keys() == {"type", "title", "status", "detail"}
    if isinstance(kind, ProblemCode):
        assert problem["type"] == kind.type
    status = kind if isinstance(kind, int) else kind.status
    assert response.status_code == problem["status"] == status
    assert response.mimetype == "application/problem+json"
    assert words in problem["detail"]
    assert "Traceback" not in response.text
