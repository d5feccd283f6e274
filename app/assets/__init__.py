"""The files of the pages: joined, compressed, and cached by browsers for a year."""
