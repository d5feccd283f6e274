"""Trained networks as ONNX models."""
