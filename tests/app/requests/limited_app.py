"""The app that ships, but with the limits of connections that TEST_LIMITS holds as JSON."""

import json
import os
from functools import partial
from importlib import import_module

from app.requests import connections

changed = json.loads(os.environ["TEST_LIMITS"])
connections.Limits = partial(connections.Limits, **changed)  # type: ignore[misc, assignment]
application = import_module("app.wsgi").application
