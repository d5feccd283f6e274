import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
from app.languages import NAMES, load
from nn.decoding.picture_errors import PictureFault
from tests.app.posting import check_problem, post_raw

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_every_published_type_is_kept() -> None:
    kept = {
        400: {"not-a-readable-request", "empty-picture", "not-a-picture", "damaged-picture"},
        401: {"key-needed"},
        404: {"unknown-model", "unknown-address", "unknown-room"},
        408: {"request-too-slow"},
        409: {"room-full"},
        413: {"request-too-large", "picture-too-large", "pictures-too-large", "too-many-pictures"},
        415: {"content-type-not-supported", "format-not-supported"},
        422: {
            *("no-digit-found", "several-digits", "too-many-digits", "no-sheet-found"),
            *("sheet-incomplete", "several-sheets", "other-sheet-layout", "sheet-not-flat"),
            "sheet-too-small",
            "class-sheet",
        },
        429: {"too-many-requests"},
        503: {"too-busy", "stopping"},
        507: {"no-space-for-room"},
    }
    types = [(code.status, code.type.removeprefix("urn:inkling:")) for code in ProblemCode]
    assert sorted(types) == sorted((status, name) for status in kept for name in kept[status])


def test_every_kind_of_problem_is_raised_somewhere() -> None:
    source = "".join(path.read_text() for path in Path("app").rglob("*.py"))
    for code in set(ProblemCode) - {ProblemCode[fault.name] for fault in PictureFault}:
        assert re.search(rf"(Problem|Fault\.\w+: )\(\s*ProblemCode\.{code.name},", source)


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/plain"])
def test_a_program_gets_a_problem_document(accept: str, client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": accept})
    check_problem(response, 404, "There is no /nowhere here. See /api for what there is.")
    assert response.get_json(force=True)["type"] == "about:blank"


def test_browsers_get_a_page_with_the_path_as_text_except_from_the_api(client: FlaskClient) -> None:
    response = client.get("/<script>alert(1)</script>", headers={"Accept": BROWSER})
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "There is no /&lt;script&gt;" in response.text
    assert "<script>alert" not in response.text
    check_problem(client.get("/predict", headers={"Accept": BROWSER}), 405)


def test_an_error_page_has_its_visitors_language(settings: Settings, client: FlaskClient) -> None:
    german = {"Accept": BROWSER, "Accept-Language": "de"}
    page = client.get("/nowhere", headers=german).text
    assert "<h1>Nicht gefunden</h1>" in page
    assert "Hier gibt es /nowhere nicht." in page
    app = create_app(settings)
    app.add_url_rule("/broken", view_func=lambda: {}[0])
    assert (
        "Das ist ein Fehler des Servers." in app.test_client().get("/broken", headers=german).text
    )


@pytest.mark.parametrize("language", NAMES)
def test_a_400_says_in_each_language_what_was_expected_and_what_came(
    language: str, client: FlaskClient, seven: bytes
) -> None:
    unreadable, no_picture = ProblemCode.NOT_A_READABLE_REQUEST, ProblemCode.NOT_A_PICTURE
    for code, query, body, words in (
        (unreadable, "risk=7", seven, "risk must be a number from 0.001 to 0.05, but is '7'."),
        (unreadable, "modle=mlp", seven, "/predict has no parameter 'modle', but lang, model,"),
        (no_picture, "", b"seven", "The 5 bytes are not a picture. Expected a PNG, JPEG"),
    ):
        response = post_raw(client, body, path=f"/predict?lang={language}&{query}")
        check_problem(response, code, words)
        if language != "en":
            check_problem(response, code, load(language).text(code.description))


def test_a_wrong_method_gets_405_and_the_right_ones(client: FlaskClient) -> None:
    response = client.get("/predict")
    check_problem(response, 405, "/predict does not take GET. It takes POST.")
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("media_type", ["\\ud800", "image/\\ud800"])
def test_lone_surrogates_are_shown_as_question_marks(media_type: str, client: FlaskClient) -> None:
    body = f'{{"image": "data:{media_type};base64,AAAA"}}'
    response = client.post("/", data=body, content_type="application/json")
    assert response.status_code == 415
    assert media_type.replace("\\ud800", "?") + ", which is not read here" in response.text


def test_a_fault_is_logged_not_shown(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(settings)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("the secret")

    response = app.test_client().get("/broken")
    check_problem(response, 500)
    assert "secret" not in response.text
    assert "the secret" in caplog.text
