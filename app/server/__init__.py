"""How a worker process takes requests in, and stops."""
