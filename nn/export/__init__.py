"""Trained networks in formats of others: ONNX and safetensors."""
