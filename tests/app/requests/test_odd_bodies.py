"""Bodies that no client sends: each gets an answer, or a problem that says what is wrong."""

import base64
import json

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

unhurried = settings(deadline=None, max_examples=60)

ROUTES = ("/predict", "/read", "/predict/batch")
REFUSALS = (200, 400, 413, 415, 422)

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n not a picture").decode()
# Any character: of a surrogate pair only one, too.
ANY_TEXT = st.text(st.characters(exclude_categories=()))
DATA_URL_PARTS = [
    "data:",
    "DATA:",
    "image/png",
    ";",
    ",",
    "base64",
    "charset=x",
    "=",
    "%41",
    PICTURE,
]
DATA_URLS = st.lists(st.sampled_from(DATA_URL_PARTS) | ANY_TEXT, max_size=8).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | DATA_URLS,
    lambda value: st.lists(value, max_size=4) | st.dictionaries(ANY_TEXT, value, max_size=4),
    max_leaves=12,
)
DOCUMENTS = VALUES | st.dictionaries(st.sampled_from(["image", "images"]), VALUES, min_size=1)

FORM_PARTS = st.lists(
    st.sampled_from(
        [
            *(b"--edge", b"--edge--", b"--", b"\r\n", b"\r", b"\n", b"\r\n\r\n", b" ", b":", b";"),
            b"Content-Disposition: form-data",
            *(b'; name="image"', b"; name*=utf-8''image", b'; name="read"', b'; filename="7.png"'),
            *(b"Content-Type: image/png", b"Content-Type: multipart/mixed; boundary=edge"),
            *(b"Content-Length: -1", b"Content-Transfer-Encoding: base64", b"charset=utf-7"),
        ]
    )
    | st.binary(max_size=9),
    max_size=40,
)
CONTENT_TYPES = st.sampled_from(
    [
        "multipart/form-data; boundary=edge",
        'multipart/form-data; boundary="edge"',
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xe9",
        "multipart/form-data; charset=utf-7; boundary*=utf-8''edge",
        "multipart/mixed; boundary=edge",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "image/png; boundary=edge",
    ]
)


def check(app: Flask, path: str, body: bytes, content_type: str) -> None:
    """Check that a body gets an answer or a whole problem document."""
    response = app.test_client().post(path, data=body, content_type=content_type)
    assert response.status_code in REFUSALS
    if path != "/" and response.status_code != 200:
        assert response.mimetype == "application/problem+json"
        assert response.get_json(force=True)["detail"]


@unhurried
@given(document=DOCUMENTS, encoding=st.sampled_from(["utf-8", "utf-16", "utf-32", "latin-1"]))
def test_any_json_gets_an_answer(app: Flask, document: object, encoding: str) -> None:
    for ensure_ascii in (True, False):
        text = json.dumps(document, ensure_ascii=ensure_ascii)
        body = text.encode(encoding, "surrogatepass" if encoding != "latin-1" else "replace")
        for path in (*ROUTES, "/"):
            check(app, path, body, "application/json")


@unhurried
@given(body=st.binary(max_size=60) | DATA_URLS.map(lambda url: url.encode("utf-8", "replace")))
def test_what_is_no_json_gets_an_answer(app: Flask, body: bytes) -> None:
    for path in (*ROUTES, "/"):
        check(app, path, body, "application/json")
        check(app, path, b'{"image": "' + body + b'"}', "application/json")


@unhurried
@given(parts=FORM_PARTS, content_type=CONTENT_TYPES)
def test_any_form_gets_an_answer(app: Flask, parts: list[bytes], content_type: str) -> None:
    for start in (b"", b"--edge\r\n"):
        for path in (*ROUTES, "/"):
            check(app, path, start + b"".join(parts), content_type)
