"""Pictures drawn by programs for training: variations of pen strokes, templates, non-digits."""
