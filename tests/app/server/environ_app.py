"""An app that answers what the server says of a request in its WSGI environ."""

from flask import Flask, request

application = Flask("environ")


@application.post("/")
def arrival() -> dict[str, object]:
    arrived_s = request.environ["inkling.arrived_s"]
    return {"arrived_s": arrived_s, "is_cut_off": request.environ["inkling.arrival"].is_cut_off}
