import pytest

from app.assets.style_sheets import join_style_sheets


def test_a_style_sheet_holds_those_that_it_imports_each_once_and_first() -> None:
    sources = {
        "css/page.css": '/* A page. */\n\n@import "base.css";\n@import "more.css";\n\np {}\n',
        "css/base.css": '@import "tokens.css";\nbody {}\n',
        "css/more.css": '@import "base.css";\na {}\n',
        "css/tokens.css": ":root {}\n",
    }
    joined = join_style_sheets("css/page.css", sources)
    assert joined == "/* A page. */\n\n:root {}\nbody {}\na {}\n\np {}\n"


def test_a_style_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"^css/gone\.css is imported"):
        join_style_sheets("css/page.css", {"css/page.css": '@import "gone.css";'})


@pytest.mark.parametrize("rule", ['@import "a.css" print;', "@import url(a.css);"])
def test_another_way_to_import_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="cannot join an @import"):
        join_style_sheets("css/page.css", {"css/page.css": rule, "css/a.css": ""})
