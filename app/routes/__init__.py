"""The paths that the app answers."""
