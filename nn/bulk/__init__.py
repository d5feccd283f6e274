"""Many pictures at once: the processes that read them, and the rows of results."""
