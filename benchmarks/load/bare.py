"""A Flask app that receives a picture and answers "ok", to compare with."""

from flask import Flask, request

application = Flask(__name__)


@application.post("/predict")
def predict() -> str:
    """Receive the body and ignore it."""
    request.get_data()
    return "ok"
