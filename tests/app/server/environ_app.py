"""An app that answers what the server says of a request in its WSGI environ."""

from flask import Flask, request

application = Flask("environ")
application.config["MAX_CONTENT_LENGTH"] = 1000  # the worker waits for no body larger than this


@application.post("/")
def arrival() -> dict[str, object]:
    arrived_s = request.environ["inkling.arrived_s"]
    return {"arrived_s": arrived_s, "is_cut_off": request.environ["inkling.arrival"].is_cut_off}
