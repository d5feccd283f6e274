"""The lesson's ten questions: what their answers say is computed again, and stands in the page."""

import base64
import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask

from nn import tiny
from nn.data.lesson_set import load_lesson_set
from tests.node import computed

N_QUESTIONS = 10
SEEDS = [1, 2, 3, 4, 5]
STEPS = [*("data", "network", "feed-forward", "words", "sgd"), *("back-prop", "together")]


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


@pytest.fixture(scope="module")
def lesson(app: Flask) -> str:
    return app.test_client().get("/lesson").text


@pytest.fixture(scope="module")
def questions(lesson: str) -> list[tuple[str, str]]:
    """Return each question with its answer, as plain text."""
    found = re.findall(
        r"<summary><span class=\"strong\">.*?</span>(.*?)</summary>(.*?)</details>", lesson, re.S
    )
    return [(plain(question), plain(answer)) for question, answer in found]


def trained(runs: Sequence[dict[str, float]]) -> list[dict[str, Any]]:
    """Train in Node as the page does; return what is read of the digits learnt from, and others."""
    images = b"".join(part.images[:100].tobytes() for part in load_lesson_set())
    asked = {"images": base64.b64encode(images).decode(), "runs": runs}
    return list(computed("lesson/learnt.mjs", asked))


def step(lesson: str, name: str) -> str:
    """Return the text of a step."""
    return plain(lesson.split(f'<section id="{name}"')[1].split('<section id="', 1)[0])


def test_what_is_computed_by_hand_is_right(questions: list[tuple[str, str]]) -> None:
    answers = [answer for _, answer in questions]
    assert len(answers) == N_QUESTIONS
    rng = np.random.default_rng(1)
    layers = [tiny.new_layer(784, 15, rng), tiny.new_layer(15, 10, rng)]
    assert f"= {sum(part.size for layer in layers for part in layer):,}." in answers[1]
    z = np.array([1, 0.5]) @ np.array([2, -4]) + 0.5
    assert f"= {z}, and a = σ({z})" in answers[2]
    assert f"= {tiny.sigmoid(z):.2f}." in answers[2]
    cost = tiny.cost(np.full((1, 10), 0.1), np.eye(10)[[3]])
    assert f"/ 2 = {cost:.2f}." in answers[3]
    assert f"= {0.5 - 3 * -0.2:.1f}." in answers[5]


def test_a_learning_rate_of_30_does_what_the_answer_says(questions: list[tuple[str, str]]) -> None:
    found = re.search(
        r"cost is about ([\d.]+),.* about (\d+) of the 100.* reads (\d+) or more", questions[6][1]
    )
    assert found is not None
    cost, guessed, usual = map(float, found.groups())
    runs = [{"count": 100, "epochs": 10, "seed": seed} for seed in SEEDS]
    for outcome in trained([each | {"rate": 30} for each in runs]):
        assert outcome["learnt"]["right"] == pytest.approx(guessed, abs=5)
        assert outcome["learnt"]["cost"] == pytest.approx(cost, abs=0.05)
    for outcome in trained([each | {"rate": 3} for each in runs]):
        assert outcome["learnt"]["right"] >= usual


def test_few_digits_are_learnt_by_heart_and_more_digits_help(
    questions: list[tuple[str, str]],
) -> None:
    found = re.search(r"all of the (\d+) digits .* about (\d+) of 100 others", questions[9][0])
    assert found is not None
    count, others = map(int, found.groups())
    means = {}
    for n_learnt in (10, count, 100):
        runs = [{"count": n_learnt, "rate": 3, "epochs": 50, "seed": seed} for seed in SEEDS]
        outcomes = trained(runs)
        assert all(outcome["learnt"]["right"] == n_learnt for outcome in outcomes)
        assert all(
            outcome["heldBack"]["cost"] > 3 * outcome["learnt"]["cost"] for outcome in outcomes
        )
        means[n_learnt] = np.mean([outcome["heldBack"]["right"] for outcome in outcomes])
    assert means[10] < means[count] < means[100]
    assert means[count] == pytest.approx(others, abs=6)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("data", "784 numbers, one for each pixel, from 0 for paper to 1 for ink"),
        ("network", "784 · 15 + 15 + 15 · 10 + 10 = 11,935"),
        ("feed-forward", "z = Σ w·x + b"),
        (
            "words",
            "All partial derivatives together, one for each of the 11,935 weights and biases",
        ),
        ("words", "each output’s distance from its target is squared and halved"),
        ("sgd", "w ← w − η · ∂C/∂w"),
        ("sgd", "no later step leads out again"),
        ("back-prop", "two runs of the network for each of its 11,935 weights and biases"),
        ("together", "all ten digits share the same weights"),
        ("overfitting", "More digits help"),
    ],
)
def test_the_page_says_before_what_an_answer_says(name: str, said: str, lesson: str) -> None:
    assert said in step(lesson, name)


def test_the_words_for_learning_stand_before_the_step_that_uses_them(lesson: str) -> None:
    places = [lesson.index(f'<section id="{name}"') for name in STEPS]
    assert places == sorted(places)


def test_each_word_that_can_be_touched_has_one_meaning_and_none_is_in_the_programs_glossary(
    lesson: str,
) -> None:
    meanings = re.findall(r'<div id="word-([\w-]+)" class="word"><dt>([^<]+)', lesson)
    linked = set(re.findall(r'href="#word-([\w-]+)"', lesson))
    assert linked <= {name for name, _ in meanings}
    assert len({word for _, word in meanings}) == len(meanings)
    rows = re.findall(r"^\| ([^|]+) \|", Path("nn/glossary.md").read_text(), re.M)
    assert not {word.strip() for _, word in meanings} & set(rows)
