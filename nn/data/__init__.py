"""Where digits come from: files of pictures or of pen strokes, and templates, all made arrays."""
