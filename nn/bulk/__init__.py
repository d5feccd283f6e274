"""Many files of pictures: their names, the processes that read them, and the rows of results."""
