import io
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from nn.core.network import Network
from nn.decoding.picture_files import Picture, PictureFile
from tests.app.posting import PREDICT, AsFile, check_problem, data_url, post_raw

BATCH = "/predict/batch"


def post_files(
    client: FlaskClient, *files: bytes, query: str = "", path: str = BATCH
) -> TestResponse:
    fields = [(io.BytesIO(file), f"{place}.png") for place, file in enumerate(files)]
    return client.post(path + query, data={"image": fields})


def post_list(
    client: FlaskClient, *files: bytes, query: str = "", path: str = BATCH
) -> TestResponse:
    return client.post(path + query, json={"images": [data_url(file) for file in files]})


each_way = pytest.mark.parametrize("post", [post_files, post_list])
Post = Callable[..., TestResponse]


@pytest.fixture
def one(draw: Callable[[int], Image.Image], as_file: AsFile) -> bytes:
    return as_file(draw(1))


def one_by_one(client: FlaskClient, *files: bytes) -> list[dict[str, Any]]:
    return [post_raw(client, file).get_json(force=True) for file in files]


@each_way
def test_each_picture_gets_what_it_gets_alone_in_the_order_sent(
    post: Post, client: FlaskClient, seven: bytes, one: bytes
) -> None:
    response = post(client, seven, one, seven)
    assert response.status_code == 200
    answer = response.get_json()
    assert answer["model"] == "convnet"
    assert [result["digit"] for result in answer["results"]] == [7, 1, 7]
    for result, alone in zip(answer["results"], one_by_one(client, seven, one, seven), strict=True):
        assert result.pop("activations") == pytest.approx(alone.pop("activations"), abs=1e-4)
        assert result.pop("confidence") == pytest.approx(alone.pop("confidence"), abs=1e-4)
        assert result | {"model": "convnet"} == alone


@each_way
def test_a_bad_picture_gets_its_own_problem_and_the_others_their_answers(
    post: Post, client: FlaskClient, seven: bytes, as_file: AsFile
) -> None:
    bad = [b"", b"seven", seven[:300], as_file(Image.new("L", (99, 99)))]
    answer = post(client, seven, *bad, seven).get_json()
    problems = [result["error"] for result in answer["results"][1:-1]]
    assert problems == one_by_one(client, *bad)
    assert [problem["status"] for problem in problems] == [400, 400, 400, 422]
    assert answer["results"][0] == answer["results"][-1]
    assert answer["results"][0]["digit"] == 7


@each_way
def test_numbers_of_a_batch_are_read_as_alone_and_bad_pictures_get_their_problems(
    post: Post, client: FlaskClient, seven: bytes
) -> None:
    number = Path("static/examples/number.jpg").read_bytes()
    answer = post(client, number, b"bad", seven, path="/read/batch").get_json()
    assert answer["model"] == "convnet"
    alone = [post_raw(client, file, path="/read").get_json(force=True) for file in (number, seven)]
    first, bad, second = answer["results"]
    assert [each | {"model": "convnet"} for each in (first, second)] == alone
    assert (first["text"], bad["error"]["status"], second["text"]) == ("5379", 400, "7")


def test_what_is_allowed_holds_for_each_picture_of_a_batch(
    client: FlaskClient, seven: bytes
) -> None:
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
    wrong = client.post("/read/batch?minimum=2&maximum=1", json={"images": images})
    assert wrong.status_code == 400


@pytest.mark.parametrize("path", ["/predict", "/read", "/predict/batch", "/read/batch"])
def test_a_request_sets_from_which_confidence_a_digit_is_certain(
    client: FlaskClient, seven: bytes, path: str
) -> None:
    def read(certain_at: str) -> dict[str, Any]:
        files = {"image": [(io.BytesIO(seven), "7.png")]}
        answer = client.post(f"{path}?certain_at={certain_at}", data=files).get_json()
        return answer["results"][0] if path.endswith("batch") else answer

    assert read("0.5")["certain"]
    assert read("1")["doubt"] == "unclear"
    for wrong in ("1.1", "-1", "nan", "high", ""):
        assert "certain_at must be" in client.post(
            f"{path}?certain_at={wrong}", data=seven, content_type="image/png"
        ).get_json()["detail"]  # fmt: skip


@each_way
def test_only_bad_pictures_get_only_problems(post: Post, client: FlaskClient) -> None:
    answer = post(client, b"bad", b"worse").get_json()
    assert [result["error"]["status"] for result in answer["results"]] == [400, 400]


@each_way
def test_several_digits_in_one_picture_are_refused_as_alone(
    post: Post, client: FlaskClient, draw: Callable[[int], Image.Image], as_file: AsFile
) -> None:
    row = Image.new("L", (800, 400), "white")
    row.paste(draw(7), (0, 0))
    row.paste(draw(1), (400, 0))
    file = as_file(row)
    assert post(client, file).get_json()["results"] == [
        {"error": each} for each in one_by_one(client, file)
    ]
    assert "2 digits" in post(client, file).get_json()["results"][0]["error"]["detail"]


@each_way
def test_a_model_reads_the_whole_batch(
    post: Post, client: FlaskClient, seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []
    feedforward = Network.feedforward

    def noted(network: Network, inputs: Any) -> Any:
        shapes.append(inputs.shape)
        return feedforward(network, inputs)

    monkeypatch.setattr(Network, "feedforward", noted)
    answer = post(client, *[seven] * 64, query="?model=mlp").get_json()
    assert answer["model"] == "mlp"
    assert [result["digit"] for result in answer["results"]] == [7] * 64
    assert sum(n_images for n_images, _ in shapes) == 64
    assert len(shapes) < 32


@each_way
def test_65_pictures_get_413_and_how_many_are_read(
    post: Post, client: FlaskClient, seven: bytes
) -> None:
    check_problem(post(client, *[seven] * 65), 413, "at most 64 pictures; this one holds 65")


@each_way
def test_an_unknown_model_gets_404(post: Post, client: FlaskClient, seven: bytes) -> None:
    check_problem(post(client, seven, query="?model=oracle"), 404, "No model is named 'oracle'")


@each_way
def test_the_pictures_together_may_have_so_many_pixels(
    post: Post, settings: Settings, seven: bytes
) -> None:
    size_px = 400 * 400
    client = create_app(Settings(max_picture_pixels=2 * size_px)).test_client()
    results = post(client, seven, seven, seven).get_json()["results"]
    assert [result.get("digit") for result in results] == [7, 7, None]
    assert results[2]["error"]["status"] == 413
    assert "together" in results[2]["error"]["detail"]


def test_damaged_pictures_count_towards_the_pixels_too(
    settings: Settings, seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_decoded = 0

    def noted(file: PictureFile) -> Picture:
        nonlocal n_decoded
        n_decoded += 1
        return decode(file)

    decode = PictureFile.decode
    monkeypatch.setattr(PictureFile, "decode", noted)
    client = create_app(Settings(max_picture_pixels=2 * 400 * 400)).test_client()
    results = post_files(client, *[seven[:1500]] * 9, seven).get_json()["results"]
    assert [result["error"]["status"] for result in results] == [400, 400, *[413] * 8]
    assert n_decoded == 2


def test_the_pictures_of_a_batch_are_in_memory_one_after_another(
    client: FlaskClient, as_file: AsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures: list[weakref.ref[Picture]] = []
    most = 0

    def noted(file: PictureFile) -> Picture:
        nonlocal most
        pictures.append(weakref.ref(picture := decode(file)))
        most = max(most, sum(each() is not None for each in pictures))
        return picture

    decode = PictureFile.decode
    monkeypatch.setattr(PictureFile, "decode", noted)
    grain, size_px = Image.effect_noise((100, 100), 99), (200, 200)
    blank, noise = as_file(Image.new("L", size_px)), as_file(grain.resize(size_px))
    assert post_list(client, *[blank, noise, noise[:-5000]] * 4).status_code == 200
    assert len(pictures) == 8
    assert most == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "the key 'images'"),
        ({"image": data_url(b"")}, "the key 'images'"),
        ({"images": "data:image/png;base64,"}, "'images' in the JSON is not a list"),
        ({"images": []}, "holds no picture"),
    ],
    ids=["empty", "one", "no list", "empty list"],
)
def test_json_without_a_list_of_pictures_gets_400(
    body: Any, words: str, client: FlaskClient
) -> None:
    check_problem(client.post(BATCH, json=body), 400, words)


@pytest.mark.parametrize("item", [None, 7, [], {}, "", "7.png"])
def test_an_item_that_is_no_data_url_gets_its_own_problem(
    item: object, client: FlaskClient, seven: bytes
) -> None:
    results = client.post(BATCH, json={"images": [item, data_url(seven)]}).get_json()["results"]
    assert results[0]["error"]["status"] == 400
    assert results[1]["digit"] == 7


def test_a_form_without_files_gets_400(client: FlaskClient) -> None:
    response = client.post(BATCH, data={"other": (io.BytesIO(b""), "7.png")})
    check_problem(response, 400, "holds no picture")


def test_a_raw_picture_gets_415_and_how_to_send_several(client: FlaskClient, seven: bytes) -> None:
    response = client.post(BATCH, data=seven, content_type="image/png")
    check_problem(response, 415, "multipart form")


def test_predict_still_wants_one_picture(client: FlaskClient, seven: bytes) -> None:
    files = [(io.BytesIO(seven), "7.png"), (io.BytesIO(seven), "7.png")]
    check_problem(client.post(PREDICT, data={"image": files}), 400, "2 files")
