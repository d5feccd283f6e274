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
        assert problem["title"] == HTTPStatus(int(problem["status"])).phrase
    else:
        code = CODES[str(problem["type"])]
        assert (problem["title"], problem["status"]) == (code.title, code.status)


def test_the_balancer_answers_its_own_timeouts_and_failures() -> None:
    assert [problem["status"] for problem in PROBLEMS] == [408, 502, 503, 504, 404]
    assert re.findall(r"http-error status (\d+)", CONFIGURATION) == ["408", "502", "503", "504"]


def test_a_request_waits_for_a_free_server_as_long_as_the_app_lets_it_wait() -> None:
    assert f"timeout queue {Settings().max_wait_seconds:g}s" in CONFIGURATION
