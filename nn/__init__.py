"""A neural network from scratch: numpy only, nothing of HTTP in it."""
