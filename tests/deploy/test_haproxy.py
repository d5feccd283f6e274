"""The error texts of the balancer: problem documents with the types and titles of the app."""

import json
import re
from http import HTTPStatus

import pytest

from app.config import ROOT, Settings
from app.errors import ProblemCode

CONFIGURATION = (ROOT / "deploy" / "haproxy.cfg").read_text()
PROBLEMS = [json.loads(text) for text in re.findall(r"string '(\{.*?\})'", CONFIGURATION)]
CODES = {code.type: code for code in ProblemCode}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: str(problem["status"]))
def test_an_error_of_the_balancer_is_a_problem_of_the_app(problem: dict[str, str | int]) -> None:
    assert problem.keys() == {"type", "title", "status", "detail"}
    if problem["type"] == "about:blank":
        names = {
            414: "URI Too Long",
            422: "Unprocessable Content",
        }  # RFC 9110; Python's are older before 3.13
        status = int(problem["status"])
        assert problem["title"] == names.get(status, HTTPStatus(status).phrase)
    else:
        code = CODES[str(problem["type"])]
        assert (problem["title"], problem["status"]) == (code.title, code.status)


def test_each_problem_is_sent_with_its_own_status() -> None:
    pairs = re.findall(r"status (\d+) content-type \S+ .*?\"status\": (\d+)", CONFIGURATION)
    assert len(pairs) == len(PROBLEMS)
    assert all(sent == said for sent, said in pairs)


def test_the_balancer_words_every_error_that_it_may_answer() -> None:
    answered = re.findall(r"http-error status (\d+)", CONFIGURATION)
    assert answered == ["400", "408", "422", "502", "503", "504"]


def test_a_body_may_be_as_large_as_the_app_lets_it_be() -> None:
    [limit] = re.findall(r"req.body_size gt (\d+)", CONFIGURATION)
    assert int(limit) == Settings().max_body_bytes
    assert f" {int(limit):,} bytes" in CONFIGURATION


def test_a_server_has_as_long_as_the_app_lets_a_request_take() -> None:
    [seconds] = re.findall(r"timeout server (\d+)s", CONFIGURATION)
    settings = Settings()
    assert int(seconds) > settings.max_upload_seconds + settings.max_wait_seconds
