"""A picture to the ink on it."""
