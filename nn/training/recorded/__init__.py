"""Short trainings of the article's network, recorded frame by frame to be watched."""
