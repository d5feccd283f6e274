"""POST /predict/batch and /read/batch: up to 64 pictures, each with its answer or its problem."""

import io
import weakref
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.errors import ProblemCode
from nn.core.network import Network
from nn.decoding.picture_files import Picture, PictureFile
from tests.app.posting import Post, ask, check_problem
from tests.drawing import as_file, data_url, draw, draw_number

BATCH = "/predict/batch"


def post_files(client: FlaskClient, *files: bytes, path: str = BATCH) -> TestResponse:
    fields = [(io.BytesIO(file), f"{place}.png") for place, file in enumerate(files)]
    return client.post(path, data={"image": fields})


def post_list(client: FlaskClient, *files: bytes, path: str = BATCH) -> TestResponse:
    return client.post(path, json={"images": [data_url(file) for file in files]})


each_way = pytest.mark.parametrize("post", [post_files, post_list])


@each_way
def test_pictures_are_read_as_alone_in_order(post: Post, client: FlaskClient, seven: bytes) -> None:
    one, blank = as_file(draw(1)), as_file(Image.new("L", (99, 99)))
    files = [seven, b"", one, b"seven", seven[:300], blank, as_file(draw_number(7, 1)), seven]
    response = post(client, *files)
    assert response.status_code == 200
    answer = response.get_json()
    assert answer["model"] == "convnet"
    assert [each.get("digit") for each in answer["results"]] == [7, None, 1, *[None] * 4, 7]
    for result, file in zip(answer["results"], files, strict=True):
        alone = ask(client, file)
        if "error" in result:
            assert result["error"] == alone
            continue
        for name in ("activations", "confidence"):
            assert result.pop(name) == pytest.approx(alone.pop(name), abs=1e-4)
        assert result | {"model": "convnet"} == alone


@each_way
def test_numbers_of_a_batch_are_read_as_alone_and_bad_pictures_get_their_problems(
    post: Post, client: FlaskClient, seven: bytes
) -> None:
    number = Path("static/examples/number.jpg").read_bytes()
    first, bad, second = post(client, number, b"bad", seven, path="/read/batch").json["results"]
    alone = [ask(client, file, "/read") for file in (number, seven)]
    assert [each | {"model": "convnet"} for each in (first, second)] == alone
    assert (first["text"], bad["error"]["status"], second["text"]) == ("5379", 400, "7")


def test_what_is_allowed_holds_for_a_whole_batch(client: FlaskClient, seven: bytes) -> None:
    number = Path("static/examples/number.jpg").read_bytes()
    files = {"image": [(io.BytesIO(each), "n.jpg") for each in (number, seven)]}
    texts = ["5379", "5378", "7"]
    answer = client.post("/read/batch", data=files | {"allowed": "\n".join(texts)}).get_json()
    assert [each["allowed"][0]["text"] for each in answer["results"]] == ["5379", "7"]
    images = [data_url(number), data_url(seven)]
    in_json = client.post("/read/batch", json={"images": images, "allowed": texts}).get_json()
    assert in_json == answer
    by_pattern = client.post("/read/batch?pattern=[12]{4}", json={"images": images}).get_json()
    assert [each["doubt"] for each in by_pattern["results"]] == ["unclear", "unclear"]


@pytest.mark.parametrize("path", ["/predict", "/read", "/predict/batch", "/read/batch"])
def test_a_request_sets_its_risk(client: FlaskClient, path: str) -> None:
    doubtful = Path("static/examples/angular.png").read_bytes()

    def is_certain(query: str) -> bool:
        files = {"image": [(io.BytesIO(doubtful), "3.png")]}
        answer = client.post(f"{path}?{query}", data=files).get_json()
        found = answer["results"][0] if path.endswith("batch") else answer
        return bool(found["certain"])

    assert not is_certain("risk=0.001")
    assert is_certain("risk=0.05")


@each_way
def test_a_network_reads_64_digits_in_few_passes(
    post: Post, client: FlaskClient, seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    feedforward = Network.feedforward

    def noted(network: Network, inputs: Any) -> Any:
        sizes.append(len(inputs))
        return feedforward(network, inputs)

    monkeypatch.setattr(Network, "feedforward", noted)
    answer = post(client, *[seven] * 64, path=f"{BATCH}?model=mlp").get_json()
    assert answer["model"] == "mlp"
    assert [result["digit"] for result in answer["results"]] == [7] * 64
    assert sum(sizes) == 64
    assert len(sizes) < 32


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For each picture that is decoded, how many are then in memory."""
    pictures: list[weakref.ref[Picture]] = []
    in_memory: list[int] = []

    def noted(file: PictureFile) -> Picture:
        pictures.append(weakref.ref(picture := decode(file)))
        in_memory.append(sum(each() is not None for each in pictures))
        return picture

    decode = PictureFile.decode
    monkeypatch.setattr(PictureFile, "decode", noted)
    return in_memory


@pytest.mark.parametrize("is_damaged", [False, True])
def test_the_pictures_together_may_have_so_many_pixels_also_damaged_ones(
    is_damaged: bool, seven: bytes, decoded: list[int]
) -> None:
    client = create_app(Settings(max_picture_pixels=2 * 400 * 400)).test_client()
    file = seven[:1500] if is_damaged else seven
    first, second, *others = post_files(client, *[file] * 5).get_json()["results"]
    for result in (first, second):
        assert result["error"]["status"] == 400 if is_damaged else result["digit"] == 7
    types = {result["error"]["type"] for result in others}
    assert types == {ProblemCode.PICTURES_TOO_LARGE.type}
    assert len(decoded) == (0 if is_damaged else 2)


def test_a_batch_keeps_one_picture_in_memory(client: FlaskClient, decoded: list[int]) -> None:
    size_px = (200, 200)
    noise = as_file(Image.effect_noise((100, 100), 99).resize(size_px))
    files = [as_file(Image.new("L", size_px)), noise, noise[:-5000]]
    assert post_list(client, *files * 4).status_code == 200
    assert decoded == [1] * 8


def test_items_that_are_no_data_urls_get_problems(client: FlaskClient, seven: bytes) -> None:
    body = {"images": [None, 7, [], {}, "", "7.png", data_url(seven)]}
    *bad, good = client.post(BATCH, json=body).get_json()["results"]
    types = {result["error"]["type"] for result in bad}
    assert types == {ProblemCode.NOT_A_READABLE_REQUEST.type}
    assert good["digit"] == 7


@pytest.mark.parametrize("path", [BATCH, "/read/batch"])
def test_a_batch_without_a_data_url_is_refused_as_one_picture_is(
    path: str, client: FlaskClient
) -> None:
    words = "A picture in JSON must begin with 'data:image/png;base64,', but this one begins ''."
    for images in ([""], ["", "7.png", None]):
        response = client.post(path, json={"images": images})
        check_problem(response, ProblemCode.NOT_A_READABLE_REQUEST, words)
    empty = {"images": ["data:image/png;base64,"]}
    (result,) = client.post(path, json=empty).get_json()["results"]  # a file of 0 bytes
    assert result["error"]["type"] == ProblemCode.EMPTY_PICTURE.type


@pytest.mark.parametrize("path", ["/predict", "/read"])
def test_messages_and_problems_of_a_batch_are_in_its_language(
    path: str, client: FlaskClient, seven: bytes
) -> None:
    german = client.post(path, query_string="lang=de", data=seven, content_type="image/png").json
    answer = post_list(client, seven, b"seven", path=f"{path}/batch?lang=de").get_json()
    read, refused = answer["results"]
    assert (read["message"], refused["error"]["title"]) == (german["message"], "Kein Bild")
    assert german["message"] != ask(client, seven, path)["message"]
