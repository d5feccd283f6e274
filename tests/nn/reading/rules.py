"""Counter-examples: what is read differently when a rule is switched off."""

from collections.abc import Callable
from typing import Any

import pytest

Case = tuple[Any, str, Any, Callable[[], Any], Any]
"""A module, its rule, a value that switches it off, what is read, and the outcome with the rule."""


def assert_decides(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail unless the outcome is as expected with the rule, and another without it."""
    module, rule, neutral, outcome, expected = case
    assert outcome() == expected
    monkeypatch.setattr(module, rule, neutral)
    assert outcome() != expected
