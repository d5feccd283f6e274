import html
import re
from pathlib import Path

import pytest

from app.routes.highlight import highlight


def test_keywords_strings_and_comments_are_marked_and_docstrings_apart_from_strings() -> None:
    code = 'def f(a):  # why\n    """Return <a>."""\n    return "b" if a else None\n'
    assert highlight(code) == [
        '<span class="keyword">def</span> f(a):  <span class="comment"># why</span>',
        '    <span class="docstring">&#34;&#34;&#34;Return &lt;a&gt;.&#34;&#34;&#34;</span>',
        '    <span class="keyword">return</span> <span class="string">&#34;b&#34;</span> '
        '<span class="keyword">if</span> a <span class="keyword">else</span> '
        '<span class="keyword">None</span>',
    ]


def test_a_string_of_several_lines_is_marked_in_each() -> None:
    lines = highlight('"""One.\n\n  Two.\n"""\na = 1 < 2\n')
    assert [line.count('<span class="docstring">') for line in lines] == [1, 1, 1, 1, 0]
    assert lines[-1] == "a = 1 &lt; 2"


@pytest.mark.parametrize("path", sorted(Path("nn/core").glob("*.py")), ids=str)
def test_the_text_stays_as_it_is(path: Path) -> None:
    marked = "\n".join(highlight(path.read_text()))
    assert html.unescape(re.sub(r"</?span[^>]*>", "", marked)) == path.read_text().rstrip("\n")
