"""End with status 0 when the server in this container is ready for requests, else with 1."""

import os
import sys
from http.client import HTTPConnection


def is_ready(port: int) -> bool:
    """Return whether ``/readyz`` of this machine's port answers 200 within 4 seconds."""
    connection = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_ready(int(os.environ["PORT"])))
