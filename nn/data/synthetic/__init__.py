"""Pictures made by programs to learn from: pen strokes drawn again, templates, and no digits."""
