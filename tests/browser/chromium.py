"""How to start the Chromium that is installed on this machine.

Its headless shell opens a page in less than half the time: it has no windows of its own.
"""

import shutil
from typing import Any

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

CHROMIUM = next((path for path in map(shutil.which, _NAMES) if path), None)
"""Path of the browser, None where there is none."""

LAUNCH: dict[str, Any] = {
    "executable_path": CHROMIUM,
    "args": [
        "--no-sandbox",  # Chromium's own needs rights that a container does not have
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ],
}
"""Arguments for Playwright's ``launch``."""
