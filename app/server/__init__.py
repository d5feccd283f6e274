"""The server: gunicorn's worker processes, and how they receive requests."""
