"""The mark of a test that needs the data sets in the folder that INKLING_DATA names."""

import os

import pytest

needs_data = pytest.mark.skipif(
    "INKLING_DATA" not in os.environ, reason="needs the data sets: set INKLING_DATA"
)
