"""The least that Flask can do with a picture: receive it and say ok."""

from flask import Flask, request

application = Flask(__name__)


@application.post("/predict")
def predict() -> str:
    """Receive whatever is sent."""
    request.get_data()
    return "ok"
