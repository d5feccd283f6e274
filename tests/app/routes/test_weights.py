"""The weights of the networks, from which the page computes what is inside."""

import hashlib
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import ROOT, Settings
from app.errors import ProblemCode
from app.static_files import HASH_LENGTH
from tests.app.posting import check_problem

WEIGHTS = "/models/weights"


@pytest.mark.parametrize("model", ["article", "mlp", "convnet"])
def test_browsers_keep_what_an_address_names_by_its_hash_and_nothing_else(
    model: str, client: FlaskClient
) -> None:
    sent = client.get(f"{WEIGHTS}?model={model}")
    assert sent.mimetype == "application/octet-stream"
    assert int(sent.headers["Content-Length"]) == len(sent.data)  # the page shows what has arrived
    own = hashlib.sha256(sent.data).hexdigest()[:HASH_LENGTH]
    assert f"model={model}&amp;sha256={own}" in client.get("/").text.replace("\\u0026", "&amp;")
    for query, kept in (
        ("", "no-store"),
        (f"&sha256={own}", "private, max-age=31536000, immutable"),
        (f"&sha256={'0' * HASH_LENGTH}", "no-store"),
    ):
        response = client.get(f"{WEIGHTS}?model={model}{query}")
        assert response.headers["Cache-Control"] == kept


def test_the_default_network_is_sent_where_none_is_named_and_no_unknown_one(
    client: FlaskClient,
) -> None:
    named = client.get(f"{WEIGHTS}?model=convnet").data
    assert client.get(WEIGHTS).data == named
    check_problem(client.get(f"{WEIGHTS}?model=oracle"), ProblemCode.UNKNOWN_MODEL)


def test_a_server_without_the_articles_network_shows_no_views_of_it(tmp_path: Path) -> None:
    for suffix in ("npz", "json"):
        shutil.copy(ROOT / "models" / f"convnet.{suffix}", tmp_path)
    client = create_app(Settings(models_directory=tmp_path)).test_client()
    check_problem(client.get(f"{WEIGHTS}?model=article"), ProblemCode.UNKNOWN_MODEL)
    page = client.get("/").text
    assert 'value="layers"' in page
    assert 'value="why"' not in page
    assert 'id="diagram"' not in client.get("/views/inside").text
    lesson = client.get("/lesson").text
    assert "data-network=" not in lesson
    assert "This server does not have the article’s network." in lesson
    assert "Network.backprop" in lesson
