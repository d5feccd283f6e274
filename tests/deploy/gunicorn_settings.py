"""The settings of gunicorn, read as text: loading them would patch Python's sockets."""

import re

from app.config import ROOT

TEXT = (ROOT / "gunicorn.conf.py").read_text()


def gunicorn_setting(name: str) -> int:
    """Return a setting that is a number."""
    [value] = re.findall(rf"^{name} = ([\d_]+)\b", TEXT, re.MULTILINE)
    return int(value)
