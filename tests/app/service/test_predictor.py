import gc
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Semaphore
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.config import Settings
from app.errors import Problem
from app.responses import Outcome
from app.service import models
from app.service.answer_types import BatchRefusal, DigitAnswer
from app.service.answers import Options
from app.service.executor import Executor
from app.service.predictor import Predictor
from app.service.upload import Upload
from nn.decoding.picture_files import Picture, PictureFile
from nn.models.architectures import ARCHITECTURES
from nn.models.weights import save
from nn.reading.mnist import Pixels
from tests.drawing import as_file, draw
from tests.waiting import wait_for

MLP = Options(model="mlp")


def explained(model: str) -> Options:
    return Options(model=model, explain=("stages",))


def predictor_of(settings: Settings, in_thread: Callable[..., Any] | None = None) -> Predictor:
    """Return a predictor with the weights that the settings name."""
    executor = Executor(settings.max_wait_seconds, in_thread)
    return Predictor(models.load(settings), settings, executor)


@pytest.fixture(scope="module")
def predictor(settings: Settings) -> Predictor:
    return predictor_of(settings)


@pytest.fixture
def untrained(tmp_path: Path, settings: Settings) -> Predictor:
    """Return a predictor of networks that have learnt nothing yet, one of each architecture."""
    for name, architecture in ARCHITECTURES.items():
        metadata = {"architecture": name, "name": name, "description": "", "scores": {}}
        save(architecture.build(np.random.default_rng(1)), metadata, tmp_path / f"{name}.npz")
    chosen = replace(settings, models_directory=tmp_path, default_model="article", risk=0.01)
    return predictor_of(chosen)


@pytest.mark.parametrize("model", ARCHITECTURES)
def test_threads_get_the_answers_they_get_alone(model: str, untrained: Predictor) -> None:
    def ask(picture: Image.Image) -> DigitAnswer:
        return untrained.predict(as_file(picture), explained(model))[0]

    pictures = [draw(digit).rotate(angle, fillcolor=255) for digit in (1, 7) for angle in (0, 20)]
    alone = [ask(picture) for picture in pictures]
    assert alone[0].activations != alone[1].activations != alone[2].activations
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(ask, pictures * 10))
    for answer, expected in zip(together, alone * 10, strict=True):
        assert answer.activations == pytest.approx(expected.activations, abs=2e-6)
        exactly = {"activations": [], "confidence": 0.0}
        assert replace(answer, **exactly) == replace(expected, **exactly)


@pytest.mark.parametrize(("is_large", "n_at_once"), [(False, 4), (True, 2)])
def test_four_small_pictures_or_two_large_ones_are_read_at_once_and_the_next_waits(
    is_large: bool,
    n_at_once: int,
    settings: Settings,
    seven: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = seven + bytes(100_000 * is_large)  # what follows the end of a PNG is ignored
    predictor = predictor_of(replace(settings, max_wait_seconds=60))
    reading, may_go_on = Semaphore(0), Event()
    decode = PictureFile.decode

    def wait_and_decode(file: PictureFile) -> Picture:
        reading.release()
        assert may_go_on.wait(60)
        return decode(file)

    monkeypatch.setattr(PictureFile, "decode", wait_and_decode)
    with ThreadPoolExecutor(n_at_once + 1) as threads:
        answers = [threads.submit(predictor.predict, file, MLP) for _ in range(n_at_once + 1)]
        for _ in range(n_at_once):
            assert reading.acquire(timeout=60)
        limit = predictor.executor.large if is_large else predictor.executor.small
        wait_for(lambda: limit.n_waiting, "a request to wait", 60)
        assert not reading.acquire(blocking=False)
        may_go_on.set()
        assert {answer.result()[0].digit for answer in answers} == {7}


def test_the_thread_of_the_requests_reads_a_small_picture_only_if_it_is_plainly_one_digit(
    settings: Settings, seven: bytes
) -> None:
    """1.2 kB of strokes, all left out of the digit, took it 1.5 seconds."""
    in_threads: list[Callable[[], Any]] = []

    def in_thread(function: Callable[[], Any]) -> Any:
        in_threads.append(function)
        return function()

    predictor = predictor_of(settings, in_thread)
    strokes = np.full((400, 400), 255, np.uint8)
    for x, y in np.ndindex(36, 36):
        strokes[3 + 11 * y : 12 + 11 * y, 3 + 11 * x : 6 + 11 * x] = 60 * ((x + y) % 2)
    uneven = strokes.clip(np.linspace(0, 60, 400).astype(np.uint8), None)
    predictor.predict(seven, MLP)
    assert not in_threads
    predictor.predict(as_file(Image.fromarray(uneven)), MLP)
    assert len(in_threads) == 1


def test_the_ink_of_a_small_photograph_is_found_in_another_thread(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network finds it, which takes longer than a drawing's threshold."""
    threads: list[str] = []
    found: list[int] = []

    def in_thread(function: Callable[[], Any]) -> Any:
        threads.append("another")
        return function()

    def segment(grey: Pixels) -> Any:
        found.append(len(threads))
        return find_pen(grey)

    predictor = predictor_of(settings, in_thread)
    reader = predictor._readers[MLP.model]
    find_pen = reader.segment
    assert find_pen is not None
    monkeypatch.setitem(predictor._readers, MLP.model, replace(reader, segment=segment))
    levels = np.linspace(200, 90, 200) + np.random.default_rng(0).normal(0, 2, (200, 200))
    levels[60:140, 95:105] = 30
    photograph = Image.fromarray(levels.astype(np.uint8))
    predictor.predict(as_file(photograph), MLP)
    predictor.read(as_file(photograph), MLP)
    assert found == [1, 2]


def test_the_outcome_counts_what_was_read(predictor: Predictor, seven: bytes) -> None:
    answer, outcome = predictor.predict(seven, MLP)
    assert all(each == round(each, 6) for each in answer.activations)
    assert outcome == Outcome(
        model="mlp", picture_pixels=(160_000,), digits=((7, True),), are_certain=(True,)
    )
    _, outcome = predictor.predict_all([seven, b"", seven], MLP)
    assert outcome.picture_pixels == (160_000, 0, 160_000)
    assert outcome.digits == ((7, True), (7, True))
    with pytest.raises(Problem) as caught:
        predictor.read(as_file(Image.new("L", (90, 60), "white")), MLP)
    assert caught.value.outcome == Outcome(
        model="mlp", picture_pixels=(5400,), problem="urn:inkling:no-digit-found"
    )


def test_a_batch_reads_lines_as_long_as_a_sudokus_and_alone_longer_ones(
    predictor: Predictor,
) -> None:
    ones = np.full((700, 1000), 255, np.uint8)
    for x, y in np.ndindex(16, 6):
        ones[40 + 110 * y : 68 + 110 * y, 20 + 60 * x : 24 + 60 * x] = 0
    file = as_file(Image.fromarray(ones))
    answer, _ = predictor.read(file, MLP)
    assert answer.text.split() == 6 * [16 * "1"]
    in_batch, _ = predictor.read_all([file], MLP)
    (result,) = in_batch.results
    assert isinstance(result, BatchRefusal)
    assert "longer ones, than are read" in result.error.detail


def test_a_batch_is_not_read_longer_than_one_request_may_take(
    predictor: Predictor, seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture takes 0.3 seconds of a clock that the test sets."""
    now_s = 0.0

    def decode_slowly(file: PictureFile) -> Picture:
        nonlocal now_s
        now_s += 0.3
        return decode(file)

    decode = PictureFile.decode
    monkeypatch.setattr(PictureFile, "decode", decode_slowly)
    monkeypatch.setattr(time, "thread_time", lambda: now_s)
    answer, _ = predictor.predict_all([b"", *[seven] * 6], MLP)
    errors = [each.error for each in answer.results if isinstance(each, BatchRefusal)]
    assert [error.title for error in errors] == ["Empty picture", *["Pictures too large"] * 3]
    assert now_s == pytest.approx(0.9)


@pytest.mark.parametrize("method", ["predict", "read"])
@pytest.mark.parametrize("side_px", [99, 600], ids=["small", "large"])
@pytest.mark.parametrize("does_thread_keep", [False, True])
def test_a_refused_picture_is_freed_at_once(
    does_thread_keep: bool,
    side_px: int,
    method: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither a reference cycle keeps it nor the thread that has read it."""
    files: list[weakref.ref[PictureFile]] = []
    uploads: list[weakref.ref[Upload]] = []
    functions: list[Any] = []

    def noted(upload: Upload, place: int = 0) -> PictureFile:
        file = open_file(upload, place)
        uploads.append(weakref.ref(upload))
        files.append(weakref.ref(file))
        return file

    def in_thread(function: Callable[[], Any]) -> Any:
        if does_thread_keep:
            functions.append(function)
        return function()

    open_file = Upload.open
    monkeypatch.setattr(Upload, "open", noted)
    predictor = predictor_of(settings, in_thread)
    gc.disable()
    try:
        with suppress(Problem):
            getattr(predictor, method)(as_file(Image.new("L", (side_px, side_px))), MLP)
        assert files
        assert not any(file() for file in files)
        assert does_thread_keep or not any(upload() for upload in uploads)
    finally:
        gc.enable()
