"""FastAPI with ONNX Runtime. Its function is async: in its pool of threads it would be slower."""

from typing import Any

from fastapi import FastAPI, Request

from tests.bench.squashing import read

app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> dict[str, Any]:
    """Return the digit in the picture that is the body."""
    return read(await request.body())
