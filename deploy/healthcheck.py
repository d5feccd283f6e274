"""End with status 0 when the server in this container is ready for requests, else with 1."""

import os
import sys
from http.client import HTTPConnection


def is_ready(port: int, timeout_s: float = 4) -> bool:
    """Return whether ``/readyz`` answers 200 at this port of 127.0.0.1 before the timeout."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    # Connections of clients cannot be in the way at the port for operators.
    sys.exit(not is_ready(int(os.environ.get("METRICS_PORT") or os.environ["PORT"])))
