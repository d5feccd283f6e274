"""The three ways to post a picture, and the check of a refusal."""

import base64
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PREDICT = "/predict"
AsFile = Callable[..., bytes]


def data_url(file: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(file).decode()}"


def post_form(client: FlaskClient, file: bytes, media_type: str = "image/png") -> TestResponse:
    return client.post(PREDICT, data={"image": (io.BytesIO(file), "digit", media_type)})


def post_raw(
    client: FlaskClient, file: bytes, media_type: str = "image/png", *, path: str = PREDICT
) -> TestResponse:
    return client.post(path, data=file, content_type=media_type)


def post_json(client: FlaskClient, file: bytes, media_type: str = "image/png") -> TestResponse:
    return client.post(PREDICT, json={"image": data_url(file, media_type)})


each_way = pytest.mark.parametrize("post", [post_form, post_raw, post_json])


def check_problem(response: TestResponse, status: int, words: str = "") -> None:
    """Check that a response is a problem document, whole and with these words."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert words in problem["detail"]
    assert "Traceback" not in response.text
