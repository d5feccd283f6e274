"""The ink of several digits to lines of numbers."""
