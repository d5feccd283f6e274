"""The class sheet: its layout in print, and a photograph of it to the ink in its boxes."""
