"""The parameters of the article's network, as the page gets them."""

import hashlib
import shutil
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import ROOT, Settings

PATH = "/models/article/parameters"


def with_only(model: str, folder: Path) -> Flask:
    """Return the app of a server that has one network."""
    for suffix in ("npz", "json"):
        shutil.copy(ROOT / "models" / f"{model}.{suffix}", folder)
    return create_app(Settings(models_directory=folder, default_model=model))


def test_they_are_sent_as_bytes(client: FlaskClient) -> None:
    response = client.get(PATH)
    assert response.mimetype == "application/octet-stream"
    assert len(response.data) == 4 * 11_935


def test_browsers_keep_what_an_address_names_by_its_hash_and_nothing_else(
    client: FlaskClient,
) -> None:
    response = client.get(PATH)
    assert response.headers["Cache-Control"] == "no-store"
    sha256 = hashlib.sha256(response.data).hexdigest()
    kept = client.get(f"{PATH}?sha256={sha256}")
    assert kept.data == response.data
    assert kept.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    outdated = client.get(f"{PATH}?sha256={'0' * 64}")
    assert outdated.headers["Cache-Control"] == "no-store"


def test_a_server_without_the_articles_network_has_none(tmp_path: Path) -> None:
    client = with_only("convnet", tmp_path).test_client()
    response = client.get(PATH)
    assert response.status_code == 404
    assert response.get_json()["type"] == "urn:inkling:unknown-model"
    assert PATH[1:] not in client.get("/").text
    lesson = client.get("/lesson").text
    assert PATH[1:] not in lesson
    assert "This server does not have the article’s network." in lesson
    assert "Network.backprop" in lesson
